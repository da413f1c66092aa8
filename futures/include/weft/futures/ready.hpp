// The smallest futures: one that is ready, one that never is, one made of a function, one that lets others go first.
#pragma once

#include <weft/atomic/assert.hpp>
#include <weft/futures/future.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace weft::inline WEFT_ABI::futures {

/// Ready at its first poll.
template <class T>
class [[nodiscard]] ready_future {
 public:
  static constexpr bool moves_while_polled = true;

  explicit ready_future(T&& value) : value_(std::in_place, std::move(value)) {}
  [[nodiscard]] atomic::poll<T> poll(context&) {
    WEFT_ASSERT(value_.has_value(), "a future is not polled again after it was ready");
    atomic::poll<T> answer(std::move(*value_));
    value_.reset();
    return answer;
  }

 private:
  std::optional<T> value_;
};

template <>
class [[nodiscard]] ready_future<void> {
 public:
  static constexpr bool moves_while_polled = true;

  [[nodiscard]] atomic::poll<void> poll(context&) noexcept { return atomic::ready; }
};

/// A future that is ready with the value.
///
///     int seven = weft::block_on(weft::futures::ready(7));
template <class T>
[[nodiscard]] ready_future<std::decay_t<T>> ready(T&& value) {
  return ready_future<std::decay_t<T>>(std::decay_t<T>(std::forward<T>(value)));
}
[[nodiscard]] inline ready_future<void> ready() noexcept { return {}; }

/// Never ready and never woken: for select, and as a placeholder.
template <class T = void>
class [[nodiscard]] never {
 public:
  static constexpr bool moves_while_polled = true;

  [[nodiscard]] atomic::poll<T> poll(context&) noexcept { return pending; }
};

/// A future whose poll is a call of the function.
template <class Fn>
class [[nodiscard]] poll_fn_future {
 public:
  explicit poll_fn_future(Fn fn) : fn_(std::move(fn)) {}
  [[nodiscard]] auto poll(context& cx) -> std::invoke_result_t<Fn&, context&> { return std::invoke(fn_, cx); }

 private:
  Fn fn_;
};

/// A future out of a function `context& -> poll<T>`.
///
///     auto four = weft::futures::poll_fn([](weft::context&) -> weft::poll<int> { return 4; });
///     int value = weft::block_on(std::move(four));
template <class Fn>
[[nodiscard]] poll_fn_future<Fn> poll_fn(Fn fn) {
  static_assert(future<poll_fn_future<Fn>>,
                "[weft] poll_fn takes a function that is called with a context& and returns a poll<T>");
  return poll_fn_future<Fn>(std::move(fn));
}

/// Pending once: the task is queued again behind what waits already.
class [[nodiscard]] yield_now {
 public:
  static constexpr bool moves_while_polled = true;

  [[nodiscard]] atomic::poll<void> poll(context& cx) noexcept {
    if (std::exchange(yielded_, true)) return atomic::ready;
    cx.get_waker().wake_by_ref();
    return pending;
  }

 private:
  bool yielded_ = false;
};

/// A future that a function makes at the first poll; the function lives as long as the future.
template <class Fn>
class [[nodiscard]] async_future {
  using made = std::invoke_result_t<Fn&>;
  static_assert(future<made>, "[weft] async takes a function that returns a future, as a coroutine lambda does");

 public:
  static constexpr bool moves_while_polled = true;

  explicit async_future(Fn fn) : state_(std::make_unique<state>(std::move(fn))) {}
  [[nodiscard]] auto poll(context& cx) -> atomic::poll<output_t<made>> {
    if (!state_->running) state_->running.emplace(std::invoke(state_->fn));
    return state_->running->poll(cx);
  }

 private:
  struct state {  // apart, because a coroutine refers to the lambda it is: the lambda must not move
    explicit state(Fn f) : fn(std::move(f)) {}
    Fn fn;
    std::optional<made> running;
  };
  std::unique_ptr<state> state_;
};

/// Makes a coroutine lambda safe to hand on: what it captured lives as long as the coroutine.
///
///     auto greet = [name = std::string("weft")]() -> weft::futures::task<std::size_t> { co_return name.size(); };
///     std::size_t four = weft::spawn(weft::futures::async(greet)).wait();
template <class Fn>
[[nodiscard]] async_future<Fn> async(Fn fn) {
  return async_future<Fn>(std::move(fn));
}

}  // namespace weft::inline WEFT_ABI::futures
