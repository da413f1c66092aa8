// Ends that combine items in order: reduce, fold.
#pragma once

#include <weft/par/iter/map.hpp>

#include <cstddef>
#include <optional>
#include <type_traits>
#include <utility>

namespace weft::inline WEFT_ABI::par {

namespace plumbing {

/// Folds items into T by op, each part beginning with its first item, so that no identity is ever made up.
template <class T, class Op>
struct reduce_consumer : wants_all {
  using folder = std::optional<T>;
  held_closure<Op> op;

  [[nodiscard]] folder start() const noexcept { return {}; }
  template <class Cursor>
  bool take(folder& so_far, const Cursor& cursor, std::size_t lo, std::size_t hi) const {
    if constexpr (std::is_trivially_copyable_v<T> && requires { cursor.at(lo); } && !walking_cursor<Cursor>) {
      if (lo == hi) return true;
      T value = so_far ? op.get()(*so_far, cursor.at(lo)) : static_cast<T>(cursor.at(lo));
      for (std::size_t i = lo + 1; i < hi; ++i) value = op.get()(value, cursor.at(i));
      so_far = value;
      return true;
    } else {
      return plumbing::walk(cursor, lo, hi, [&](auto&& x) {
        if (so_far) {
          *so_far = op.get()(*std::move(so_far), std::forward<decltype(x)>(x));
        } else {
          so_far.emplace(std::forward<decltype(x)>(x));
        }
      });
    }
  }
  void merge(folder& left, folder&& right) const {
    if (left && right) {
      *left = op.get()(*std::move(left), *std::move(right));
    } else if (right) {
      left.emplace(*std::move(right));
    }
  }
};

/// Folds items into an accumulator of another type.
template <class Acc, class Init, class Step, class Combine>
struct fold_consumer : wants_all {
  using folder = Acc;
  held_closure<Init> init;
  held_closure<Step> step;
  held_closure<Combine> combine;

  [[nodiscard]] folder start() const {
    if constexpr (std::is_invocable_r_v<Acc, const Init&>) {
      return init.get()();
    } else {
      return init.get();
    }
  }
  template <class Cursor>
  bool take(folder& so_far, const Cursor& cursor, std::size_t lo, std::size_t hi) const {
    if constexpr (std::is_trivially_copyable_v<Acc> && sizeof(Acc) <= 64) {
      Acc value = so_far;
      const bool done = plumbing::walk(cursor, lo, hi, [&](auto&& x) { add(value, std::forward<decltype(x)>(x)); });
      so_far = value;
      return done;
    } else {
      return plumbing::walk(cursor, lo, hi, [&](auto&& x) { add(so_far, std::forward<decltype(x)>(x)); });
    }
  }
  void merge(folder& left, folder&& right) const {
    if constexpr (std::is_void_v<std::invoke_result_t<const Combine&, Acc&, Acc&&>>) {
      combine.get()(left, std::move(right));
    } else {
      left = combine.get()(std::move(left), std::move(right));
    }
  }

 private:
  template <class Item>
  void add(Acc& value, Item&& x) const {
    if constexpr (std::is_void_v<std::invoke_result_t<const Step&, Acc&, Item>>) {
      step.get()(value, std::forward<Item>(x));
    } else {
      value = step.get()(std::move(value), std::forward<Item>(x));
    }
  }
};

template <class Init>
struct accumulator {
  using type = std::remove_cvref_t<Init>;
};
template <class Init>
requires std::is_invocable_v<const Init&>
struct accumulator<Init> {
  using type = std::remove_cvref_t<std::invoke_result_t<const Init&>>;
};

}  // namespace plumbing

template <class Producer>
struct fold_ends {
  using self = pipeline<Producer>;
  using item = typename Producer::item;

  /// Combines all items by an associative op, in order.
  ///
  /// Returns   std::optional<value>: nothing when there are no items.
  ///
  ///     auto longest = par_iter(std::vector<std::string>{"a", "bcd", "ef"})
  ///                        .reduce([](std::string a, std::string b) { return a.size() < b.size() ? b : a; });
  template <class Op>
  auto reduce(Op op) && {
    return static_cast<self&&>(*this).template reduce_to<plumbing::value_of<item>>(std::move(op));
  }

  /// init op item op item …, for an associative op, in order. `init` is a value or a closure that makes one; it takes part once,
  /// whatever the number of threads.
  ///
  ///     int product = par_iter(range(1, 6)).reduce(1, [](int a, int b) { return a * b; });
  template <class Init, class Op>
  auto reduce(Init init, Op op) && {
    using value = typename plumbing::accumulator<Init>::type;
    std::optional<value> rest = static_cast<self&&>(*this).template reduce_to<value>(op);
    if constexpr (std::is_invocable_v<const Init&>) {
      return rest ? static_cast<value>(op(init(), *std::move(rest))) : static_cast<value>(init());
    } else {
      return rest ? static_cast<value>(op(std::move(init), *std::move(rest))) : static_cast<value>(std::move(init));
    }
  }

  /// Folds each part of the items into an accumulator and combines the parts, in order: histograms, counts, summaries.
  ///
  /// `init` is the empty accumulator or a closure that makes one; it begins each part, so it must change nothing:
  /// combine(init, a) == a. `step(acc, item)` and `combine(acc, acc)` either return the new accumulator or change the first
  /// one in place.
  ///
  ///     auto letters = par_iter(std::string("abba")).fold(
  ///         std::map<char, int>(), [](auto& m, char c) { ++m[c]; },
  ///         [](auto& m, const auto& n) { for (auto [c, k] : n) m[c] += k; });
  template <class Init, class Step, class Combine>
  auto fold(Init init, Step step, Combine combine) && {
    using acc = typename plumbing::accumulator<Init>::type;
    if constexpr (!std::is_invocable_v<const Step&, acc&, item> && !std::is_invocable_v<const Step&, acc, item>) {
      static_assert(plumbing::detail::never<Step>,
                    "[weft] fold's step must take (accumulator, item), and must not be a mutable closure");
      return acc(init);
    } else if constexpr (!std::is_invocable_v<const Combine&, acc&, acc>) {
      static_assert(plumbing::detail::never<Combine>,
                    "[weft] fold's combine must take (accumulator, accumulator), and must not be a mutable closure");
      return acc(init);
    } else {
      return static_cast<self&&>(*this).drive(
          plumbing::fold_consumer<acc, Init, Step, Combine>{{},
                                                            plumbing::held_closure<Init>(init),
                                                            plumbing::held_closure<Step>(step),
                                                            plumbing::held_closure<Combine>(combine)});
    }
  }

  template <class T, class Op>
  std::optional<T> reduce_to(const Op& op) && {
    if constexpr (!std::is_constructible_v<T, item>) {
      static_assert(plumbing::detail::never<Op>,
                    "[weft] reduce combines items of one type; to build up another type use fold(init, step, combine)");
      return {};
    } else if constexpr (!std::is_invocable_r_v<T, const Op&, T, T>) {
      static_assert(plumbing::detail::never<Op>,
                    "[weft] reduce needs an op that takes two values and returns one, and isn't a mutable closure");
      return {};
    } else {
      return static_cast<self&&>(*this).drive(plumbing::reduce_consumer<T, Op>{{}, plumbing::held_closure<Op>(op)});
    }
  }
};

}  // namespace weft::inline WEFT_ABI::par
