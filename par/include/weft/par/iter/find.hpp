// Ends that stop early: any, all, none, find_any, find_first, position_any, position_first.
#pragma once

#include <weft/par/iter/filter.hpp>
#include <weft/par/iter/positions.hpp>

#include <cstddef>
#include <optional>
#include <type_traits>
#include <utility>

namespace weft::inline WEFT_ABI::par {

namespace plumbing {

/// Looks for an item that matches; whichever is found first in time ends the search.
template <class F>
struct any_consumer {
  using folder = bool;
  held_closure<F> matches;
  atom<bool>* found;

  [[nodiscard]] static folder start() noexcept { return false; }
  template <class Cursor>
  bool take(folder& here, const Cursor& cursor, std::size_t lo, std::size_t hi) const {
    const held_closure<F> f = matches;
    here = !plumbing::walk(cursor, lo, hi, [f](auto&& x) { return !static_cast<bool>(f(std::forward<decltype(x)>(x))); });
    // relaxed(hint): the others look again at their next stretch; the answer itself travels through join.
    if (here) found->store(true, relaxed);
    return !here;
  }
  static void merge(folder& left, folder&& right) noexcept { left = left || right; }
  [[nodiscard]] bool wanted(std::size_t) const noexcept {
    // relaxed(hint): a late look costs one more stretch.
    return !found->load(relaxed);
  }
};

/// The value of the first item of a part, and the driving index of the stretch it was found in.
template <class Value, bool Leftmost>
struct find_consumer {
  using folder = std::optional<Value>;
  /// The driving index up to which the search still matters: parts that begin there or later can't win.
  atom<std::size_t>* border;

  [[nodiscard]] static folder start() noexcept { return {}; }
  template <class Cursor>
  bool take(folder& found, const Cursor& cursor, std::size_t lo, std::size_t hi) const {
    const bool none = plumbing::walk(cursor, lo, hi, [&found](auto&& x) {
      found.emplace(std::forward<decltype(x)>(x));
      return false;
    });
    if (!none) lower_border(Leftmost ? lo : 0);
    return none;
  }
  static void merge(folder& left, folder&& right) {
    if (!left && right) left.emplace(*std::move(right));
  }
  [[nodiscard]] bool wanted(std::size_t lo) const noexcept {
    // relaxed(hint): a late look costs one more stretch.
    return lo < border->load(relaxed);
  }

 private:
  void lower_border(std::size_t to) const noexcept {
    // relaxed(hint): the others look again at their next stretch; the item itself travels through join.
    std::size_t seen = border->load(relaxed);
    // relaxed(hint): as above.
    while (to < seen && !border->compare_exchange_weak(seen, to, relaxed, relaxed)) {
    }
  }
};

}  // namespace plumbing

template <class Producer>
struct find_ends {
  using self = pipeline<Producer>;
  using item = typename Producer::item;
  using value = plumbing::value_of<item>;

  /// Whether the predicate holds for some item. Stops soon after one is found.
  ///
  ///     bool has_seven = par_iter(range(0, 10)).any([](int i) { return i == 7; });
  template <class F>
  [[nodiscard]] bool any(F predicate) && {
    if constexpr (!plumbing::shared_predicate<F, item>) {
      plumbing::reject_closure<F, item>();
      return false;
    } else {
      atom<bool> found{false};
      return static_cast<self&&>(*this).drive(plumbing::any_consumer<F>{plumbing::held_closure<F>(predicate), &found});
    }
  }
  /// Whether the predicate holds for all items. Stops soon after one fails.
  template <class F>
  [[nodiscard]] bool all(F predicate) && {
    if constexpr (!plumbing::shared_predicate<F, item>) {
      plumbing::reject_closure<F, item>();
      return false;
    } else {
      return !static_cast<self&&>(*this).any(
          [f = plumbing::held_closure<F>(predicate)](item x) { return !static_cast<bool>(f(std::forward<item>(x))); });
    }
  }
  /// Whether the predicate holds for no item.
  template <class F>
  [[nodiscard]] bool none(F predicate) && {
    return !static_cast<self&&>(*this).any(std::move(predicate));
  }

  /// Some item for which the predicate holds: the one found first in time.
  ///
  /// Returns   std::optional<value>: a copy of the item, or the item moved where it is a value.
  template <class F>
  [[nodiscard]] std::optional<value> find_any(F predicate) && {
    return static_cast<self&&>(*this).filter(std::move(predicate)).template first_found<false>();
  }
  /// The first item, in order, for which the predicate holds. What can't come before a match is skipped soon after it is found.
  ///
  ///     auto square = par_iter(range(1, 1000)).find_first([](int i) { return i * i > 500; });  // 23
  template <class F>
  [[nodiscard]] std::optional<value> find_first(F predicate) && {
    return static_cast<self&&>(*this).filter(std::move(predicate)).template first_found<true>();
  }
  /// The last item, in order, for which the predicate holds: the search begins at the end. Needs positions.
  template <class F>
  [[nodiscard]] auto find_last(F predicate) && {
    return static_cast<self&&>(*this).rev().find_first(std::move(predicate));
  }
  /// The position of some item for which the predicate holds.
  template <class F>
  [[nodiscard]] std::optional<std::size_t> position_any(F predicate) && {
    return static_cast<self&&>(*this).matches(std::move(predicate)).template first_found<false>();
  }
  /// The position of the first item for which the predicate holds.
  template <class F>
  [[nodiscard]] std::optional<std::size_t> position_first(F predicate) && {
    return static_cast<self&&>(*this).matches(std::move(predicate)).template first_found<true>();
  }
  /// The positions of the items for which the predicate holds, as a pipeline.
  template <class F>
  [[nodiscard]] auto positions(F predicate) && {
    return static_cast<self&&>(*this).matches(std::move(predicate));
  }

  template <bool Leftmost>
  std::optional<value> first_found() && {
    if constexpr (!std::is_constructible_v<value, item>) {
      static_assert(plumbing::detail::never<Producer>,
                    "[weft] find returns a copy of the item, and this one can't be copied: map it to its address first");
      return std::nullopt;
    } else {
      atom<std::size_t> border{static_cast<std::size_t>(-1)};
      return static_cast<self&&>(*this).drive(plumbing::find_consumer<value, Leftmost>{&border});
    }
  }

 private:
  template <class F>
  auto matches(F predicate) {
    return static_cast<self&&>(*this).enumerate().filter_map([f = std::move(predicate)](auto&& pair) {
      using second = decltype(std::forward<decltype(pair)>(pair).second);
      return static_cast<bool>(plumbing::call(f, static_cast<second&&>(pair.second))) ? std::optional(pair.first)
                                                                                      : std::nullopt;
    });
  }
};

}  // namespace weft::inline WEFT_ABI::par
