// A spawned task: one allocation that holds the closure or future, then its result, and the word that both owners share.
//
// The protocol, its words and invariants: task_word.hpp, task_protocol.hpp. What this file adds:
//   T4  each run stands in its thread's list of runs, so that a wait for something underneath it is seen (is_beneath()).
#pragma once

#include <weft/atomic/poll.hpp>
#include <weft/atomic/seam.hpp>
#include <weft/atomic/waker.hpp>
#include <weft/par/cancelled_error.hpp>
#include <weft/par/detail/engine.hpp>
#include <weft/par/detail/task_protocol.hpp>
#include <weft/par/detail/task_word.hpp>

#include <concepts>
#include <exception>
#include <functional>
#include <memory>
#include <type_traits>
#include <utility>

namespace weft::inline WEFT_ABI::par::detail {

/// What can be polled: an object with `poll(context&) -> poll<T>`.
template <class F>
concept pollable = requires(F& f, context& cx) {
  typename decltype(f.poll(cx))::value_type;
  requires std::same_as<decltype(f.poll(cx)), atomic::poll<typename decltype(f.poll(cx))::value_type>>;
};

/// The untyped part of a task: what the protocol asks for, out of a body's functions and a pool.
class task : public job, public task_protocol<task> {
 public:
  /// The runs under way on this thread, innermost first.
  struct running {
    const task* what;
    running* below;
  };

  /// Waits for the end; runs the task itself when it hasn't begun. Throws deadlock_error when it is beneath the caller.
  void wait();
  /// Throws deadlock_error or fork_error when a wait for this unfinished task could not end.
  void check_reachable() const;
  /// True when a run of this task is under way on this thread, so that waiting here could not end.
  [[nodiscard]] bool is_beneath() const noexcept;

 protected:
  task(registry& pool, bool held, bool stoppable) noexcept
      : job{&task::run_entry}, task_protocol<task>(held, stoppable), pool_(&pool), forks_(pool.forks()) {}
  virtual ~task() = default;

  /// Runs the body, or polls it once. On value and error the result lives and the body is destroyed.
  virtual task_outcome run_body() noexcept = 0;
  virtual void drop_body() noexcept = 0;
  virtual void drop_result(task_phase phase) noexcept = 0;
  virtual std::exception_ptr take_error() noexcept = 0;
  /// For who has learnt that the task was cancelled: waits until a stop request's callback, which may be dropping the body on
  /// another thread, is over.
  virtual void await_canceller() noexcept {}

  /// A waker of this task that shares the run's reference: never destroyed.
  [[nodiscard]] waker borrowed_waker() noexcept { return waker(waker_functions, this); }

 private:
  friend class task_protocol<task>;

  /// The way back to the pool. It outlives the task's memory; and in a forked child it leads nowhere, as the pool may be gone.
  class way_back {
   public:
    way_back(registry* pool, fork_watch forks) noexcept : pool_(pool), forks_(forks) {}
    const way_back* operator->() const noexcept { return this; }
    void hold() const noexcept {
      if (!forks_.is_orphaned()) pool_->hold();
    }
    void release() const noexcept {
      if (!forks_.is_orphaned()) pool_->release();
    }

   private:
    registry* pool_;
    fork_watch forks_;
  };
  [[nodiscard]] way_back pool() const noexcept { return {pool_, forks_}; }
  task_outcome step() noexcept;
  void disown_result(task_phase phase) noexcept;
  void free() noexcept { delete this; }
  void submit() noexcept { enqueue(&registry::submit); }  // it has woken itself: behind the others
  void submit_woken() noexcept { enqueue(&registry::submit_woken); }
  void enqueue(void (registry::*how)(job&)) noexcept;
  void sleep_to_end();

  static void run_entry(job& self) noexcept { static_cast<task&>(self).take_entry(); }
  void run_here() noexcept;
  void run_inside(participant& here) noexcept;
  [[nodiscard]] static job* pop_live(participant& here) noexcept;
  [[nodiscard]] static bool push_back(participant& here, job& top) noexcept;

  static const atomic::waker_vtable waker_functions;

  registry* pool_;  // may be gone when the task has ended
  fork_watch forks_;
};

extern template class task_protocol<task>;

/// How a T is kept between the run and the handle.
template <class T>
struct kept {
  using type = T;
};
template <class T>
struct kept<T&> {
  using type = T*;
};
template <>
struct kept<void> {
  struct type {};
};

/// The part that a handle<T> knows: a task with a result of type T.
template <class T>
class task_with_result : public task {
  static_assert(std::is_void_v<T> || std::is_reference_v<T> || std::is_move_constructible_v<T>,
                "[weft] a task's result must be movable: it is handed to whoever waits for it");
  static_assert(!std::is_rvalue_reference_v<T>,
                "[weft] a task can't return an rvalue reference: what it refers to may be gone");
  static_assert(std::is_void_v<T> || std::is_reference_v<T> || std::is_nothrow_destructible_v<T>,
                "[weft] a task's result must not throw from its destructor");

 public:
  using kept_type = typename kept<T>::type;

