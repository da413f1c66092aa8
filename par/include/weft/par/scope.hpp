// scope: any number of tasks that may borrow from the caller's stack, because the scope outlives them all.
//
// Words        states                                          moved by
//   open_      1 for the body + tasks that haven't finished    spawn() up, whoever finishes down
//   failed_    false → true                                    the first to throw
// Data         may be touched by
//   error_     the first to throw before its step down of open_; the scope's owner afterwards
// Invariants
//   C1  open_ is at least 1 while anybody may still spawn: the body, or a task of this scope.
//   C2  Only who takes open_ from 1 to 0 sets the latch, and touches nothing of the scope afterwards. The owner waits for
//       the latch, not for the count.
#pragma once

#include <weft/atomic/abi.hpp>
#include <weft/atomic/seam.hpp>
#include <weft/par/detail/engine.hpp>

#include <concepts>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <type_traits>
#include <utility>

namespace weft::inline WEFT_ABI::par {

class scope_handle;

namespace detail {

template <class F>
concept scope_body = std::invocable<F, scope_handle&> || std::invocable<F>;

template <scope_body F>
decltype(auto) call_in_scope(F&& function, scope_handle& where) {
  if constexpr (std::invocable<F, scope_handle&>) {
    return std::invoke(std::forward<F>(function), where);
  } else {
    return std::invoke(std::forward<F>(function));
  }
}

template <class F>
struct scoped_task;

}  // namespace detail

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
  /// Cost      one allocation.
  /// Errors    bad_alloc, or what copying f throws; then nothing was spawned. The first exception that a task or the body
  ///           throws leaves the scope, after all have finished.
  template <class F>
  void spawn(F&& f);

 private:
  template <class F>
  friend struct detail::scoped_task;
  template <class F>
  friend decltype(auto) run_scope(detail::registry& pool, F& body);

  scope_handle(detail::registry& pool) : pool_(pool), waiter_(detail::thread_record::mine()), mark_(mark_here()) {}
  ~scope_handle() = default;

  void submit(detail::job& what);
  /// Keeps the first exception.
  void fail(std::exception_ptr error) noexcept;
  /// One less to wait for.
  void finish_one() noexcept;
  void wait_for_tasks();
  [[nodiscard]] static std::uint64_t mark_here() noexcept {
    const detail::participant* const here = detail::participant::current();
    return here == nullptr ? 0 : here->mark();
  }
  /// The body is through: waits for the tasks, then throws the first exception.
  void close();

  detail::registry& pool_;
  detail::thread_record& waiter_;
  std::uint64_t mark_;
  atom<std::uint64_t> open_{1};
  detail::latch done_;
  atom<bool> failed_{false};
  plain<std::exception_ptr> error_;
};

namespace detail {

template <class F>
struct scoped_task final : job {
  template <class G>
  scoped_task(G&& f, scope_handle& where) : job{&scoped_task::run_once}, function(std::forward<G>(f)), scope(&where) {}

  static void run_once(job& self) noexcept {
    std::unique_ptr<scoped_task> me(static_cast<scoped_task*>(&self));
    scope_handle& where = *me->scope;
    try {
      static_cast<void>(call_in_scope(std::move(me->function), where));
    } catch (...) {
      where.fail(std::current_exception());
    }
    me.reset();  // what the closure holds may borrow from the scope's owner too
    where.finish_one();
  }

  F function;
  scope_handle* scope;
};

}  // namespace detail

template <class F>
void scope_handle::spawn(F&& f) {
  static_assert(detail::scope_body<std::decay_t<F>>,
                "[weft] scope.spawn(f) calls f() or f(scope_handle&): pass a lambda like [&] { … } or [&](auto& s) { … }");
  if constexpr (detail::scope_body<std::decay_t<F>>) {
    auto task = std::make_unique<detail::scoped_task<std::decay_t<F>>>(std::forward<F>(f), *this);
    submit(*task);
    static_cast<void>(task.release());
  }
}

template <class F>
decltype(auto) run_scope(detail::registry& pool, F& body) {
  scope_handle where(pool);
  using result = decltype(detail::call_in_scope(body, where));
  const auto run_body = [&]() -> result {
    try {
      return detail::call_in_scope(body, where);
    } catch (...) {
      where.fail(std::current_exception());
    }
    where.close();
    std::terminate();  // close() has thrown
  };
  if constexpr (std::is_void_v<result>) {
    run_body();
    where.close();
  } else if constexpr (std::is_reference_v<result>) {
    result value = run_body();
    where.close();
    return static_cast<result>(value);
  } else {
    result value = run_body();
    where.close();
    return value;
  }
}

/// Runs body(scope_handle&), waits for everything that was spawned in it, and returns what the body returned.
///
/// The body runs here, as a participant of this thread's pool or else of the global one.
///
/// Threads   any. While it waits this thread runs other work of its pool, on this stack.
/// Order     what the caller did before is visible to the tasks; what they did is visible after scope.
/// Errors    the first exception that the body or a task throws, after all of them have finished; the others are dropped.
///
///     std::vector<int> squares(4);
///     weft::scope([&](auto& s) {
///       for (int i = 0; i < 4; ++i) s.spawn([&squares, i] { squares[std::size_t(i)] = i * i; });
///     });
///     if (squares[3] != 9) std::abort();
template <class F>
decltype(auto) scope(F&& body) {
  static_assert(detail::scope_body<F&>,
                "[weft] scope(body) calls body(scope_handle&): pass a lambda like [&](auto& s) { … }");
  detail::registry& pool = detail::registry::current_or_global();
  return pool.enter([&]() -> decltype(auto) { return run_scope(pool, body); });
}

}  // namespace weft::inline WEFT_ABI::par

namespace weft::inline WEFT_ABI {
using par::scope;
using par::scope_handle;
}  // namespace weft::inline WEFT_ABI
