// Steps over positions: enumerate, rev, skip, take, step_by. They need one item for each index.
#pragma once

#include <weft/par/iter/map.hpp>

#include <algorithm>
#include <cstddef>
#include <stdexcept>
#include <utility>

namespace weft::inline WEFT_ABI::par {

namespace plumbing {

template <class Cursor, class Item>
struct enumerate_cursor {
  Cursor base;
  constexpr Item at(std::size_t i) const { return Item(i, base.at(i)); }
};

/// Pairs of a position and an item.
template <indexed_producer Base>
class enumerate_producer {
 public:
  using item = std::pair<std::size_t, typename Base::item>;
  explicit enumerate_producer(Base base) : base_(std::move(base)) {}
  [[nodiscard]] std::size_t length() const { return base_.length(); }
  [[nodiscard]] auto cursor() { return enumerate_cursor<cursor_of<Base>, item>{base_.cursor()}; }

 private:
  Base base_;
};

template <class Cursor, class Item>
struct reverse_cursor {
  Cursor base;
  std::size_t last;
  constexpr Item at(std::size_t i) const { return base.at(last - i); }
};

/// The items from the last to the first.
template <indexed_producer Base>
class reverse_producer {
 public:
  using item = typename Base::item;
  explicit reverse_producer(Base base) : base_(std::move(base)) {}
  [[nodiscard]] std::size_t length() const { return base_.length(); }
  [[nodiscard]] auto cursor() { return reverse_cursor<cursor_of<Base>, item>{base_.cursor(), base_.length() - 1}; }

 private:
  Base base_;
};

template <class Cursor, class Item>
struct stride_cursor {
  Cursor base;
  std::size_t first;
  std::size_t step;
  constexpr Item at(std::size_t i) const { return base.at(first + i * step); }
};
template <class Cursor, class Item>
struct shift_cursor {
  Cursor base;
  std::size_t first;
  constexpr Item at(std::size_t i) const { return base.at(first + i); }
};

/// `length` items from `first` on.
template <indexed_producer Base>
class slice_producer {
 public:
  using item = typename Base::item;
  slice_producer(Base base, std::size_t first, std::size_t length)
      : base_(std::move(base)),
        first_(std::min(first, base_.length())),
        length_(std::min(length, base_.length() - first_)) {}
  [[nodiscard]] std::size_t length() const { return length_; }
  [[nodiscard]] auto cursor() { return shift_cursor<cursor_of<Base>, item>{base_.cursor(), first_}; }

 private:
  Base base_;
  std::size_t first_;
  std::size_t length_;
};

/// Every step-th item, beginning with the first.
template <indexed_producer Base>
class stride_producer {
 public:
  using item = typename Base::item;
  stride_producer(Base base, std::size_t step) : base_(std::move(base)), step_(step) {}
  [[nodiscard]] std::size_t length() const { return base_.length() / step_ + (base_.length() % step_ != 0 ? 1 : 0); }
  [[nodiscard]] auto cursor() { return stride_cursor<cursor_of<Base>, item>{base_.cursor(), 0, step_}; }

 private:
  Base base_;
  std::size_t step_;
};

/// Says in one sentence that Step wants positions.
template <class P>
consteval bool check_indexed() {
  static_assert(
      indexed_producer<P>,
      "[weft] this step needs positions, and filter or flat_map before it lose them: collect first, or put it before them");
  return indexed_producer<P>;
}

}  // namespace plumbing

template <class Producer>
struct position_steps {
  using self = pipeline<Producer>;

  /// Each item becomes a pair of its position and itself; a closure may take the two as separate parameters.
  ///
  ///     std::vector<std::size_t> v(100);
  ///     par_iter(v).enumerate().for_each([](std::size_t i, std::size_t& x) { x = i * i; });
  auto enumerate() && {
    if constexpr (plumbing::check_indexed<Producer>()) {
      return take_base().step([](Producer&& base) { return plumbing::enumerate_producer<Producer>(std::move(base)); });
    } else {
      return take_base();
    }
  }
  /// From the last to the first.
  auto rev() && {
    if constexpr (plumbing::check_indexed<Producer>()) {
      return take_base().step([](Producer&& base) { return plumbing::reverse_producer<Producer>(std::move(base)); });
    } else {
      return take_base();
    }
  }
  /// Without the first n items.
  auto skip(std::size_t n) && {
    if constexpr (plumbing::check_indexed<Producer>()) {
      return take_base().step([n](Producer&& base) {
        return plumbing::slice_producer<Producer>(std::move(base), n, static_cast<std::size_t>(-1));
      });
    } else {
      return take_base();
    }
  }
  /// The first n items only.
  auto take(std::size_t n) && {
    if constexpr (plumbing::check_indexed<Producer>()) {
      return take_base().step([n](Producer&& base) { return plumbing::slice_producer<Producer>(std::move(base), 0, n); });
    } else {
      return take_base();
    }
  }
  /// The items at positions 0, n, 2n …
  ///
  /// Errors    std::invalid_argument when n is 0.
  auto step_by(std::size_t n) && {
    if (n == 0) throw std::invalid_argument("weft::par_iter: step_by(0) means nothing; the least is 1");
    if constexpr (plumbing::check_indexed<Producer>()) {
      return take_base().step([n](Producer&& base) { return plumbing::stride_producer<Producer>(std::move(base), n); });
    } else {
      return take_base();
    }
  }

 private:
  self&& take_base() { return static_cast<self&&>(*this); }
};

}  // namespace weft::inline WEFT_ABI::par
