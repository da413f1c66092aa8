// Ends that gather into two: partition, unzip.
#pragma once

#include <weft/par/iter/collect.hpp>

#include <cstddef>
#include <type_traits>
#include <utility>
#include <vector>

namespace weft::inline WEFT_ABI::par {

namespace plumbing {

/// Sends each item to one of two, or its halves to both, and gathers both in pieces.
template <class A, class B, class Send>
struct two_way_consumer : wants_all {
  using left_side = pieces_consumer<A>;
  using right_side = pieces_consumer<B>;
  using folder = std::pair<typename left_side::folder, typename right_side::folder>;
  held_closure<Send> send;

  [[nodiscard]] folder start() const { return {left_side{}.start(), right_side{}.start()}; }
  template <class Cursor>
  bool take(folder& both, const Cursor& cursor, std::size_t lo, std::size_t hi) const {
    A& a = both.first.back();
    B& b = both.second.back();
    return plumbing::walk(cursor, lo, hi, [&](auto&& x) { send.get()(std::forward<decltype(x)>(x), a, b); });
  }
  void merge(folder& left, folder&& right) const {
    left_side{}.merge(left.first, std::move(right.first));
    right_side{}.merge(left.second, std::move(right.second));
  }
};

template <class A, class B, class P, class Send>
std::pair<A, B> collect_two(pipeline<P>&& items, const Send& send) {
  auto both = std::move(items).drive(two_way_consumer<A, B, Send>{{}, held_closure<Send>(send)});
  return {plumbing::join_pieces(std::move(both.first), items.how_to_run()),
          plumbing::join_pieces(std::move(both.second), items.how_to_run())};
}

}  // namespace plumbing

template <class Producer>
struct partition_ends {
  using self = pipeline<Producer>;
  using item = typename Producer::item;
  using value = plumbing::value_of<item>;

  /// Gathers the items for which the predicate holds, and the others, each in order.
  ///
  ///     auto [even, odd] = par_iter(range(0, 10)).partition([](int i) { return i % 2 == 0; });
  template <class F>
  [[nodiscard]] auto partition(F predicate) && {
    using seen = const std::remove_reference_t<item>&;
    using vector = std::vector<value>;
    if constexpr (!plumbing::shared_predicate<F, seen>) {
      plumbing::reject_closure<F, seen>();
      return std::pair<vector, vector>();
    } else {
      return plumbing::collect_two<vector, vector>(
          static_cast<self&&>(*this), [f = plumbing::held_closure<F>(predicate)](auto&& x, vector& yes, vector& no) {
            vector& to = static_cast<bool>(f(std::as_const(x))) ? yes : no;
            to.emplace_back(std::forward<decltype(x)>(x));
          });
    }
  }

  /// Gathers the halves of items that are pairs into two vectors, in order.
  [[nodiscard]] auto unzip() && {
    if constexpr (!requires(value x) {
                    x.first;
                    x.second;
                  }) {
      static_assert(plumbing::detail::never<Producer>,
                    "[weft] unzip needs items that are pairs: zip, enumerate or map to a pair first");
      return std::pair<int, int>();
    } else {
      using a = std::vector<std::remove_cvref_t<decltype(value::first)>>;
      using b = std::vector<std::remove_cvref_t<decltype(value::second)>>;
      return plumbing::collect_two<a, b>(static_cast<self&&>(*this), [](auto&& x, a& firsts, b& seconds) {
        firsts.emplace_back(std::forward<decltype(x)>(x).first);
        seconds.emplace_back(std::forward<decltype(x)>(x).second);
      });
    }
  }
};

}  // namespace weft::inline WEFT_ABI::par
