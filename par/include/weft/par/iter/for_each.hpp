// Ends that act on each item: for_each, try_for_each.
#pragma once

#include <weft/par/iter/filter.hpp>
#include <weft/par/iter/map.hpp>

#include <cstddef>
#include <functional>
#include <optional>
#include <type_traits>
#include <utility>

namespace weft::inline WEFT_ABI::par {

namespace plumbing {

template <class F>
struct for_each_consumer : wants_all {
  struct folder {};
  held_closure<F> f;

  [[nodiscard]] folder start() const noexcept { return {}; }
  template <class Cursor>
  bool take(folder&, const Cursor& cursor, std::size_t lo, std::size_t hi) const {
    const held_closure<F> here = f;
    return plumbing::walk(cursor, lo, hi, [here](auto&& x) { static_cast<void>(here(std::forward<decltype(x)>(x))); });
  }
  void merge(folder&, folder&&) const noexcept {}
};

/// F can be called with what Init makes, and an item.
template <class F, class Init, class Item>
concept takes_state = std::is_invocable_v < const F&,
        std::remove_cvref_t<std::invoke_result_t<const Init&>>
&, Item > ;

/// Calls f with a state that each part makes for itself, once it has an item.
template <class Init, class F>
struct for_each_init_consumer : wants_all {
  using state = std::remove_cvref_t<std::invoke_result_t<const Init&>>;
  using folder = std::optional<state>;
  held_closure<Init> init;
  held_closure<F> f;

  [[nodiscard]] folder start() const noexcept { return {}; }
  template <class Cursor>
  bool take(folder& mine, const Cursor& cursor, std::size_t lo, std::size_t hi) const {
    if (!mine) mine.emplace(init.get()());
    return plumbing::walk(cursor, lo, hi,
                          [&](auto&& x) { static_cast<void>(std::invoke(f.get(), *mine, std::forward<decltype(x)>(x))); });
  }
  void merge(folder&, folder&&) const noexcept {}
};

template <class F, class Outcome>
struct try_for_each_consumer {
  using folder = std::optional<Outcome>;
  held_closure<F> f;
  atom<bool>* failed;

  [[nodiscard]] folder start() const noexcept { return {}; }
  template <class Cursor>
  bool take(folder& failure, const Cursor& cursor, std::size_t lo, std::size_t hi) const {
    return plumbing::walk(cursor, lo, hi, [&](auto&& x) {
      Outcome outcome = f(std::forward<decltype(x)>(x));
      if (static_cast<bool>(outcome)) return true;
      failure.emplace(std::move(outcome));
      // relaxed(hint): the others look again at their next stretch; the outcome itself travels through join.
      failed->store(true, relaxed);
      return false;
    });
  }
  void merge(folder& left, folder&& right) const {
    if (!left && right) left.emplace(*std::move(right));
  }
  [[nodiscard]] bool wanted(std::size_t) const noexcept {
    // relaxed(hint): a late look costs one more stretch.
    return !failed->load(relaxed);
  }
};

}  // namespace plumbing

template <class Producer>
struct for_each_ends {
  using self = pipeline<Producer>;
  using item = typename Producer::item;

  /// Calls f with each item, in no order between threads.
  ///
  ///     std::vector<int> v{1, 2, 3};
  ///     par_iter(v).for_each([](int& x) { x *= 2; });
  template <class F>
  void for_each(F f) && {
    if constexpr (!plumbing::shared_callable<F, item>) {
      plumbing::reject_closure<F, item>();
    } else {
      static_cast<self&&>(*this).drive(plumbing::for_each_consumer<F>{{}, plumbing::held_closure<F>(f)});
    }
  }

  /// Calls f(state, item) with each item; each part of the work makes its own state by init(). For buffers and random generators
  /// that are dear to make and can't be shared.
  ///
  ///     par_iter(range(0, 100)).for_each_init([] { return std::string(); }, [](std::string& s, int i) { s = std::to_string(i); });
  template <class Init, class F>
  void for_each_init(Init init, F f) && {
    if constexpr (!std::is_invocable_v<const Init&>) {
      static_assert(plumbing::detail::never<Init>,
                    "[weft] for_each_init's first closure makes a part's state: it takes nothing and returns it");
    } else if constexpr (!plumbing::takes_state<F, Init, item>) {
      static_assert(plumbing::detail::never<F>,
                    "[weft] for_each_init's second closure must take (state&, item), and must not be a mutable closure");
    } else {
      static_cast<self&&>(*this).drive(
          plumbing::for_each_init_consumer<Init, F>{{}, plumbing::held_closure<Init>(init), plumbing::held_closure<F>(f)});
    }
  }

  /// Calls f with each item until an answer converts to false.
  ///
  /// Returns   std::optional of f's answer: the leftmost failure among those that happened, or nothing when all went well.
  ///
  ///     auto failure = par_iter(range(0, 100)).try_for_each([](int i) { return i < 50; });
  template <class F>
  auto try_for_each(F f) && {
    using seen = item;
    if constexpr (!plumbing::shared_callable<F, seen>) {
      plumbing::reject_closure<F, seen>();
      return std::optional<bool>();
    } else if constexpr (!plumbing::answers_bool<plumbing::call_result<const F&, seen>>) {
      static_assert(plumbing::detail::never<F>,
                    "[weft] try_for_each needs a closure whose answer converts to bool: true goes on");
      return std::optional<bool>();
    } else {
      using outcome = std::remove_cvref_t<plumbing::call_result<const F&, seen>>;
      atom<bool> failed{false};
      return static_cast<self&&>(*this).drive(
          plumbing::try_for_each_consumer<F, outcome>{plumbing::held_closure<F>(f), &failed});
    }
  }
};

}  // namespace weft::inline WEFT_ABI::par
