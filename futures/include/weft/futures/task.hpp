// task<T>: a coroutine that is a future. It runs when it is polled, on whatever thread that is, and owns its frame.
#pragma once

#include <weft/atomic/assert.hpp>
#include <weft/futures/detail/frame.hpp>
#include <weft/futures/future.hpp>

#include <concepts>
#include <coroutine>
#include <cstddef>
#include <exception>
#include <memory>
#include <new>
#include <optional>
#include <type_traits>
#include <utility>

namespace weft::inline WEFT_ABI::futures {

template <class T = void>
class task;

namespace detail {

template <class T>
concept fits_a_frame = std::is_void_v<T> || std::is_reference_v<T> ||
                       alignof(regular_t<T>) <= __STDCPP_DEFAULT_NEW_ALIGNMENT__;

/// Where a coroutine leaves its result: co_return's value or the exception that left it.
template <class T>
class result_place {
 public:
  template <class U = T>
  requires std::constructible_from<T, U>
  void return_value(U&& value) { value_.emplace(std::forward<U>(value)); }
  void unhandled_exception() noexcept { error_ = std::current_exception(); }
  [[nodiscard]] T take() {
    if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
    return std::move(*value_);
  }

 private:
  std::optional<T> value_;
  std::exception_ptr error_;
};

template <class T>
class result_place<T&> {
 public:
  void return_value(T& value) noexcept { value_ = std::addressof(value); }
  void unhandled_exception() noexcept { error_ = std::current_exception(); }
  [[nodiscard]] T& take() {
    if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
    return *value_;
  }

 private:
  T* value_ = nullptr;
  std::exception_ptr error_;
};

template <>
class result_place<void> {
 public:
  void return_void() noexcept {}
  void unhandled_exception() noexcept { error_ = std::current_exception(); }
  void take() {
    if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
  }

 private:
  std::exception_ptr error_;
};

/// co_await of any future: polls it; what isn't ready is polled again by the chain's loop.
template <class F>
class future_awaiter final : public leaf {
  using result = output_t<std::remove_reference_t<F>>;
  static_assert(fits_a_frame<result>,
                "[weft] no compiler aligns coroutine frames beyond operator new: await a unique_ptr of it");
  static_assert(std::is_reference_v<F> || alignof(std::remove_reference_t<F>) <= __STDCPP_DEFAULT_NEW_ALIGNMENT__,
                "[weft] no compiler aligns coroutine frames beyond operator new: await boxed(std::move(future))");

 public:
  future_awaiter(F&& awaited, frame& awaiting) noexcept(std::is_nothrow_constructible_v<F, F&&>)
      : awaited_(std::forward<F>(awaited)), awaiting_(&awaiting) {}
  future_awaiter(const future_awaiter&) = delete;
  future_awaiter& operator=(const future_awaiter&) = delete;

  [[nodiscard]] bool await_ready() {
    answer_.emplace(awaited_.poll(awaiting_->current_context()));
    return answer_->is_ready();
  }
  void await_suspend(std::coroutine_handle<>) noexcept { awaiting_->wait_for(*this); }
  result await_resume() {
    if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
    return std::move(*answer_).take();
  }

  bool poll_again(context& cx) noexcept override {
    try {
      answer_.emplace(awaited_.poll(cx));
      return answer_->is_ready();
    } catch (...) {
      error_ = std::current_exception();
      return true;
    }
  }

 private:
  F awaited_;
  frame* awaiting_;
  std::optional<atomic::poll<result>> answer_;
  std::exception_ptr error_;
};

template <class T>
class task_awaiter;

template <class X>
inline constexpr bool is_task = false;
template <class T>
inline constexpr bool is_task<task<T>> = true;

template <class T>
class promise final : public frame, public result_place<T> {
 public:
  promise() noexcept : frame(std::coroutine_handle<promise>::from_promise(*this)) {}

  task<T> get_return_object() noexcept { return task<T>(*this); }
  std::suspend_always initial_suspend() const noexcept { return {}; }

  struct at_end {
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<promise> self) const noexcept { self.promise().return_to_parent(); }
    void await_resume() const noexcept {}
  };
  at_end final_suspend() const noexcept { return {}; }

