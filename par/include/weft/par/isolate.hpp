// isolate: a closure whose waits run nothing but what it has started itself.
#pragma once

#include <weft/atomic/abi.hpp>
#include <weft/par/detail/participant.hpp>
#include <weft/par/detail/registry.hpp>

#include <functional>
#include <type_traits>
#include <utility>

namespace weft::inline WEFT_ABI::par {

namespace detail {

/// For a block the calling participant is in a new region.
class isolation {
 public:
  isolation();

 private:
  [[nodiscard]] static participant& make_seat();
  seat_guard apart_;
};

}  // namespace detail

/// Calls f(). While f waits, for a join, a scope, a loop or a handle, this thread runs only jobs that f has started, or that these
/// have started in turn. So f may hold a lock across a parallel call whose other jobs, or whose own caller, take that lock too:
/// none of them is run underneath. Everybody else may run f's jobs, and obeys the same rule while it does.
///
/// Without work that it may run, a worker's wait is blocking(): a spare thread serves its pool meanwhile. What f has spawned and
/// not waited for goes on outside of the isolation. A wait for the handle of a task that hasn't begun still runs that task here,
/// wherever it comes from. An isolate in an isolate waits for its own jobs alone.
///
/// Returns   what f returns.
/// Threads   any; f runs on the calling thread, as a participant of its pool or else of the global one.
/// Cost      40 ns, and a lock for each job that is stolen out of it; nothing where nobody isolates.
/// Errors    what f throws; bad_alloc before f has run.
///
///     #include <mutex>
///     std::mutex lock;
///     std::vector<int> rows(8), sums(8);
///     weft::par_iter(weft::par::range(0, 8)).for_each([&](int i) {
///       const std::lock_guard held(lock);
///       weft::isolate([&] { sums[std::size_t(i)] = weft::par_iter(rows).sum(); });
///     });
template <class F>
decltype(auto) isolate(F&& f) {
  static_assert(std::is_invocable_v<F>, "[weft] isolate(f) calls f without arguments: pass a lambda like [&] { … }");
  return detail::registry::current_or_global().enter([&]() -> decltype(auto) {
    const detail::isolation apart;
    return std::invoke(std::forward<F>(f));
  });
}

}  // namespace weft::inline WEFT_ABI::par

namespace weft::inline WEFT_ABI {
using par::isolate;
}  // namespace weft::inline WEFT_ABI
