// handle<T>: the one handle to work that was spawned: wait for it, poll it, await it, cancel it, or let it go.
#pragma once

#include <weft/atomic/assert.hpp>
#include <weft/atomic/poll.hpp>
#include <weft/atomic/waker.hpp>
#include <weft/par/cancelled_error.hpp>
#include <weft/par/detail/engine.hpp>
#include <weft/par/detail/task.hpp>

#include <concepts>
#include <functional>
#include <stdexcept>
#include <type_traits>
#include <utility>

namespace weft::inline WEFT_ABI::par {

/// Comes out of a wait that could never end: the awaited task runs beneath the caller on the same thread, in whatever pools and
/// calls between. Tasks on different threads that wait for each other aren't noticed: they wait for ever.
class deadlock_error : public std::logic_error {
 public:
  deadlock_error();
};

template <class T>
class handle;

namespace detail {
[[noreturn]] void throw_deadlock();

struct handle_access {
  template <class T>
  [[nodiscard]] static handle<T> make(task_with_result<T>* task) noexcept {
    return handle<T>(task);
  }
};
}  // namespace detail

/// The right to the result of one spawned task. Also a future: `co_await` it, or give it to join, select, map …
///
/// Dropping the handle cancels the task if it hasn't begun (its closure is destroyed here and now), and waits for it if it
/// runs; a future is dropped when it next suspends. The result, an exception too, is then discarded. A task that drops its
/// own handle detaches itself. `detach()` is the way to let a task run on alone.
///
/// Threads   one at a time, as every value; it may move between threads.
/// Cost      one pointer. The task was one allocation.
///
///     auto answer = weft::spawn([] { return 6 * 7; });
///     int value = std::move(answer).wait();
template <class T>
class [[nodiscard]] handle {
 public:
  using value_type = T;

  /// Refers to no task: only fit to be assigned to.
  handle() noexcept = default;
  handle(handle&& other) noexcept : task_(std::exchange(other.task_, nullptr)) {}
  handle& operator=(handle&& other) noexcept {
    handle old(std::exchange(task_, std::exchange(other.task_, nullptr)));
    return *this;
  }
  ~handle() {
    if (task_) task_->abandon();
  }

  /// Waits for the result. A task that hasn't begun is run here, by the caller; on a pool's worker the time until then is
  /// spent on other work of the pool; elsewhere the thread sleeps.
  ///
  /// Order     all that the task did is visible to the caller.
  /// Errors    the task's exception; cancelled_error; deadlock_error when the task is under way beneath the caller on this thread
  ///           (a circle of waits through other threads isn't noticed, and never ends), fork_error in a forked child (then the
  ///           handle keeps its task).
  T wait() && {
    check();
    task_->wait();
    return take().take();
  }

  /// Ready with the result, or registers the context's waker: only the last one is woken.
  ///
  /// Errors    as wait().
  [[nodiscard]] atomic::poll<T> poll(context& cx) {
    check();
    if (task_->wake_at_end(cx.get_waker())) {
      task_->check_reachable();
      return pending;
    }
    return take();
  }

  /// True when wait() returns at once.
  ///
  /// Order     when true, all that the task did is visible to the caller.
  [[nodiscard]] bool is_done() const noexcept { return task_ && task_->state().is_final(); }

  /// Cancels what hasn't begun: its closure is destroyed here. A future is dropped, at once if it is suspended, else when it
  /// next suspends. A closure that runs already is left to finish. wait() then throws cancelled_error, or gives the result
  /// if the task came first.
  void cancel() noexcept {
    if (task_) task_->cancel();
  }

  /// Lets the task run on alone. Its exception goes to the pool's handler; without one it ends the process. While the pool
  /// lives: if the task has failed already, the handler is called here and now.
  void detach() && noexcept {
    if (task_) std::exchange(task_, nullptr)->detach();
  }

  /// True when it refers to a task: not moved from, and the result not yet taken.
  [[nodiscard]] explicit operator bool() const noexcept { return task_ != nullptr; }

 private:
  friend struct detail::handle_access;

  explicit handle(detail::task_with_result<T>* task) noexcept : task_(task) {}

  void check() const noexcept {
    WEFT_ASSERT(task_ != nullptr, "this handle has no task: its result was taken, or it was moved from or detached");
  }

  atomic::poll<T> take() {
    struct releaser {
      detail::task_with_result<T>* task;
      ~releaser() { task->release(); }
    } end{std::exchange(task_, nullptr)};
    return end.task->take();
  }

  detail::task_with_result<T>* task_ = nullptr;
};

/// Runs f once on the pool, soon; gives a handle to its result.
///
/// Threads   any.
/// Cost      one allocation (or, inside the pool, memory of earlier tasks), one push; wakes a worker when none looks for work.
/// Order     what the caller did before is visible to f.
/// Errors    bad_alloc: then nothing was spawned and f is destroyed.
template <class F>
requires(std::invocable<F&> && !detail::pollable<F>) [[nodiscard]] auto spawn_on(detail::registry& pool, F f)
    -> handle<std::invoke_result_t<F&>> {
  return detail::handle_access::make<std::invoke_result_t<F&>>(detail::spawn_task(pool, std::move(f)));
}

/// Polls the future on the pool, first soon and then whenever it is woken; gives a handle to what it becomes.
template <detail::pollable F>
[[nodiscard]] auto spawn_on(detail::registry& pool, F f) -> handle<detail::polled_t<F>> {
  return detail::handle_access::make<detail::polled_t<F>>(detail::spawn_task(pool, std::move(f)));
}

/// Spawns on the pool that the calling thread works for, elsewhere on the global pool: a closure, run once, or a future,
/// polled until it is ready.
template <class F>
requires(std::invocable<F&> || detail::pollable<F>) [[nodiscard]] auto spawn(F f) {
  return spawn_on(detail::registry::current_or_global(), std::move(f));
}

/// As spawn_on, oldest first: see spawn_fifo.
template <class F>
requires(std::invocable<F&> && !detail::pollable<F>) [[nodiscard]] auto spawn_fifo_on(detail::registry& pool, F f)
    -> handle<std::invoke_result_t<F&>> {
  constexpr auto order = detail::spawn_order::oldest_first;
  return detail::handle_access::make<std::invoke_result_t<F&>>(detail::spawn_task<order>(pool, std::move(f)));
}

/// As spawn, for closures, but those that one thread spawns begin in that order, and after all that lies in its deque. The
/// handle's owner may still run its task earlier, by waiting for it.
template <class F>
requires(std::invocable<F&> && !detail::pollable<F>) [[nodiscard]] auto spawn_fifo(F f) {
  return spawn_fifo_on(detail::registry::current_or_global(), std::move(f));
}

}  // namespace weft::inline WEFT_ABI::par

namespace weft::inline WEFT_ABI {
using par::deadlock_error;
using par::handle;
using par::spawn;
}  // namespace weft::inline WEFT_ABI
