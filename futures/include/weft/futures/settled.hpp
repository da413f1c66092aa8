// settled<T>: how a future ended: with a value, or with an exception.
#pragma once

#include <weft/futures/future.hpp>

#include <exception>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace weft::inline WEFT_ABI::futures {

/// A value or an exception, as then() hands it on.
template <class T>
class [[nodiscard]] settled {
 public:
  using value_type = T;

  explicit settled(atomic::poll<T>&& answer) : value_(detail::keep(std::move(answer))) {}
  explicit settled(std::exception_ptr error) noexcept : error_(std::move(error)) {}

  /// Polls f; true when `place` has been filled with how it ended.
  template <future F>
  [[nodiscard]] static bool poll_into(std::optional<settled>& place, F& f, context& cx) {
    try {
      atomic::poll<T> answer = f.poll(cx);
      if (answer.is_pending()) return false;
      place.emplace(std::move(answer));
    } catch (...) {
      place.emplace(std::current_exception());
    }
    return true;
  }

  [[nodiscard]] bool has_value() const noexcept { return value_.has_value(); }
  [[nodiscard]] explicit operator bool() const noexcept { return has_value(); }
  /// The exception; null when there is a value.
  [[nodiscard]] std::exception_ptr error() const noexcept { return error_; }
  /// The value, or throws the exception.
  T take() && {
    if (error_) std::rethrow_exception(error_);
    if constexpr (std::is_reference_v<T>) {
      return **value_;
    } else if constexpr (!std::is_void_v<T>) {
      return std::move(*value_);
    }
  }

 private:
  std::optional<detail::kept_t<T>> value_;
  std::exception_ptr error_;
};

}  // namespace weft::inline WEFT_ABI::futures
