// poll<T>: what asking a future for its value says: not yet, or here it is.
#pragma once

#include <weft/atomic/abi.hpp>
#include <weft/atomic/assert.hpp>

#include <concepts>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace weft::inline WEFT_ABI::atomic {

/// "Not yet": converts to every poll<T>.
struct pending_t {};
inline constexpr pending_t pending{};

/// The outcome of one look at a future: `pending`, or ready with a T.
///
/// Threads   a value like any other: one at a time.
///
///     weft::poll<int> p = 7;
///     int value = p.is_ready() ? std::move(p).take() : 0;  // 7
template <class T>
class [[nodiscard]] poll {
 public:
  using value_type = T;

  constexpr poll(pending_t) noexcept {}
  template <class U = T>
  requires(std::constructible_from<T, U> && !std::same_as<std::remove_cvref_t<U>, poll> &&
           !std::same_as<std::remove_cvref_t<U>,
                         pending_t>) constexpr poll(U&& value) noexcept(std::is_nothrow_constructible_v<T, U>)
      : value_(std::forward<U>(value)) {}

  [[nodiscard]] constexpr bool is_ready() const noexcept { return value_.has_value(); }
  [[nodiscard]] constexpr bool is_pending() const noexcept { return !value_.has_value(); }

  /// The value; the poll must be ready.
  [[nodiscard]] constexpr T take() && {
    WEFT_ASSERT(value_.has_value(), "poll::take() needs a ready poll: ask is_ready() first");
    return std::move(*value_);
  }
  [[nodiscard]] constexpr const T& value() const& {
    WEFT_ASSERT(value_.has_value(), "poll::value() needs a ready poll: ask is_ready() first");
    return *value_;
  }

 private:
  std::optional<T> value_;
};

/// Ready with a reference to something that lives elsewhere.
template <class T>
class [[nodiscard]] poll<T&> {
 public:
  using value_type = T&;

  constexpr poll(pending_t) noexcept {}
  constexpr poll(T& value) noexcept : value_(std::addressof(value)) {}

  [[nodiscard]] constexpr bool is_ready() const noexcept { return value_ != nullptr; }
  [[nodiscard]] constexpr bool is_pending() const noexcept { return value_ == nullptr; }

  /// The referred object; the poll must be ready.
  [[nodiscard]] constexpr T& take() && { return value(); }
  [[nodiscard]] constexpr T& value() const& {
    WEFT_ASSERT(value_ != nullptr, "poll::value() needs a ready poll: ask is_ready() first");
    return *value_;
  }

 private:
  T* value_ = nullptr;
};

/// Ready without a value.
template <>
class [[nodiscard]] poll<void> {
 public:
  using value_type = void;
  struct ready_t {};

  constexpr poll(pending_t) noexcept {}
  constexpr poll(ready_t) noexcept : ready_(true) {}

  [[nodiscard]] constexpr bool is_ready() const noexcept { return ready_; }
  [[nodiscard]] constexpr bool is_pending() const noexcept { return !ready_; }
  constexpr void take() && { WEFT_ASSERT(ready_, "poll::take() needs a ready poll: ask is_ready() first"); }

 private:
  bool ready_ = false;
};

/// "Done, and nothing to hand over": converts to poll<void>.
inline constexpr poll<void>::ready_t ready{};

}  // namespace weft::inline WEFT_ABI::atomic

namespace weft::inline WEFT_ABI {
using atomic::pending;
using atomic::pending_t;
using atomic::poll;
using atomic::ready;
}  // namespace weft::inline WEFT_ABI