  /// The result of an ended task, once: the value, or throws the task's exception or cancelled_error.
  [[nodiscard]] atomic::poll<T> take() {
    const task_phase phase = state().phase();
    if (phase != task_phase::value) throw_instead(phase);
    struct ender {
      slot<kept_type>* value;
      ~ender() { value->destroy(); }
    } end{&value_};
    if constexpr (std::is_void_v<T>) {
      return atomic::ready;
    } else if constexpr (std::is_reference_v<T>) {
      return atomic::poll<T>(*value_.write());
    } else {
      return atomic::poll<T>(std::move(value_.write()));
    }
  }

 protected:
  using task::task;

  template <class Call>
  task_outcome keep(Call&& call) noexcept {
    try {
      if constexpr (std::is_void_v<T>) {
        std::forward<Call>(call)();
        value_.construct();
      } else if constexpr (std::is_reference_v<T>) {
        value_.construct(std::addressof(std::forward<Call>(call)()));
      } else {
        value_.construct(std::forward<Call>(call)());
      }
      return task_outcome::value;
    } catch (...) {
      keep_error(std::current_exception());
      return task_outcome::error;
    }
  }
  void keep_error(std::exception_ptr error) noexcept { error_.construct(std::move(error)); }

 private:
  [[noreturn]] void throw_instead(task_phase phase);

  void drop_result(task_phase phase) noexcept final {
    if (phase == task_phase::value) value_.destroy();
    if (phase == task_phase::cancelled) this->await_canceller();
    if (phase == task_phase::error) {
      error_.destroy();
      note_dropped_exception();  // the pool itself may be gone
    }
  }
  std::exception_ptr take_error() noexcept final { return error_.take(); }

  slot<kept_type> value_;
  slot<std::exception_ptr> error_;
};

template <class T>
void task_with_result<T>::throw_instead(task_phase phase) {
  if (phase == task_phase::cancelled) {
    this->await_canceller();
    throw_cancelled();
  }
  std::rethrow_exception(error_.take());
}

/// A closure that runs once.
template <class F>
class closure_task : public task_with_result<std::invoke_result_t<F&>>,
                     public memory_for<F, typename kept<std::invoke_result_t<F&>>::type> {
  using base = task_with_result<std::invoke_result_t<F&>>;

 public:
  closure_task(registry& pool, F&& f, bool stoppable = false) : base(pool, false, stoppable) {
    body_.construct(std::move(f));
  }

 private:
  task_outcome run_body() noexcept override {
    const task_outcome how = this->keep([this]() -> std::invoke_result_t<F&> { return std::invoke(body_.write()); });
    body_.destroy();
    return how;
  }
  void drop_body() noexcept override { body_.destroy(); }

  slot<F> body_;
};

template <pollable F>
using polled_t = typename decltype(std::declval<F&>().poll(std::declval<context&>()))::value_type;

/// A future that the pool polls whenever it is woken.
template <class F>
class future_task : public task_with_result<polled_t<F>>, public memory_for<F, typename kept<polled_t<F>>::type> {
  using base = task_with_result<polled_t<F>>;
  using result = polled_t<F>;

 public:
  future_task(registry& pool, F&& f, bool stoppable = false) : base(pool, true, stoppable) {
    body_.construct(std::move(f));
    pool.hold();  // until it has ended: it may have to be submitted again at any time
  }

 private:
  task_outcome run_body() noexcept override {
    slot<waker> self;  // never destroyed: it shares the run's reference
    self.construct(this->borrowed_waker());
    context cx(self.read());
    task_outcome how = task_outcome::error;
    try {
      atomic::poll<result> answer = body_.write().poll(cx);
      if (answer.is_pending()) return task_outcome::pending;
      how = this->keep([&answer]() -> result { return std::move(answer).take(); });
    } catch (...) {
      this->keep_error(std::current_exception());
    }
    body_.destroy();
    return how;
  }
  void drop_body() noexcept override { body_.destroy(); }

  slot<F> body_;
};

template <class F>
struct task_for {
  using type = closure_task<F>;
};
template <pollable F>
struct task_for<F> {
  using type = future_task<F>;
};

template <class F>
struct task_result : std::invoke_result<F&> {};
template <pollable F>
struct task_result<F> {
  using type = polled_t<F>;
};
/// What a task of F gives.
template <class F>
using result_of_task = typename task_result<F>::type;

/// Which of a worker's tasks goes first: the one on top of its deque, so that it can be taken back, or the oldest in its queue.
enum class spawn_order : bool { newest_first, oldest_first };

/// Makes the task and puts it on top of this thread's deque, or into its queue, or into the pool's injector from outside. Returns
/// it with the handle's reference. Woken work goes oldest first.
template <class Made, spawn_order Order, class F>
Made* submit_new(registry& pool, F f) {
  struct undo {
    void operator()(task* made) const noexcept { made->destroy(); }
  };
  std::unique_ptr<Made, undo> made(new Made(pool, std::move(f)));
  if constexpr (Order == spawn_order::newest_first) {
    pool.submit_scoped(*made);
  } else {
    pool.submit(*made);
  }
  return made.release();
}
template <spawn_order Order = spawn_order::newest_first, class F>
auto spawn_task(registry& pool, F f) {
  return detail::submit_new<typename task_for<F>::type, Order>(pool, std::move(f));
}

}  // namespace weft::inline WEFT_ABI::par::detail
