// sent<T> and received<T>: what became of a message, in words; a refusal hands the message back.
#pragma once

#include <weft/atomic/abi.hpp>
#include <weft/atomic/assert.hpp>
#include <weft/channel/detail/goods.hpp>

#include <cstdint>
#include <optional>
#include <type_traits>
#include <utility>

namespace weft::inline WEFT_ABI::channel {

/// What came of one attempt to send or to receive.
enum class outcome : std::uint8_t {
  ok,            ///< the message has changed hands
  full,          ///< no room now
  empty,         ///< no message now
  disconnected,  ///< closed, or nobody is left at the other end
  timed_out      ///< the deadline passed first
};

/// What became of a message that was to be sent: `ok`, or why not, and then it is in here.
///
/// Threads   a value like any other: one at a time.
///
///     weft::channel::array_queue<int> queue(1);
///     if (auto s = queue.push(7); !s) std::abort();  // a queue of one takes one
template <class T>
class [[nodiscard]] sent {
 public:
  using value_type = T;

  /// The message is on its way.
  constexpr sent() noexcept = default;
  /// The message was refused, and comes back.
  constexpr sent(channel::outcome why, T&& goods) noexcept(std::is_nothrow_move_constructible_v<T>)
      : goods_(std::in_place, std::move(goods)), why_(why) {
    WEFT_DEBUG_ASSERT(why != channel::outcome::ok, "a message that was sent can't be handed back");
  }

  [[nodiscard]] constexpr channel::outcome outcome() const noexcept { return why_; }
  [[nodiscard]] constexpr explicit operator bool() const noexcept { return is_ok(); }
  [[nodiscard]] constexpr bool is_ok() const noexcept { return why_ == channel::outcome::ok; }
  [[nodiscard]] constexpr bool is_full() const noexcept { return why_ == channel::outcome::full; }
  [[nodiscard]] constexpr bool is_disconnected() const noexcept { return why_ == channel::outcome::disconnected; }
  [[nodiscard]] constexpr bool is_timed_out() const noexcept { return why_ == channel::outcome::timed_out; }

  /// The message that was refused; must not be `ok`.
  [[nodiscard]] constexpr T take() && {
    WEFT_ASSERT(goods_.has_value(), "sent::take() has nothing to give back: the message was sent (ask is_ok() first)");
    return std::move(*goods_);
  }

  [[nodiscard]] friend constexpr bool operator==(const sent& result, channel::outcome word) noexcept {
    return result.why_ == word;
  }

 private:
  detail::goods<T> goods_;
  channel::outcome why_ = channel::outcome::ok;
};

/// What a receiver got: a message, or why there is none.
///
/// Threads   a value like any other: one at a time.
///
///     auto [tx, rx] = weft::channel::unbounded<int>();
///     static_cast<void>(tx.send(7));
///     if (auto r = rx.try_recv()) static_cast<void>(*r == 7);
template <class T>
class [[nodiscard]] received {
 public:
  using value_type = T;

  /// A message.
  template <class... Args>
  constexpr explicit received(std::in_place_t, Args&&... args) noexcept(std::is_nothrow_constructible_v<T, Args...>)
      : goods_(std::in_place, std::forward<Args>(args)...) {}
  /// None, and why.
  constexpr explicit received(channel::outcome why) noexcept : why_(why) {
    WEFT_DEBUG_ASSERT(why != channel::outcome::ok, "received `ok` needs a message");
  }

  [[nodiscard]] constexpr channel::outcome outcome() const noexcept { return why_; }
  [[nodiscard]] constexpr explicit operator bool() const noexcept { return is_ok(); }
  [[nodiscard]] constexpr bool is_ok() const noexcept { return why_ == channel::outcome::ok; }
  [[nodiscard]] constexpr bool is_empty() const noexcept { return why_ == channel::outcome::empty; }
  [[nodiscard]] constexpr bool is_disconnected() const noexcept { return why_ == channel::outcome::disconnected; }
  [[nodiscard]] constexpr bool is_timed_out() const noexcept { return why_ == channel::outcome::timed_out; }

  /// The message; must be `ok`.
  [[nodiscard]] constexpr T& operator*() & { return checked(); }
  [[nodiscard]] constexpr const T& operator*() const& { return const_cast<received*>(this)->checked(); }
  [[nodiscard]] constexpr T&& operator*() && { return std::move(checked()); }
  [[nodiscard]] constexpr T* operator->() { return &checked(); }
  [[nodiscard]] constexpr const T* operator->() const { return &const_cast<received*>(this)->checked(); }
  [[nodiscard]] constexpr T take() && { return std::move(checked()); }
  /// The message if there is one, without the reason why not.
  [[nodiscard]] constexpr std::optional<T> into_optional() && {
    std::optional<T> message;
    if (goods_.has_value()) message.emplace(std::move(*goods_));
    return message;
  }

  [[nodiscard]] friend constexpr bool operator==(const received& result, channel::outcome word) noexcept {
    return result.why_ == word;
  }

 private:
  constexpr T& checked() {
    WEFT_ASSERT(goods_.has_value(), "received<T> holds no message: ask is_ok() first");
    return *goods_;
  }

  detail::goods<T> goods_;
  channel::outcome why_ = channel::outcome::ok;
};

}  // namespace weft::inline WEFT_ABI::channel
