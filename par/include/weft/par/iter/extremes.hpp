// Ends that pick the least or greatest item: min, max, min_by, max_by, min_by_key, max_by_key.
#pragma once

#include <weft/par/iter/map.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace weft::inline WEFT_ABI::par {

namespace plumbing {

/// The best item of one part: by address where the item is a reference to something larger than a number, so that only the winner
/// is copied.
template <class Item>
class best_so_far {
  using value = value_of<Item>;
  static constexpr bool by_address =
      std::is_lvalue_reference_v<Item> && std::is_same_v<std::remove_cvref_t<Item>, value> && !std::is_arithmetic_v<value>;

 public:
  [[nodiscard]] bool has_value() const noexcept { return held_ ? true : false; }
  [[nodiscard]] const value& operator*() const noexcept { return *held_; }
  void set(Item&& x) {
    if constexpr (by_address) {
      held_ = std::addressof(x);
    } else {
      held_.emplace(std::forward<Item>(x));
    }
  }
  [[nodiscard]] std::optional<value> take() {
    if constexpr (by_address) {
      return held_ ? std::optional<value>(*held_) : std::nullopt;
    } else {
      return std::move(held_);
    }
  }

 private:
  std::conditional_t<by_address, const value*, std::optional<value>> held_{};
};

/// Keeps the first item that no other one beats.
template <class Item, class Beats>
struct best_consumer : wants_all {
  using folder = best_so_far<Item>;
  held_closure<Beats> beats;

  [[nodiscard]] folder start() const { return {}; }
  template <class Cursor>
  bool take(folder& best, const Cursor& cursor, std::size_t lo, std::size_t hi) const {
    using value = value_of<Item>;
    if constexpr (std::is_arithmetic_v<value> && requires { cursor.at(lo); } && !walking_cursor<Cursor>) {
      if (lo == hi) return true;
      const held_closure<Beats> f = beats;
      value here = cursor.at(lo);
      for (std::size_t i = lo + 1; i < hi; ++i) {
        const value x = cursor.at(i);
        here = f.get()(x, here) ? x : here;
      }
      if (!best.has_value() || f.get()(here, *best)) best.set(static_cast<Item>(here));
      return true;
    } else {
      return plumbing::walk(cursor, lo, hi, [&](auto&& x) {
        if (!best.has_value() || beats.get()(std::as_const(x), *best)) best.set(std::forward<decltype(x)>(x));
      });
    }
  }
  void merge(folder& left, folder&& right) const {
    if (!right.has_value()) return;
    if (!left.has_value() || beats.get()(*right, *left)) left = std::move(right);
  }
};

/// a beats b when it is less (or, turned round, greater) by `less`.
template <class Less>
struct least {
  [[no_unique_address]] Less less;
  template <class A, class B>
  constexpr bool operator()(const A& a, const B& b) const {
    return static_cast<bool>(std::invoke(less, a, b));
  }
};
template <class Less>
struct greatest {
  [[no_unique_address]] Less less;
  template <class A, class B>
  constexpr bool operator()(const A& a, const B& b) const {
    return static_cast<bool>(std::invoke(less, b, a));
  }
};

template <class Key>
struct by_key {
  [[no_unique_address]] Key key;
  template <class A, class B>
  constexpr bool operator()(const A& a, const B& b) const {
    return plumbing::call(key, a) < plumbing::call(key, b);
  }
};

}  // namespace plumbing

template <class Producer>
struct extreme_ends {
  using self = pipeline<Producer>;
  using item = typename Producer::item;
  using value = plumbing::value_of<item>;

  /// The least item by <, the first of equals; nothing when there are no items.
  ///
  /// Returns   std::optional of a copy (only the winner is copied), or of the moved item where items are values.
  ///
  ///     auto least = par_iter(std::vector<int>{3, 1, 2}).min();  // 1
  [[nodiscard]] auto min() && { return static_cast<self&&>(*this).by_less(plumbing::least<std::less<>>{}); }
  /// The greatest item by <, the first of equals; nothing when there are no items.
  [[nodiscard]] auto max() && { return static_cast<self&&>(*this).by_less(plumbing::greatest<std::less<>>{}); }
  /// The least item by less(a, b).
  template <class Less>
  [[nodiscard]] auto min_by(Less less) && {
    return static_cast<self&&>(*this).best(plumbing::least<Less>{std::move(less)});
  }
  /// The greatest item by less(a, b).
  template <class Less>
  [[nodiscard]] auto max_by(Less less) && {
    return static_cast<self&&>(*this).best(plumbing::greatest<Less>{std::move(less)});
  }
  /// The item whose key(item) is least.
  template <class Key>
  [[nodiscard]] auto min_by_key(Key key) && {
    return static_cast<self&&>(*this).min_by(plumbing::by_key<Key>{std::move(key)});
  }
  /// The item whose key(item) is greatest.
  template <class Key>
  [[nodiscard]] auto max_by_key(Key key) && {
    return static_cast<self&&>(*this).max_by(plumbing::by_key<Key>{std::move(key)});
  }

  template <class Beats>
  std::optional<value> by_less(const Beats& beats) && {
    if constexpr (!requires(const value& a) { static_cast<bool>(a < a); }) {
      static_assert(plumbing::detail::never<Beats>, "[weft] min and max need items with <: use min_by, max_by or a key");
      return std::nullopt;
    } else {
      return static_cast<self&&>(*this).best(beats);
    }
  }
  template <class Beats>
  std::optional<value> best(const Beats& beats) && {
    if constexpr (!std::is_constructible_v<value, item>) {
      static_assert(
          plumbing::detail::never<Beats>,
          "[weft] min and max return a copy of the item, and this one can't be copied: map it to its address first");
      return std::nullopt;
    } else {
      return static_cast<self&&>(*this)
          .drive(plumbing::best_consumer<item, Beats>{{}, plumbing::held_closure<Beats>(beats)})
          .take();
    }
  }
};

}  // namespace weft::inline WEFT_ABI::par
