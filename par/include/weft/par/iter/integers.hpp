// Integers as a source.
#pragma once

#include <weft/par/iter/producer.hpp>

#include <concepts>
#include <cstddef>
#include <iterator>
#include <stdexcept>
#include <type_traits>
#include <utility>

namespace weft::inline WEFT_ABI::par {

namespace plumbing {

template <class T>
struct integer_cursor {
  T first;
  constexpr T at(std::size_t i) const noexcept {
    using bits = std::make_unsigned_t<T>;
    return static_cast<T>(static_cast<bits>(static_cast<bits>(first) + static_cast<bits>(i)));
  }
};

/// first, first + 1, … : length integers.
template <std::integral T>
class integer_producer {
 public:
  using item = T;
  /// Errors    std::length_error when there are more integers than a size_t counts.
  integer_producer(T first, T last) : first_(first) {
    if (!(first < last)) return;
    using bits = std::make_unsigned_t<T>;
    const auto count = static_cast<bits>(static_cast<bits>(last) - static_cast<bits>(first));
    if constexpr (sizeof(bits) > sizeof(std::size_t)) {
      if (count > static_cast<std::size_t>(-1))
        throw std::length_error("weft::par_iter: more integers than a size_t counts");
    }
    length_ = static_cast<std::size_t>(count);
  }
  [[nodiscard]] std::size_t length() const noexcept { return length_; }
  [[nodiscard]] integer_cursor<T> cursor() const noexcept { return {first_}; }

 private:
  T first_;
  std::size_t length_ = 0;
};

}  // namespace plumbing

/// The integers of [first, last): what range() and indices() return.
template <std::integral T>
class integer_range {
 public:
  class iterator {
   public:
    using value_type = T;
    using difference_type = std::ptrdiff_t;
    using reference = T;
    using iterator_category = std::input_iterator_tag;
    using iterator_concept = std::forward_iterator_tag;

    constexpr iterator() noexcept = default;
    constexpr explicit iterator(T value) noexcept : value_(value) {}
    constexpr T operator*() const noexcept { return value_; }
    constexpr iterator& operator++() noexcept {
      ++value_;
      return *this;
    }
    constexpr iterator operator++(int) noexcept { return iterator(value_++); }
    friend constexpr bool operator==(iterator, iterator) noexcept = default;

   private:
    T value_{};
  };

  constexpr integer_range(T first, T last) noexcept : first_(first), last_(last < first ? first : last) {}
  [[nodiscard]] constexpr iterator begin() const noexcept { return iterator(first_); }
  [[nodiscard]] constexpr iterator end() const noexcept { return iterator(last_); }
  [[nodiscard]] constexpr bool empty() const noexcept { return first_ == last_; }
  [[nodiscard]] constexpr T first() const noexcept { return first_; }
  [[nodiscard]] constexpr T last() const noexcept { return last_; }

 private:
  T first_;
  T last_;
};

/// The integers of [first, last) as a range, for par_iter and for serial loops; empty when last <= first.
///
/// Returns   an integer_range over the common type of both ends.
/// Errors    std::invalid_argument when a negative end stands beside one of an unsigned common type.
///
///     long sum = par_iter(range(1, 101)).sum();  // 5050
template <std::integral A, std::integral B>
requires(!std::same_as<A, bool> && !std::same_as<B, bool>) [[nodiscard]] constexpr auto range(A first, B last) {
  using T = std::common_type_t<A, B>;
  if constexpr (std::is_unsigned_v<T>) {
    if ((std::is_signed_v<A> && first < A{}) || (std::is_signed_v<B> && last < B{})) {
      throw std::invalid_argument("weft::range: a negative end beside an unsigned one");
    }
  }
  return integer_range<T>(static_cast<T>(first), static_cast<T>(last));
}

/// The indices 0 … n-1 as a range.
///
///     std::vector<double> half(1000);
///     par_iter(indices(half.size())).for_each([&](std::size_t i) { half[i] = 0.5 * double(i); });
[[nodiscard]] constexpr auto indices(std::size_t n) noexcept { return integer_range<std::size_t>(0, n); }

}  // namespace weft::inline WEFT_ABI::par