  template <class U>
  task_awaiter<U> await_transform(task<U>&& child) noexcept {
    return task_awaiter<U>(std::move(child), *this);
  }
  template <class F>
  requires(future<std::remove_reference_t<F>> &&
           (std::is_lvalue_reference_v<F> || !is_task<F>)) future_awaiter<F> await_transform(F&& awaited) {
    return future_awaiter<F>(std::forward<F>(awaited), *this);
  }
  template <class X>
  requires(!future<std::remove_reference_t<X>>) std::suspend_never await_transform(X&&) {
    static_assert(
        future<std::remove_reference_t<X>>,
        "[weft] co_await in a task takes a future, something with poll(context&): a handle, a task, rx.recv_async() …");
    return {};
  }
};

/// co_await of a fresh task: its frame joins the awaiting chain. One that was polled before is awaited like any future.
template <class T>
class task_awaiter final : public leaf {
 public:
  task_awaiter(task<T>&& child, frame& awaiting) noexcept : child_(std::move(child)), awaiting_(&awaiting) {
    WEFT_ASSERT(child_.frame_, "co_await needs a task: this one was moved from");
  }
  task_awaiter(const task_awaiter&) = delete;
  task_awaiter& operator=(const task_awaiter&) = delete;

  [[nodiscard]] bool await_ready() {
    polled_ = child_.frame_->has_begun();
    return polled_ && child_.frame_->advance(awaiting_->current_context());
  }
  void await_suspend(std::coroutine_handle<>) noexcept {
    if (polled_) return awaiting_->wait_for(*this);
    awaiting_->wait_for(*child_.frame_, child_.frame_.place());
  }
  T await_resume() { return child_.take(); }

  bool poll_again(context& cx) noexcept override { return child_.frame_->advance(cx); }

 private:
  task<T> child_;
  frame* awaiting_;
  bool polled_ = false;
};

}  // namespace detail

/// A coroutine as a future: write a function that returns task<T> and uses co_await and co_return.
///
/// Lazy: it begins at its first poll, on the polling thread. `co_await` takes every future: by value (an rvalue, which then
/// lives in the coroutine), or by reference (an lvalue, which stays where it is and can be awaited again if it wasn't ready).
/// Destroying a task destroys its locals and whatever it awaits, innermost first.
///
/// Threads   one at a time; between polls it may move to another thread, and so may everything that lives in it.
/// Progress  never blocks: where it waits, the polling thread does other work.
/// Cost      one allocation for the frame; a co_await of another task or a ready future allocates nothing more, and no depth
///           or number of awaits uses stack.
/// Errors    an exception that leaves the coroutine comes out of its poll, its co_await, or the wait for its handle.
///           A parameter taken by reference, and what a lambda captured, must outlive the task: see async() for lambdas.
///
///     auto twice = [](int x) -> weft::futures::task<int> { co_return 2 * x; };
///     auto sum = [twice]() -> weft::futures::task<int> { co_return co_await twice(3) + co_await twice(4); };
///     int fourteen = weft::block_on(sum());
template <class T>
class [[nodiscard]] task {
  static_assert(!std::is_rvalue_reference_v<T>,
                "[weft] a task can't give an rvalue reference: what it refers to may be gone");
  static_assert(std::is_void_v<T> || std::is_reference_v<T> || std::is_move_constructible_v<T>,
                "[weft] a task's result must be movable: it is handed to whoever awaits it");

 public:
  using value_type = T;
  using promise_type = detail::promise<T>;
  static constexpr bool moves_while_polled = true;

  task(task&&) noexcept = default;
  task& operator=(task&&) noexcept = default;

  /// Runs the coroutine until it has to wait or ends.
  [[nodiscard]] atomic::poll<T> poll(context& cx) {
    WEFT_ASSERT(frame_, "poll() needs a task: this one was moved from");
    if (!frame_->advance(cx)) return pending;
    if constexpr (std::is_void_v<T>) {
      take();
      return atomic::ready;
    } else {
      return atomic::poll<T>(take());
    }
  }

 private:
  friend class detail::promise<T>;
  friend class detail::task_awaiter<T>;
  static_assert(detail::fits_a_frame<T>,
                "[weft] no compiler aligns coroutine frames beyond operator new: return a unique_ptr");

  explicit task(promise_type& made) noexcept : frame_(made) {}
  T take() { return static_cast<promise_type&>(*frame_).take(); }

  detail::frame_owner frame_;
};

}  // namespace weft::inline WEFT_ABI::futures
