// scope_fifo: a scope whose tasks begin in the order in which they were spawned.
//
// Data              may be touched by
//   line_           anybody: an injector
// Invariants
//   F1  A task is put into the line before its ticket is put into a deque or the injector. So who draws a ticket finds a task:
//       not always that of the ticket, but the oldest.
//   F2  Who runs a ticket touches the line last when it takes the task, which keeps the scope open (C1).
// Source  the ticket that stands for the head of a queue: rayon's JobFifo; ours is one for the scope, not one for each thread.
#pragma once

#include <weft/atomic/abi.hpp>
#include <weft/deque/injector.hpp>
#include <weft/par/broadcast.hpp>
#include <weft/par/detail/engine.hpp>
#include <weft/par/detail/scope_core.hpp>

#include <type_traits>
#include <utility>

namespace weft::inline WEFT_ABI::par {

namespace detail {

/// Jobs in the order of their coming. Pushed somewhere as a job itself, as often as it has jobs, it stands for the oldest.
class fifo_line : public job {
 public:
  fifo_line() : job{&fifo_line::run_oldest} {}

  /// Errors    bad_alloc; then the job isn't queued.
  void submit(registry& pool, job& what);

 private:
  static void run_oldest(job& self) noexcept;

  deque::injector<job*> line_;
};

}  // namespace detail

/// What the body of a scope_fifo, and each task in it, spawns with.
///
/// Threads   any, as long as the scope's body or one of its tasks is running.
class scope_fifo_handle {
 public:
  scope_fifo_handle(const scope_fifo_handle&) = delete;
  scope_fifo_handle& operator=(const scope_fifo_handle&) = delete;

  /// Runs f() or f(scope_fifo_handle&) at some time before the scope ends, here or on another thread of the pool.
  ///
  /// Of the tasks of one scope that wait, the oldest begins first, whoever spawned it and whoever runs it.
  ///
  /// Cost      as scope_handle::spawn, and one allocation per 63 tasks.
  /// Errors    as scope_handle::spawn(). With no memory to queue a task, the scope's oldest may run inside this call.
  template <class F>
  void spawn_fifo(F&& f) {
    static_assert(
        detail::scope_body<std::decay_t<F>, scope_fifo_handle>,
        "[weft] scope.spawn_fifo(f) calls f() or f(scope_fifo_handle&): pass a lambda like [&] { … } or [&](auto& s) "
        "{ … }");
    if constexpr (detail::scope_body<std::decay_t<F>, scope_fifo_handle>) {
      detail::spawn_in(*this, std::forward<F>(f), [this](detail::job& task) { line_.submit(core_.pool(), task); });
    }
  }

  /// As scope_handle::spawn_broadcast().
  template <class F>
  void spawn_broadcast(F f) {
    detail::spawn_broadcast_in(core_, std::move(f));
  }

 private:
  friend struct detail::scope_access;
  scope_fifo_handle(detail::registry& pool, detail::scope_terms terms) : core_(pool, terms) {}

  detail::scope_core core_;
  detail::fifo_line line_;
};

namespace detail {
template <class F>
consteval void check_fifo_body() {
  static_assert(scope_body<F, scope_fifo_handle>,
                "[weft] scope_fifo(body) calls body(scope_fifo_handle&): pass a lambda like [&](auto& s) { … }");
}
}  // namespace detail

/// As scope, but the tasks begin in the order in which they were spawned. Scopes inside each other are still taken innermost
/// first.
///
/// Errors    as scope, and bad_alloc before the body runs.
///
///     std::atomic<int> sum{0};
///     weft::par::scope_fifo([&](auto& s) {
///       for (int i = 0; i < 4; ++i) s.spawn_fifo([&sum, i] { sum += i; });
///     });
///     if (sum != 6) std::abort();
template <class F>
decltype(auto) scope_fifo(F&& body) {
  detail::check_fifo_body<F&>();
  detail::registry& pool = detail::registry::current_or_global();
  return pool.enter([&]() -> decltype(auto) { return detail::run_scope<scope_fifo_handle>(pool, body); });
}

/// As in_place_scope, with the order of scope_fifo.
///
///     std::vector<int> order;
///     weft::thread_pool pool(1);
///     pool.in_place_scope_fifo([&](auto& s) {
///       for (int i = 0; i < 3; ++i) s.spawn_fifo([&order, i] { order.push_back(i); });  // one worker: one after the other
///     });
///     if (order != std::vector{0, 1, 2}) std::abort();
template <class F>
decltype(auto) in_place_scope_fifo(F&& body) {
  detail::check_fifo_body<F&>();
  return detail::run_scope<scope_fifo_handle>(detail::registry::current_or_global(), body);
}

}  // namespace weft::inline WEFT_ABI::par
