// scope: any number of tasks that may borrow from the caller's stack, because the scope outlives them all.
//
// Words and invariants: detail/scope_core.hpp.
#pragma once

#include <weft/atomic/abi.hpp>
#include <weft/par/broadcast.hpp>
#include <weft/par/detail/engine.hpp>
#include <weft/par/detail/scope_core.hpp>

#include <type_traits>
#include <utility>

namespace weft::inline WEFT_ABI::par {

/// What the body of a scope, and each task in it, spawns with.
///
/// Threads   any, as long as the scope's body or one of its tasks is running.
class scope_handle {
 public:
  scope_handle(const scope_handle&) = delete;
  scope_handle& operator=(const scope_handle&) = delete;

  /// Runs f() or f(scope_handle&) at some time before the scope ends, here or on another thread of the pool.
  ///
  /// f may borrow whatever lives as long as the scope, and may spawn further tasks. A thread takes its own tasks newest
  /// first; other threads take the oldest.
  ///
  /// Cost      one allocation; none for a closure of up to 120 bytes where this thread has memory of earlier tasks.
  /// Errors    bad_alloc, or what copying f throws; then nothing was spawned. The first exception that a task or the body
  ///           throws leaves the scope, after all have finished.
  template <class F>
  void spawn(F&& f) {
    static_assert(detail::scope_body<std::decay_t<F>, scope_handle>,
                  "[weft] scope.spawn(f) calls f() or f(scope_handle&): pass a lambda like [&] { … } or [&](auto& s) { … }");
    if constexpr (detail::scope_body<std::decay_t<F>, scope_handle>) {
      detail::spawn_in(*this, std::forward<F>(f), [this](detail::job& task) { core_.pool().submit_scoped(task); });
    }
  }

  /// Runs f(context) or f() once on every worker of the scope's pool, as weft::broadcast does, before the scope ends.
  ///
  /// Cost, errors   two allocations; as spawn().
  template <class F>
  void spawn_broadcast(F f) {
    detail::spawn_broadcast_in(core_, std::move(f));
  }

 private:
  friend struct detail::scope_access;
  scope_handle(detail::registry& pool, detail::scope_terms terms) : core_(pool, terms) {}

  detail::scope_core core_;
};

namespace detail {
template <class F>
consteval void check_scope_body() {
  static_assert(scope_body<F, scope_handle>,
                "[weft] scope(body) calls body(scope_handle&): pass a lambda like [&](auto& s) { … }");
}
}  // namespace detail

/// Runs body(scope_handle&), waits for everything that was spawned in it, and returns what the body returned.
///
/// The body runs here, as a participant of this thread's pool or else of the global one.
///
/// Threads   any. While it waits this thread runs other work of its pool, on this stack.
/// Order     what the caller did before is visible to the tasks; what they did is visible after scope.
/// Errors    the first exception that the body or a task throws, after all of them have finished; the others are dropped
///           and counted (thread_pool::dropped_exceptions()).
///
///     std::vector<int> squares(4);
///     weft::scope([&](auto& s) {
///       for (int i = 0; i < 4; ++i) s.spawn([&squares, i] { squares[std::size_t(i)] = i * i; });
///     });
///     if (squares[3] != 9) std::abort();
template <class F>
decltype(auto) scope(F&& body) {
  detail::check_scope_body<F&>();
  detail::registry& pool = detail::registry::current_or_global();
  return pool.enter([&]() -> decltype(auto) { return detail::run_scope<scope_handle>(pool, body); });
}

/// As scope, but this thread stays what it is: from outside it doesn't take part in the pool, so that the tasks run on workers
/// alone, oldest first, and it sleeps while it waits for them. For callers whose stack or thread-local state no task may meet.
///
///     std::atomic<int> sum{0};
///     weft::par::in_place_scope([&](auto& s) {
///       for (int i = 0; i < 4; ++i) s.spawn([&sum, i] { sum += i; });
///     });
///     if (sum != 6) std::abort();
template <class F>
decltype(auto) in_place_scope(F&& body) {
  detail::check_scope_body<F&>();
  return detail::run_scope<scope_handle>(detail::registry::current_or_global(), body);
}

}  // namespace weft::inline WEFT_ABI::par

namespace weft::inline WEFT_ABI {
using par::scope;
using par::scope_handle;
}  // namespace weft::inline WEFT_ABI
