// How a closure meets an item: called with the item, or, when the item is a pair or tuple, with its parts.
//
// A closure is shared by all threads of a parallel call, so it is called through a const reference: a `mutable` lambda, which
// would race on its own captures, is refused.
#pragma once

#include <weft/atomic/abi.hpp>

#include <concepts>
#include <cstddef>
#include <functional>
#include <tuple>
#include <type_traits>
#include <utility>

namespace weft::inline WEFT_ABI::par::plumbing {

namespace detail {

template <class T>
inline constexpr bool is_tuple = false;
template <class A, class B>
inline constexpr bool is_tuple<std::pair<A, B>> = true;
template <class... T>
inline constexpr bool is_tuple<std::tuple<T...>> = true;

template <class F, class Item, std::size_t... I>
consteval bool takes_parts(std::index_sequence<I...>) {
  return std::is_invocable_v<F, decltype(std::get<I>(std::declval<Item>()))...>;
}
template <class F, class Item>
consteval bool takes_parts() {
  using tuple = std::remove_cvref_t<Item>;
  if constexpr (is_tuple<tuple>) {
    return takes_parts<F, Item>(std::make_index_sequence<std::tuple_size_v<tuple>>{});
  } else {
    return false;
  }
}

template <class>
inline constexpr bool never = false;

}  // namespace detail

/// F can be called with an Item, or with the parts of an Item that is a pair or tuple.
template <class F, class Item>
concept callable = std::is_invocable_v<F, Item> || detail::takes_parts<F, Item>();

/// Calls f with the item, or with its parts when f doesn't take it whole.
template <class F, class Item>
requires callable<F, Item>
constexpr decltype(auto) call(F&& f, Item&& item) {
  if constexpr (std::is_invocable_v<F, Item>) {
    return std::invoke(std::forward<F>(f), std::forward<Item>(item));
  } else {
    return std::apply(std::forward<F>(f), std::forward<Item>(item));
  }
}

/// What call(f, item) gives.
template <class F, class Item>
using call_result = decltype(plumbing::call(std::declval<F>(), std::declval<Item>()));

/// Converts to bool where a condition stands.
template <class T>
concept answers_bool = requires(T&& x) {
  static_cast<bool>(std::forward<T>(x));
};

/// A closure that several threads may call at once: const F, called with Item.
template <class F, class Item>
concept shared_callable = callable<const F&, Item>;

/// A shared closure whose answer is a yes or no.
template <class F, class Item>
concept shared_predicate = shared_callable<F, Item> && answers_bool<call_result<const F&, Item>>;

/// Says in one sentence why F isn't a shared closure over Item.
template <class F, class Item>
consteval void reject_closure() {
  if constexpr (callable<F&, Item> && !callable<const F&, Item>) {
    static_assert(
        detail::never<F>,
        "[weft] a closure that changes its own captures (mutable) can't be shared by threads: use fold for state, or "
        "capture an atomic by reference");
  } else if constexpr (!callable<F&, Item>) {
    static_assert(
        detail::never<F>,
        "[weft] this closure can't be called with the pipeline's items: compare its parameters with the item type");
  } else {
    static_assert(detail::never<F>, "[weft] this closure must answer each item with something that converts to bool");
  }
}

/// A closure as a leaf holds it: a small trivially copyable one by value, so that the optimiser sees its captures in registers;
/// any other by address.
template <class F>
class held_closure {
  static constexpr bool by_value =
      std::is_trivially_copyable_v<F> && std::is_copy_constructible_v<F> && sizeof(F) <= 4 * sizeof(void*);
  using held = std::conditional_t<by_value, F, const F*>;

 public:
  constexpr explicit held_closure(const F& f) noexcept : held_(hold(f)) {}

  template <class Item>
  constexpr decltype(auto) operator()(Item&& item) const {
    return plumbing::call(get(), std::forward<Item>(item));
  }
  [[nodiscard]] constexpr const F& get() const noexcept {
    if constexpr (by_value) {
      return held_;
    } else {
      return *held_;
    }
  }

 private:
  static constexpr held hold(const F& f) noexcept {
    if constexpr (by_value) {
      return f;
    } else {
      return &f;
    }
  }
  [[no_unique_address]] held held_;
};

}  // namespace weft::inline WEFT_ABI::par::plumbing
