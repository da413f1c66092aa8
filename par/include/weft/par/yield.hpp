// yield_now, yield_local: a closure that waits for something in its own way lets other work of its pool run meanwhile.
#pragma once

#include <weft/atomic/abi.hpp>
#include <weft/par/detail/engine.hpp>

#include <cstdint>
#include <optional>

namespace weft::inline WEFT_ABI::par {

/// What a yield came to.
enum class yielded : std::uint8_t {
  executed,  ///< one piece of work has run, on this stack
  idle       ///< there was none
};

namespace detail {
[[nodiscard]] inline std::optional<yielded> yielded_by(bool (participant::*run_one)() noexcept, participant* here) {
  if (here == nullptr) return std::nullopt;
  return (here->*run_one)() ? yielded::executed : yielded::idle;
}
}  // namespace detail

/// Runs one piece of work of the pool that this thread works for, wherever it lies.
///
/// Returns   executed or idle; nothing on a thread that works for no pool.
/// Threads   any. What runs may be anything of the pool; its exceptions go to whoever waits for it.
///
///     std::optional<weft::par::yielded> outside = weft::par::yield_now();
///     if (outside) std::abort();  // this thread works for no pool
inline std::optional<yielded> yield_now() noexcept {
  return detail::yielded_by(&detail::participant::work_once, detail::participant::current());
}

/// As yield_now, but only of what this thread has pushed itself or what is meant for it: its deque, its queue, its broadcasts.
inline std::optional<yielded> yield_local() noexcept {
  return detail::yielded_by(&detail::participant::work_once_here, detail::participant::current());
}

/// Whether yield_local() would find something; nothing on a thread that works for no pool. A picture of the moment: thieves may
/// take it right after.
[[nodiscard]] inline std::optional<bool> current_thread_has_pending_tasks() noexcept {
  const detail::participant* const here = detail::participant::current();
  if (here == nullptr) return std::nullopt;
  return here->has_work_here();
}

}  // namespace weft::inline WEFT_ABI::par
