// call_settings: the parallel calls with a pool, a stop token and isolation, in any combination.
#pragma once

#include <weft/atomic/abi.hpp>
#include <weft/par/cancelled_error.hpp>
#include <weft/par/detail/engine.hpp>
#include <weft/par/detail/stop_watch.hpp>
#include <weft/par/detail/stoppable_task.hpp>
#include <weft/par/isolate.hpp>
#include <weft/par/thread_pool.hpp>

#include <concepts>
#include <functional>
#include <stop_token>
#include <type_traits>
#include <utility>

namespace weft::inline WEFT_ABI::par {

/// How a parallel call is to be made: made by with_pool, with_stop_token and isolated, which may follow one another, and used by
/// the call at the end. The words are those of par_iter.
///
/// with_pool        the call is of that pool, which must outlive it.
/// with_stop_token  what hasn't begun when stop is requested isn't run; what runs goes on, and may ask the token. If nothing was
///                  left out, the call returns as ever. Else it throws cancelled_error, after all that runs has finished, unless
///                  something has thrown: that goes first. A call that comes after the request does nothing but throw.
/// isolated         the call is made within weft::isolate.
///
/// Threads   any; a value that can be kept and used again.
/// Cost      a pointer and a stop_token; a call costs 10 ns for a token, 40 ns for isolation.
///
///     #include <stop_token>
///     std::stop_source source;
///     weft::thread_pool pool(2);
///     const auto careful = weft::with_pool(pool).with_stop_token(source.get_token()).isolated();
///     auto [sum, product] = careful.join([] { return 3 + 4; }, [] { return 3 * 4; });
///     if (sum != 7 || product != 12) std::abort();
///     source.request_stop();
///     try {
///       careful.scope([](auto&) { std::abort(); });
///     } catch (const weft::cancelled_error&) {
///     }
class [[nodiscard("[weft] settings do nothing by themselves: end the line with the call that they are for")]] call_settings {
 public:
  call_settings() = default;

  call_settings with_pool(pool_ref pool) const {
    call_settings next = *this;
    next.pool_ = &pool.engine();
    return next;
  }
  call_settings with_stop_token(std::stop_token token) const {
    call_settings next = *this;
    next.stop_ = std::move(token);
    return next;
  }
  call_settings isolated() const {
    call_settings next = *this;
    next.is_isolated_ = true;
    return next;
  }

  /// As thread_pool::install. A stop request that comes when f has begun leaves nothing out.
  template <class F>
  decltype(auto) install(F && f) const {
    static_assert(std::is_invocable_v<F>, "[weft] install(f) calls f without arguments: pass a lambda like [&] { … }");
    return within([&]() -> decltype(auto) { return std::invoke(std::forward<F>(f)); });
  }
  /// As weft::join; the stop token is asked before each half.
  template <class A, class B>
  auto join(A && a, B && b) const {
    detail::check_half<A>();
    detail::check_half<B>();
    if constexpr (std::invocable<A> && std::invocable<B>) {
      return within([&] {
        return par::join(std::forward<A>(a), [&]() -> std::invoke_result_t<B> {
          check();
          return std::invoke(std::forward<B>(b));
        });
      });
    }
  }
  /// As par::join_context; the stop token is asked before each half.
  template <class A, class B>
  auto join_context(A && a, B && b) const {
    detail::check_context_halves<A, B>();
    if constexpr (std::invocable<A, half_context> && std::invocable<B, half_context>) {
      return within([&] {
        return par::join_context(std::forward<A>(a), [&](half_context where) -> std::invoke_result_t<B, half_context> {
          check();
          return std::invoke(std::forward<B>(b), where);
        });
      });
    }
  }
  /// As weft::scope; the stop token is asked before the body and before each task. A task that is left out is destroyed.
  template <class F>
  decltype(auto) scope(F && body) const {
    detail::check_scope_body<F&>();
    return within([&]() -> decltype(auto) { return run_scope<scope_handle>(body); });
  }
  /// As par::scope_fifo, with scope's rules.
  template <class F>
  decltype(auto) scope_fifo(F && body) const {
    detail::check_fifo_body<F&>();
    return within([&]() -> decltype(auto) { return run_scope<scope_fifo_handle>(body); });
  }
  /// As par::in_place_scope, with scope's rules. Isolated, each task runs within isolate, and a thread that takes part in a pool
  /// waits within it; one that doesn't sleeps anyway.
  template <class F>
  decltype(auto) in_place_scope(F && body) const {
    detail::check_scope_body<F&>();
    return in_place([&]() -> decltype(auto) { return run_scope<scope_handle>(body); });
  }
  /// As par::in_place_scope_fifo, with in_place_scope's rules.
  template <class F>
  decltype(auto) in_place_scope_fifo(F && body) const {
    detail::check_fifo_body<F&>();
    return in_place([&]() -> decltype(auto) { return run_scope<scope_fifo_handle>(body); });
  }
  /// As weft::spawn. A stop request is a cancel() of the handle, also when it has been detached: what it drops is destroyed on
  /// the thread that makes the request. Isolated, the task runs, or is polled, within isolate.
  ///
  /// Errors    bad_alloc. No cancelled_error: the handle's wait() throws that.
  template <class F>
  [[nodiscard]] auto spawn(F f) const {
    return start<detail::spawn_order::newest_first>(std::move(f));
  }
  /// As par::spawn_fifo, with spawn's rules.
  template <class F>
  [[nodiscard]] auto spawn_fifo(F f) const {
    return start<detail::spawn_order::oldest_first>(std::move(f));
  }
  /// As par::broadcast; the stop token is asked before each copy. Isolated, each copy runs within isolate, and this thread waits
  /// within it.
  template <class F>
  auto broadcast(const F& f) const {
    detail::check_broadcast<F>();
    if constexpr (detail::broadcast_body<F>) {
      return within([&] {
        detail::stop_watch looks(stop_);
        return detail::broadcast_on(engine(), f, terms_of_scope(looks));
      });
    }
  }

