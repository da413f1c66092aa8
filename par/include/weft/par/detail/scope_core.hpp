// scope_core: what every scope shares: how many tasks are still to finish, who waits for them, the first exception.
//
// Words        states                                          moved by
//   open_      1 for the body + tasks that haven't finished    add() up, whoever finishes down
//   failed_    false → true                                    the first to throw
//   has_letters_   false → true                                who has sent a broadcast of this scope
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
#include <weft/par/detail/stop_watch.hpp>
#include <weft/par/isolate.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <type_traits>
#include <utility>

namespace weft::inline WEFT_ABI::par::detail {

/// What a scope has been told about how its tasks are to be run.
struct scope_terms {
  stop_watch* stop = nullptr;  ///< tasks that begin after its request are left out; null: none is
  bool is_isolated = false;    ///< each task runs within isolate, where its thread doesn't anyway
};

class scope_core {
 public:
  explicit scope_core(registry& pool, scope_terms terms = {})
      : pool_(pool), waiter_(thread_record::mine()), mark_(mark_here()), terms_(terms) {}
  scope_core(const scope_core&) = delete;
  scope_core& operator=(const scope_core&) = delete;

  [[nodiscard]] registry& pool() const noexcept { return pool_; }
  /// So many more to wait for. The caller keeps the scope open itself (C1).
  void add(std::size_t count = 1) noexcept;
  /// Some of them are letters, which have been sent: one may be for the scope's owner, who may sleep.
  void note_letters() noexcept;
  /// They couldn't be spawned after all.
  void take_back(std::size_t count = 1) noexcept;
  /// Keeps the first exception; counts the others as dropped.
  void fail(std::exception_ptr error) noexcept;
  /// Runs a task's closure as the terms say.
  template <class F>
  void run_task(F closure) noexcept {
    if (terms_.stop != nullptr && terms_.stop->says_stop()) return;
    try {
      terms_.is_isolated ? run_isolated(closure) : closure();
    } catch (...) {
      fail(std::current_exception());
    }
  }
  /// One less to wait for.
  void finish_one() noexcept;
  /// The body is through: waits for the tasks, then throws the first exception, or cancelled_error if a task was left out.
  void close();

 private:
  template <class F>
  static void run_isolated(F& closure) {
    const participant* const here = participant::current();
    if (here != nullptr && here->region() != 0) return closure();
    par::isolate(closure);
  }
  void wait_for_tasks();
  void wait_apart(participant& here);
  [[nodiscard]] bool has_letters_here() const noexcept;
  [[nodiscard]] static std::uint64_t mark_here() noexcept {
    const participant* const here = participant::current();
    return here == nullptr ? 0 : here->mark();
  }

  registry& pool_;
  thread_record& waiter_;
  std::uint64_t mark_;
  const scope_terms terms_;
  atom<std::uint64_t> open_{1};
  latch done_;
  atom<bool> failed_{false};
  atom<bool> has_letters_{false};
  plain<std::exception_ptr> error_;
};

/// The way from a scope to its core, which is nobody else's business.
struct scope_access {
  template <class Scope>
  [[nodiscard]] static scope_core& core(Scope& where) noexcept {
    return where.core_;
  }
  template <class Scope>
  [[nodiscard]] static Scope open(registry& pool, scope_terms terms) {
    return Scope(pool, terms);
  }
};

/// What a scope's body and tasks may look like: f(scope&) or f().
template <class F, class Scope>
concept scope_body = std::invocable<F, Scope&> || std::invocable<F>;

template <class F, class Scope>
requires scope_body<F, Scope>
decltype(auto) call_in_scope(F&& function, Scope& where) {
  if constexpr (std::invocable<F, Scope&>) {
    return std::invoke(std::forward<F>(function), where);
  } else {
    return std::invoke(std::forward<F>(function));
  }
}

/// A task of a scope, on the heap.
template <class F, class Scope>
struct scoped_task final : job, memory_for<F> {
  template <class G>
  scoped_task(G&& f, Scope& where)
      : job{&scoped_task::run_once}, memory_for<F>{}, function(std::forward<G>(f)), scope(&where) {}

  static void run_once(job& self) noexcept {
    std::unique_ptr<scoped_task> me(static_cast<scoped_task*>(&self));
    Scope& where = *me->scope;
    scope_core& core = scope_access::core(where);
    core.run_task([&] { static_cast<void>(call_in_scope(std::move(me->function), where)); });
    me.reset();  // what the closure holds may borrow from the scope's owner too
    core.finish_one();
  }

  F function;
  Scope* scope;
};

/// Makes a task of f, counts it, and has put(job&) queue it. Errors: what put throws; then nothing was spawned.
template <class Scope, class F, class Put>
void spawn_in(Scope& where, F&& f, Put put) {
  scope_core& core = scope_access::core(where);
  auto task = std::make_unique<scoped_task<std::decay_t<F>, Scope>>(std::forward<F>(f), where);
  core.add();
  try {
    put(*task);
  } catch (...) {
    core.take_back();
    throw;
  }
  static_cast<void>(task.release());
}

/// Runs the body here, waits for the tasks, gives what the body gave.
template <class Scope, class F>
decltype(auto) run_scope(registry& pool, F& body, scope_terms terms = {}) {
  Scope where = scope_access::open<Scope>(pool, terms);
  scope_core& core = scope_access::core(where);
  using result = decltype(call_in_scope(body, where));
  const auto run_body = [&]() -> result {
    try {
      return call_in_scope(body, where);
    } catch (...) {
      core.fail(std::current_exception());
    }
    core.close();
    std::terminate();  // close() has thrown
  };
  if constexpr (std::is_void_v<result>) {
    run_body();
    core.close();
  } else if constexpr (std::is_reference_v<result>) {
    result value = run_body();
    core.close();
    return static_cast<result>(value);
  } else {
    result value = run_body();
    core.close();
    return value;
  }
}

}  // namespace weft::inline WEFT_ABI::par::detail
