// pool_calls: what can be called on a pool, by whoever names one: thread_pool and pool_ref.
#pragma once

#include <weft/atomic/abi.hpp>
#include <weft/par/broadcast.hpp>
#include <weft/par/detail/engine.hpp>
#include <weft/par/handle.hpp>
#include <weft/par/join.hpp>
#include <weft/par/join_context.hpp>
#include <weft/par/scope.hpp>
#include <weft/par/scope_fifo.hpp>
#include <weft/par/yield.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <type_traits>
#include <utility>

namespace weft::inline WEFT_ABI::par {

/// Each free function of this room, with the pool named. Pool has engine().
template <class Pool>
class pool_calls {
 public:
  /// Runs f() on this thread as a participant of the pool: every parallel call inside uses this pool.
  ///
  /// Returns   what f returns. Errors: what f throws; bad_alloc before f has run.
  template <class F>
  decltype(auto) install(F&& f) const {
    static_assert(std::is_invocable_v<F>, "[weft] install(f) calls f without arguments: pass a lambda like [&] { … }");
    return engine().enter([&]() -> decltype(auto) { return std::invoke(std::forward<F>(f)); });
  }
  /// As weft::join, in this pool.
  template <class A, class B>
  auto join(A&& a, B&& b) const {
    return engine().enter([&] { return par::join(std::forward<A>(a), std::forward<B>(b)); });
  }
  /// As par::join_context, in this pool.
  template <class A, class B>
  auto join_context(A&& a, B&& b) const {
    return engine().enter([&] { return par::join_context(std::forward<A>(a), std::forward<B>(b)); });
  }
  /// As weft::scope, in this pool.
  template <class F>
  decltype(auto) scope(F&& body) const {
    return engine().enter([&]() -> decltype(auto) { return par::scope(std::forward<F>(body)); });
  }
  /// As par::scope_fifo, in this pool.
  template <class F>
  decltype(auto) scope_fifo(F&& body) const {
    return engine().enter([&]() -> decltype(auto) { return par::scope_fifo(std::forward<F>(body)); });
  }
  /// As par::in_place_scope, with tasks of this pool: the body's other parallel calls stay in the caller's pool.
  template <class F>
  decltype(auto) in_place_scope(F&& body) const {
    detail::check_scope_body<F&>();
    return detail::run_scope<scope_handle>(engine(), body);
  }
  /// As par::in_place_scope_fifo, with tasks of this pool.
  template <class F>
  decltype(auto) in_place_scope_fifo(F&& body) const {
    detail::check_fifo_body<F&>();
    return detail::run_scope<scope_fifo_handle>(engine(), body);
  }
  /// As weft::spawn, in this pool: runs f() on a worker, or polls f there if it is a future. The handle waits for the
  /// result.
  template <class F>
  [[nodiscard]] auto spawn(F&& f) const {
    return spawn_on(engine(), std::forward<F>(f));
  }
  /// As par::spawn_fifo, in this pool.
  template <class F>
  [[nodiscard]] auto spawn_fifo(F f) const {
    return spawn_fifo_on(engine(), std::move(f));
  }
  /// As par::broadcast, in this pool.
  template <class F>
  auto broadcast(const F& f) const {
    detail::check_broadcast<F>();
    if constexpr (detail::broadcast_body<F>) return detail::broadcast_on(engine(), f);
  }
  /// As par::spawn_broadcast, in this pool.
  template <class F>
  void spawn_broadcast(F f) const {
    detail::spawn_broadcast_on(engine(), std::move(f));
  }

  /// As par::yield_now, and par::yield_local; nothing on a thread that doesn't take part in this pool.
  std::optional<yielded> yield_now() const { return yielded_by(&detail::participant::work_once); }
  std::optional<yielded> yield_local() const { return yielded_by(&detail::participant::work_once_here); }

  /// Workers that could be started.
  [[nodiscard]] std::size_t num_threads() const noexcept { return engine().num_threads(); }
  /// This thread's number as a worker of this pool; nothing on all other threads.
  [[nodiscard]] std::optional<std::size_t> current_thread_index() const noexcept {
    const detail::participant* const here = detail::seat_guard::find(engine());
    if (here == nullptr || here->kind() != detail::seat_kind::worker) return std::nullopt;
    return here->index();
  }
  /// Whether yield_local() would find something; nothing on a thread that doesn't take part in this pool.
  [[nodiscard]] std::optional<bool> current_thread_has_pending_tasks() const noexcept {
    const detail::participant* const here = detail::seat_guard::find(engine());
    if (here == nullptr) return std::nullopt;
    return here->has_work_here();
  }
  /// Whether anything lies in the pool that hasn't begun, and that any worker could take. A picture of the moment.
  [[nodiscard]] bool has_pending_tasks() const noexcept { return engine().has_visible_work(); }
  /// How many exceptions were dropped in this pool's joins, scopes and broadcasts, because another one of the same call left it.
  [[nodiscard]] std::uint64_t dropped_exceptions() const noexcept { return engine().dropped_exceptions(); }

 protected:
  pool_calls() = default;
  ~pool_calls() = default;
  pool_calls(const pool_calls&) = default;
  pool_calls& operator=(const pool_calls&) = default;

 private:
  [[nodiscard]] detail::registry& engine() const noexcept { return static_cast<const Pool*>(this)->engine(); }
  std::optional<yielded> yielded_by(bool (detail::participant::*run_one)() noexcept) const {
    if (detail::seat_guard::find(engine()) == nullptr) return std::nullopt;
    return engine().enter([&] { return detail::yielded_by(run_one, detail::participant::current()); });
  }
};

}  // namespace weft::inline WEFT_ABI::par
