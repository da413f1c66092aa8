// Producers over ranges: contiguous memory, other random-access ranges, owned containers, and ranges walked first.
#pragma once

#include <weft/par/iter/producer.hpp>

#include <cstddef>
#include <iterator>
#include <memory>
#include <ranges>
#include <type_traits>
#include <utility>
#include <vector>

namespace weft::inline WEFT_ABI::par::plumbing {

/// Items in a row of memory.
template <class T>
struct contiguous_cursor {
  using element = T;
  T* data;
  constexpr T& at(std::size_t i) const noexcept { return data[i]; }
};

/// Items in a row of memory that are given away.
template <class T>
struct moving_cursor {
  T* data;
  constexpr T&& at(std::size_t i) const noexcept { return std::move(data[i]); }
};

/// Items behind a random-access iterator.
template <class It>
struct iterator_cursor {
  using difference = std::iter_difference_t<It>;
  It first;
  constexpr std::iter_reference_t<It> at(std::size_t i) const { return *(first + static_cast<difference>(i)); }
  template <class Sink>
  constexpr bool each(std::size_t lo, std::size_t hi, Sink& sink) const {
    It it = first + static_cast<difference>(lo);
    for (std::size_t i = lo; i < hi; ++i, ++it) {
      if (!plumbing::feed(sink, *it)) return false;
    }
    return true;
  }
};

/// A span of memory that somebody else keeps alive.
template <class T>
class contiguous_producer {
 public:
  using item = T&;
  contiguous_producer(T* data, std::size_t length) noexcept : data_(data), length_(length) {}
  [[nodiscard]] std::size_t length() const noexcept { return length_; }
  [[nodiscard]] contiguous_cursor<T> cursor() const noexcept { return {data_}; }

 private:
  T* data_;
  std::size_t length_;
};

/// A range with random access that somebody else keeps alive.
template <class It>
class iterator_producer {
 public:
  using item = std::iter_reference_t<It>;
  iterator_producer(It first, std::size_t length) : first_(std::move(first)), length_(length) {}
  [[nodiscard]] std::size_t length() const noexcept { return length_; }
  [[nodiscard]] iterator_cursor<It> cursor() const { return {first_}; }

 private:
  It first_;
  std::size_t length_;
};

/// A view with random access; kept by value, as views are.
template <std::ranges::view V>
class view_producer {
 public:
  using item = std::ranges::range_reference_t<V>;
  explicit view_producer(V view) : view_(std::move(view)), length_(static_cast<std::size_t>(std::ranges::distance(view_))) {}
  [[nodiscard]] std::size_t length() const noexcept { return length_; }
  [[nodiscard]] auto cursor() { return iterator_cursor<std::ranges::iterator_t<V>>{std::ranges::begin(view_)}; }

 private:
  V view_;
  std::size_t length_;
};

/// A container that the pipeline owns; its items are given away as rvalues. What nobody takes dies with the container.
template <class C>
class owning_producer {
 public:
  using item = std::ranges::range_rvalue_reference_t<C>;
  explicit owning_producer(C&& items) : items_(std::move(items)) {}
  owning_producer(owning_producer&&) = default;
  owning_producer& operator=(owning_producer&&) = delete;
  ~owning_producer() = default;

  [[nodiscard]] std::size_t length() const noexcept { return std::ranges::size(items_); }
  [[nodiscard]] auto cursor() {
    if constexpr (std::ranges::contiguous_range<C>) {
      return moving_cursor<std::remove_reference_t<item>>{std::ranges::data(items_)};
    } else {
      using it = std::move_iterator<std::ranges::iterator_t<C>>;
      return iterator_cursor<it>{it(std::ranges::begin(items_))};
    }
  }

 private:
  C items_;
};

/// Iterators as a row of memory, each dereferenced when its turn comes.
template <class It, class Item>
struct gathered_cursor {
  const It* places;
  constexpr Item at(std::size_t i) const { return static_cast<Item>(*places[i]); }
};

/// A range without random access: walked once, on the caller, into a vector of places. Keep is the type of a range that the
/// pipeline owns.
///
/// Cost      one serial walk and one pointer for each item.
template <class Keep, class It, class Item>
class gathered_producer {
 public:
  using item = Item;

  /// Keeps the range, at an address that doesn't move: places may point into it.
  template <class Range, class Place>
  gathered_producer(Range&& range, Place place) : keep_(std::make_unique<Keep>(std::forward<Range>(range))) {
    walk_once(*keep_, place);
  }
  /// Leaves the range where it is.
  template <class Range, class Place>
  gathered_producer(std::in_place_t, Range& elsewhere, Place place) {
    walk_once(elsewhere, place);
  }
  gathered_producer(gathered_producer&&) = default;
  gathered_producer& operator=(gathered_producer&&) = delete;
  ~gathered_producer() = default;

  [[nodiscard]] std::size_t length() const noexcept { return places_.size(); }
  [[nodiscard]] gathered_cursor<It, Item> cursor() const noexcept { return {places_.data()}; }

 private:
  template <class Range, class Place>
  void walk_once(Range& range, Place place) {
    if constexpr (std::ranges::sized_range<Range&>) places_.reserve(static_cast<std::size_t>(std::ranges::size(range)));
    for (auto it = std::ranges::begin(range); it != std::ranges::end(range); ++it) places_.push_back(place(it));
  }

  std::unique_ptr<Keep> keep_;
  std::vector<It> places_;
};

}  // namespace weft::inline WEFT_ABI::par::plumbing
