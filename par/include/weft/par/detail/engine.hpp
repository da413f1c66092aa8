// engine: what the parts of par, and futures, build on.
//
//   registry::current(), current_or_global(), submit(), enter(), hold()/release()
//   wait_until(done)   works for the pool, or sleeps, until done() is true
//   thread_waker()     wakes this thread out of wait_until
//   is_hungry(), hunger_now()   whether a loop should split
//   join (weft/par/join.hpp)
#pragma once

#include <weft/atomic/abi.hpp>
#include <weft/atomic/seam.hpp>
#include <weft/atomic/waker.hpp>
#include <weft/par/detail/job.hpp>
#include <weft/par/detail/latch.hpp>
#include <weft/par/detail/participant.hpp>
#include <weft/par/detail/registry.hpp>
#include <weft/par/detail/thread_record.hpp>

#include <cstdint>
#include <memory>
#include <type_traits>

namespace weft::inline WEFT_ABI::par::detail {

/// As participant::wait where this thread takes part in a pool, else sleeps.
void wait_here(const wait_condition& until);

/// Waits until done() is true: on a participant by running other work of its pool, and sleeping when there is none;
/// elsewhere by sleeping. Whoever makes done() true must then wake this thread, through thread_waker().
///
/// done must not throw and is called often. Anything of the pool may run inside this call, on this stack.
/// Errors    bad_alloc, at the first call of a thread outside every pool.
template <class Done>
void wait_until(Done done) {
  static_assert(std::is_invocable_r_v<bool, Done&>, "[weft] wait_until(done) needs a question that answers with a bool");
  if (done()) return;
  wait_here({.is_done = [](void* data) noexcept -> bool { return (*static_cast<Done*>(data))(); },
             .may_sleep = [](void* data) noexcept -> bool { return !(*static_cast<Done*>(data))(); },
             .data = std::addressof(done)});
}

/// Waits for a latch whose setter wakes this thread's record.
inline void wait_until_set(latch& what) {
  if (what.is_set()) return;
  wait_here({.is_done = [](void* data) noexcept -> bool { return static_cast<latch*>(data)->is_set(); },
             .may_sleep = [](void* data) noexcept -> bool { return static_cast<latch*>(data)->try_sleep(); },
             .data = &what});
}

/// An exception ends here unheard. Defined in participant.cpp.
void note_dropped_exception() noexcept;

/// Wakes the calling thread out of wait_until. Cheap to copy; may outlive the thread.
[[nodiscard]] inline waker thread_waker() { return thread_record::mine().make_waker(); }

/// How much this thread's pool wants it to share.
enum class hunger : std::uint8_t {
  none,    ///< everybody is busy, or there is something to steal here already
  asleep,  ///< nobody looks, but a worker could be woken: worth it for some 20 µs of work
  awake    ///< somebody is looking for work at this moment
};

/// Two or three loads; a hint.
[[nodiscard]] inline hunger hunger_now() noexcept {
  const participant* const here = participant::current();
  if (here == nullptr || !here->has_nothing_to_steal()) return hunger::none;
  const sleep_word::view now = here->owner().look();
  if (now.searching() != 0) return hunger::awake;
  return now.wants_helper() ? hunger::asleep : hunger::none;
}

/// True when a loop should split: somebody could take a part, and this thread's deque has none to offer.
[[nodiscard]] inline bool is_hungry() noexcept { return hunger_now() != hunger::none; }

/// Runs one job of this thread's pool if there is any. False: none, or not in a pool.
inline bool work_once() noexcept {
  participant* const here = participant::current();
  return here != nullptr && here->work_once();
}

}  // namespace weft::inline WEFT_ABI::par::detail
