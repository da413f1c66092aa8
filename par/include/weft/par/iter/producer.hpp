// The plumbing tier: what a pipeline is made of, for whoever wants to add a source, a step or an end of his own.
//
// A *producer* is a whole pipeline so far: a source, wrapped by one step after another. It has a driving length, and gives a
// *cursor*: a small copyable object through which any thread may read items by index, each index once. Parallelism is nothing
// but cutting the index range [0, length) into parts; no producer is ever split, copied or locked.
//
//   indexed cursor      item at(i) const            one item for each index: map, zip, enumerate, rev, chunks, …
//   unindexed cursor    bool each(lo, hi, sink)     any number of items for each index: filter, flat_map, …
//
// A *sink* is called with each item, in order. It answers nothing, or a bool: false stops the leaf. each() answers whether it
// ran to the end. An indexed cursor may offer each() too, where stepping is cheaper than indexing (a deque's iterator).
#pragma once

#include <weft/par/iter/call.hpp>

#include <concepts>
#include <cstddef>
#include <stop_token>
#include <tuple>
#include <type_traits>
#include <utility>

namespace weft::inline WEFT_ABI::par::detail {
class registry;
}  // namespace weft::inline WEFT_ABI::par::detail

namespace weft::inline WEFT_ABI::par::plumbing {

/// How finely a pipeline may be cut, and for whom; set by with_min_len, with_max_len, with_pool and with_max_threads.
struct limits {
  std::size_t min_len = 1;                                 ///< no part that a thread gets has fewer driving indices
  std::size_t max_len = static_cast<std::size_t>(-1);      ///< no stretch between two looks for idle threads has more
  std::size_t max_threads = static_cast<std::size_t>(-1);  ///< no more parts run at a time
  par::detail::registry* pool = nullptr;                   ///< null: the calling thread's, or else the global one
};

/// All that a pipeline has been told about how it is to be run.
struct terms {
  limits cuts{};
  bool is_isolated = false;  ///< the loop is a region of its own; set by isolated
  std::stop_token stop{};    ///< the loop ends early at its request; set by with_stop_token

  /// Nothing but how it is cut.
  [[nodiscard]] bool are_plain() const noexcept { return !is_isolated && !stop.stop_possible(); }
  /// For a second loop of the same end, over other things, that mustn't be left half done.
  [[nodiscard]] terms of_second_loop() const noexcept {
    return {.cuts = {.max_threads = cuts.max_threads, .pool = cuts.pool}, .is_isolated = is_isolated};
  }
};

/// A pipeline so far. `item` is what it hands on: a reference into the source, or a value.
template <class P>
concept producer = std::move_constructible<P> && requires(P& p, const P& c) {
  typename P::item;
  { c.length() } -> std::same_as<std::size_t>;
  p.cursor();
};

/// What P's leaves read from.
template <producer P>
using cursor_of = decltype(std::declval<P&>().cursor());

/// A producer with exactly one item for each index.
template <class P>
concept indexed_producer = producer<P> && requires(const cursor_of<P>& c) {
  { c.at(std::size_t{}) } -> std::same_as<typename P::item>;
};

namespace detail {
struct any_sink {
  template <class Item>
  void operator()(Item&&) const {}
};
}  // namespace detail

/// A cursor that walks a range of indices itself.
template <class Cursor>
concept walking_cursor = requires(const Cursor& c, detail::any_sink& sink) {
  { c.each(std::size_t{}, std::size_t{}, sink) } -> std::same_as<bool>;
};

namespace detail {
template <class T>
struct plain_value {
  using type = T;
};
template <class A, class B>
struct plain_value<std::pair<A, B>> {
  using type =
      std::pair<typename plain_value<std::remove_cvref_t<A>>::type, typename plain_value<std::remove_cvref_t<B>>::type>;
};
template <class... T>
struct plain_value<std::tuple<T...>> {
  using type = std::tuple<typename plain_value<std::remove_cvref_t<T>>::type...>;
};
}  // namespace detail

/// The plain value behind an item: what collect stores and min returns. Pairs and tuples of references become such of values.
template <class Item>
using value_of = typename detail::plain_value<std::remove_cvref_t<Item>>::type;

/// Gives the sink one item; true: go on.
template <class Sink, class Item>
constexpr bool feed(Sink& sink, Item&& item) {
  if constexpr (std::is_void_v<std::invoke_result_t<Sink&, Item>>) {
    sink(std::forward<Item>(item));
    return true;
  } else {
    return sink(std::forward<Item>(item));
  }
}

/// Gives the sink all items of [lo, hi), in order, until it says stop. The leaf of every parallel loop.
template <class Cursor, class Sink>
constexpr bool walk(const Cursor& cursor, std::size_t lo, std::size_t hi, Sink&& sink) {
  if constexpr (walking_cursor<Cursor>) {
    return cursor.each(lo, hi, sink);
  } else {
    for (std::size_t i = lo; i < hi; ++i) {
      if (!plumbing::feed(sink, cursor.at(i))) return false;
    }
    return true;
  }
}

}  // namespace weft::inline WEFT_ABI::par::plumbing
