// stolen<T>: what asking a deque for a task says: here it is, there is none, or ask again.
#pragma once

#include <weft/atomic/abi.hpp>
#include <weft/atomic/assert.hpp>

#include <cstdint>
#include <optional>
#include <type_traits>
#include <utility>

namespace weft::inline WEFT_ABI::deque {

enum class steal_outcome : std::uint8_t {
  empty,   ///< there was nothing to take
  retry,   ///< another thread won this round: ask again
  success  ///< here it is
};

/// The outcome of one attempt to steal.
///
/// Threads   a value like any other: one at a time.
///
///     weft::deque::stolen<int> s = weft::deque::stolen<int>::success(7);
///     int got = s ? std::move(s).take() : 0;
template <class T>
class [[nodiscard]] stolen {
 public:
  using value_type = T;

  [[nodiscard]] static constexpr stolen empty() noexcept { return stolen(steal_outcome::empty); }
  [[nodiscard]] static constexpr stolen retry() noexcept { return stolen(steal_outcome::retry); }
  [[nodiscard]] static constexpr stolen success(T value) noexcept(std::is_nothrow_move_constructible_v<T>) {
    return stolen(std::move(value));
  }

  [[nodiscard]] constexpr bool is_empty() const noexcept { return outcome_ == steal_outcome::empty; }
  [[nodiscard]] constexpr bool is_retry() const noexcept { return outcome_ == steal_outcome::retry; }
  [[nodiscard]] constexpr bool is_success() const noexcept { return outcome_ == steal_outcome::success; }
  [[nodiscard]] constexpr explicit operator bool() const noexcept { return is_success(); }
  [[nodiscard]] constexpr steal_outcome outcome() const noexcept { return outcome_; }

  /// The task, to look at; there must be one.
  [[nodiscard]] constexpr const T& operator*() const& noexcept {
    WEFT_ASSERT(is_success(), "stolen<T> holds no task: ask is_success() first");
    return *value_;
  }
  /// The task itself; there must be one.
  [[nodiscard]] constexpr T take() && noexcept(std::is_nothrow_move_constructible_v<T>) {
    WEFT_ASSERT(is_success(), "stolen<T> holds no task: ask is_success() first");
    return std::move(*value_);
  }
  /// The task or nothing: forgets whether asking again makes sense.
  [[nodiscard]] constexpr std::optional<T> into_optional() && noexcept(std::is_nothrow_move_constructible_v<T>) {
    return std::move(value_);
  }

 private:
  constexpr explicit stolen(steal_outcome outcome) noexcept : outcome_(outcome) {}
  constexpr explicit stolen(T&& value) noexcept(std::is_nothrow_move_constructible_v<T>)
      : value_(std::move(value)), outcome_(steal_outcome::success) {}

  std::optional<T> value_;
  steal_outcome outcome_;
};

}  // namespace weft::inline WEFT_ABI::deque
