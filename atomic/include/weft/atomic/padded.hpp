// padded<T>: a T alone on its cache lines, so that its writers don't slow down the readers of its neighbours.
#pragma once

#include <weft/atomic/abi.hpp>

#include <concepts>
#include <cstddef>
#include <type_traits>
#include <utility>

namespace weft::inline WEFT_ABI::atomic {

/// Bytes between two things that must not disturb each other. A fixed part of the ABI, unlike
/// std::hardware_destructive_interference_size. x86-64 fetches lines in pairs, big AArch64 and POWER cores have 128-byte lines.
#if defined(__x86_64__) || defined(__aarch64__) || defined(__powerpc64__)
inline constexpr std::size_t interference_size = 128;
#elif defined(__s390x__)
inline constexpr std::size_t interference_size = 256;
#elif defined(__arm__)
inline constexpr std::size_t interference_size = 32;
#else
inline constexpr std::size_t interference_size = 64;
#endif

/// A T with nothing else within interference_size bytes; reached like through a pointer.
///
/// Threads   as T.
/// Cost      alignof and a multiple of sizeof are interference_size (128 on x86-64).
///
///     weft::padded<int> counter{7};
///     *counter += 1;
template <class T>
class alignas(interference_size) padded {
 public:
  constexpr padded() noexcept(std::is_nothrow_default_constructible_v<T>) requires std::default_initializable<T>
  = default;
  template <class... Args>
  requires(sizeof...(Args) > 0 && std::constructible_from<T, Args...> &&
           !(sizeof...(Args) == 1 &&
             (std::same_as<std::remove_cvref_t<Args>, padded> &&
              ...))) constexpr explicit padded(Args&&... args) noexcept(std::is_nothrow_constructible_v<T, Args...>)
      : value_(std::forward<Args>(args)...) {}

  [[nodiscard]] constexpr T& operator*() noexcept { return value_; }
  [[nodiscard]] constexpr const T& operator*() const noexcept { return value_; }
  [[nodiscard]] constexpr T* operator->() noexcept { return &value_; }
  [[nodiscard]] constexpr const T* operator->() const noexcept { return &value_; }

 private:
  T value_{};
};

template <class T>
padded(T) -> padded<T>;

}  // namespace weft::inline WEFT_ABI::atomic

namespace weft::inline WEFT_ABI {
using atomic::padded;
}  // namespace weft::inline WEFT_ABI