 private:
  [[nodiscard]] detail::registry& engine() const {
    return pool_ == nullptr ? detail::registry::current_or_global() : *pool_;
  }
  void check() const {
    if (stop_.stop_requested()) [[unlikely]]
      detail::throw_cancelled();
  }
  template <class F>
  decltype(auto) within(F && f) const {
    check();
    return engine().enter([&]() -> decltype(auto) { return here(f); });
  }
  template <class F>
  decltype(auto) in_place(F && f) const {
    check();
    if (detail::participant::current() == nullptr) return f();
    return here(f);
  }
  template <class F>
  decltype(auto) here(F & f) const {
    if (!is_isolated_) return f();
    const detail::isolation apart;
    return f();
  }

  [[nodiscard]] detail::scope_terms terms_of_scope(detail::stop_watch & looks) const noexcept {
    return {.stop = stop_.stop_possible() ? &looks : nullptr, .is_isolated = is_isolated_};
  }
  template <class Scope, class F>
  decltype(auto) run_scope(F & body) const {
    detail::stop_watch looks(stop_);
    return detail::run_scope<Scope>(engine(), body, terms_of_scope(looks));
  }
  template <detail::spawn_order Order, class F>
  auto start(F f) const {
    static_assert(
        std::invocable<F&> || detail::pollable<F>,
        "[weft] spawn(f) runs f() once, or polls a future: pass a lambda like [&] { … }, or an object with poll(context&)");
    static_assert(
        Order == detail::spawn_order::newest_first || !detail::pollable<F>,
        "[weft] spawn_fifo(f) runs f() once: a future is spawned by spawn, and goes oldest first whenever it is woken");
    if constexpr (detail::pollable<F>) {
      return detail::handle_access::make<detail::polled_t<F>>(make<Order>(std::move(f)));
    } else if constexpr (std::invocable<F&>) {
      return detail::handle_access::make<std::invoke_result_t<F&>>(make<Order>(std::move(f)));
    }
  }
  template <detail::spawn_order Order, class F>
  detail::task_with_result<detail::result_of_task<F>>* make(F f) const {
    if (!is_isolated_) return make_as_is<Order>(std::move(f));
    return make_as_is<Order>(detail::isolated_body<F>{std::move(f)});
  }
  template <detail::spawn_order Order, class F>
  detail::task_with_result<detail::result_of_task<F>>* make_as_is(F f) const {
    if (!stop_.stop_possible()) return detail::spawn_task<Order>(engine(), std::move(f));
    return detail::spawn_stoppable<Order>(engine(), std::move(f), stop_);
  }

  detail::registry* pool_ = nullptr;  // null: the calling thread's, or else the global one
  std::stop_token stop_;
  bool is_isolated_ = false;
};

/// The next call is of this pool: see call_settings.
///
///     weft::thread_pool pool(2);
///     weft::with_pool(pool).scope([](auto& s) { s.spawn([] {}); });
inline call_settings with_pool(pool_ref pool) { return call_settings().with_pool(pool); }
/// The next call ends early when stop is requested: see call_settings.
///
///     #include <stop_token>
///     std::stop_source source;
///     auto answer = weft::with_stop_token(source.get_token()).spawn([] { return 42; });
///     if (std::move(answer).wait() != 42) std::abort();
inline call_settings with_stop_token(std::stop_token token) { return call_settings().with_stop_token(std::move(token)); }
/// The next call is made within weft::isolate: see call_settings.
///
///     auto [a, b] = weft::isolated().join([] { return 1; }, [] { return 2; });
///     if (a + b != 3) std::abort();
inline call_settings isolated() { return call_settings().isolated(); }

}  // namespace weft::inline WEFT_ABI::par

namespace weft::inline WEFT_ABI {
using par::isolated;
using par::with_pool;
using par::with_stop_token;
}  // namespace weft::inline WEFT_ABI
