// Ends that add up: sum, product, count.
#pragma once

#include <weft/par/iter/map.hpp>

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

namespace weft::inline WEFT_ABI::par {

namespace plumbing {

/// What a + a (or a * a) of two values is.
template <class T>
using sum_of = std::remove_cvref_t<decltype(std::declval<T>() + std::declval<T>())>;
template <class T>
using product_of = std::remove_cvref_t<decltype(std::declval<T>() * std::declval<T>())>;

/// Reads floating-point items into `lanes` running results, item i of a part into lane i % lanes, and combines the lanes as a
/// tree; fewer than `lanes` items one after another. So the additions don't wait for each other, and the compiler may use vectors without being allowed to reorder anything.
template <class T, class Cursor, class Op>
T lane_tree(const Cursor& cursor, std::size_t lo, std::size_t hi, T identity, Op op) {
  constexpr std::size_t lanes = 32;
  if (hi - lo < lanes) {
    T few = identity;
    for (std::size_t i = lo; i < hi; ++i) few = op(few, static_cast<T>(cursor.at(i)));
    return few;
  }
  T lane[lanes];
  for (std::size_t k = 0; k < lanes; ++k) lane[k] = identity;
  std::size_t i = lo;
  for (; hi - i >= lanes; i += lanes) {
    for (std::size_t k = 0; k < lanes; ++k) lane[k] = op(lane[k], static_cast<T>(cursor.at(i + k)));
  }
  for (std::size_t k = 0; i < hi; ++i, ++k) lane[k] = op(lane[k], static_cast<T>(cursor.at(i)));
  for (std::size_t half = lanes / 2; half > 0; half /= 2) {
    for (std::size_t k = 0; k < half; ++k) lane[k] = op(lane[k], lane[k + half]);
  }
  return lane[0];
}

struct plus {
  template <class A, class B>
  constexpr auto operator()(A&& a, B&& b) const {
    return std::forward<A>(a) + std::forward<B>(b);
  }
};
struct times {
  template <class A, class B>
  constexpr auto operator()(A&& a, B&& b) const {
    return std::forward<A>(a) * std::forward<B>(b);
  }
};

/// Combines items into a T by + or *, beginning each part with the operation's identity.
template <class T, class Op>
struct arithmetic_consumer : wants_all {
  using folder = T;
  T identity;

  [[nodiscard]] folder start() const { return identity; }
  template <class Cursor>
  bool take(folder& so_far, const Cursor& cursor, std::size_t lo, std::size_t hi) const {
    const Op op{};
    if constexpr (std::is_floating_point_v<T> && requires { cursor.at(lo); } && !walking_cursor<Cursor>) {
      so_far = op(so_far, plumbing::lane_tree(cursor, lo, hi, identity, op));
    } else if constexpr (std::is_arithmetic_v<T>) {
      T here = identity;
      plumbing::walk(cursor, lo, hi, [&here, op](auto&& x) { here = static_cast<T>(op(here, static_cast<T>(x))); });
      so_far = static_cast<T>(op(so_far, here));
    } else {
      plumbing::walk(cursor, lo, hi,
                     [&](auto&& x) { so_far = static_cast<T>(op(std::move(so_far), std::forward<decltype(x)>(x))); });
    }
    return true;
  }
  void merge(folder& left, folder&& right) const { left = static_cast<T>(Op{}(std::move(left), std::move(right))); }
};

struct count_consumer : wants_all {
  using folder = std::size_t;
  [[nodiscard]] static folder start() noexcept { return 0; }
  template <class Cursor>
  bool take(folder& so_far, const Cursor& cursor, std::size_t lo, std::size_t hi) const {
    std::size_t here = 0;
    plumbing::walk(cursor, lo, hi, [&here](auto&&) { ++here; });
    so_far += here;
    return true;
  }
  static void merge(folder& left, folder&& right) noexcept { left += right; }
};

}  // namespace plumbing

template <class Producer>
struct sum_ends {
  using self = pipeline<Producer>;
  using item = typename Producer::item;

  /// Adds up the items, beginning with T{}; T is by default what adding two items gives. `sum<std::int64_t>()` adds in a wider type.
  ///
  /// Floating-point items are added in 32 interleaved sums that are then combined as a tree: as fast as vectors allow, and
  /// more exact than one running sum. The grouping depends on where the items were cut, so the last bits may differ from run to run.
  ///
  ///     double total = par_iter(std::vector<double>(100, 0.5)).sum();
  template <class T = void>
  auto sum() && {
    using value = plumbing::value_of<item>;
    if constexpr (!std::is_void_v<T>) {
      return static_cast<self&&>(*this).template add_up<T>();
    } else if constexpr (requires(value a) { a + a; }) {
      return static_cast<self&&>(*this).template add_up<plumbing::sum_of<value>>();
    } else {
      static_assert(
          requires(value a) { a + a; }, "[weft] sum needs items that can be added with +: use map or reduce");
      return 0;
    }
  }

  /// Multiplies the items, beginning with T(1).
  template <class T = void>
  auto product() && {
    using value = plumbing::value_of<item>;
    if constexpr (!std::is_void_v<T>) {
      return static_cast<self&&>(*this).drive(plumbing::arithmetic_consumer<T, plumbing::times>{{}, T(1)});
    } else if constexpr (requires(value a) { a* a; }) {
      using result = plumbing::product_of<value>;
      return static_cast<self&&>(*this).drive(plumbing::arithmetic_consumer<result, plumbing::times>{{}, result(1)});
    } else {
      static_assert(
          requires(value a) { a* a; }, "[weft] product needs items that can be multiplied with *: use map or reduce");
      return 0;
    }
  }

  /// Counts the items that reach the end; the steps before it run.
  [[nodiscard]] std::size_t count() && { return static_cast<self&&>(*this).drive(plumbing::count_consumer{}); }

  template <class T>
  T add_up() && {
    if constexpr (!std::is_default_constructible_v<T> ||
                  !requires(T a, item x) { static_cast<T>(a + std::forward<item>(x)); }) {
      static_assert(plumbing::detail::never<T>,
                    "[weft] sum needs a result type that begins as T{} and to which each item can be added with +");
      return T();
    } else {
      return static_cast<self&&>(*this).drive(plumbing::arithmetic_consumer<T, plumbing::plus>{{}, T{}});
    }
  }
};

}  // namespace weft::inline WEFT_ABI::par
