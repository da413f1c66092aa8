// goods<T>: an optional T for return values, all of whose bytes are always set when T is a plain value.
//
// std::optional leaves the bytes of an absent T alone; copying it then makes g++ 12 warn at the caller ("may be used
// uninitialized"), in code that isn't ours. For a small trivial T a zero costs nothing.
#pragma once

#include <weft/atomic/abi.hpp>

#include <optional>
#include <type_traits>
#include <utility>

namespace weft::inline WEFT_ABI::channel::detail {

template <class T>
class plain_goods {
 public:
  constexpr plain_goods() noexcept = default;
  template <class... Args>
  constexpr explicit plain_goods(std::in_place_t, Args&&... args) : value_(std::forward<Args>(args)...), is_there_(true) {}

  [[nodiscard]] constexpr bool has_value() const noexcept { return is_there_; }
  [[nodiscard]] constexpr T& operator*() noexcept { return value_; }
  [[nodiscard]] constexpr const T& operator*() const noexcept { return value_; }

 private:
  T value_{};
  bool is_there_ = false;
};

template <class T>
using goods =
    std::conditional_t<std::is_trivially_copyable_v<T> && std::is_trivially_default_constructible_v<T> && sizeof(T) <= 16,
                       plain_goods<T>, std::optional<T>>;

}  // namespace weft::inline WEFT_ABI::channel::detail
