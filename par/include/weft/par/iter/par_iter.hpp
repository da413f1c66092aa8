// par_iter: a range becomes a pipeline.
#pragma once

#include <weft/par/iter/integers.hpp>
#include <weft/par/iter/pipeline.hpp>
#include <weft/par/iter/sources.hpp>

#include <initializer_list>
#include <memory>
#include <ranges>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

namespace weft::inline WEFT_ABI::par {

namespace detail {

template <class>
inline constexpr bool is_pipeline = false;
template <class P>
inline constexpr bool is_pipeline<pipeline<P>> = true;

template <class>
inline constexpr bool is_integer_range = false;
template <class T>
inline constexpr bool is_integer_range<integer_range<T>> = true;

template <class>
inline constexpr bool is_integer_view = false;
template <class W, class B>
inline constexpr bool is_integer_view<std::ranges::iota_view<W, B>> = std::is_integral_v<W>&& std::is_integral_v<B>;

template <class R>
concept endless = requires {
  requires std::same_as<std::ranges::sentinel_t<R>, std::unreachable_sentinel_t>;
};

template <class>
inline constexpr bool is_vector_bool = false;
template <class A>
inline constexpr bool is_vector_bool<std::vector<bool, A>> = true;

/// Threads may walk it by index.
template <class R>
concept random_access = std::ranges::random_access_range<R> && !endless<R>;

template <class It>
auto place_of(It it) {
  if constexpr (std::is_lvalue_reference_v<std::iter_reference_t<It>>) {
    return std::addressof(*it);
  } else {
    return it;
  }
}

/// A producer over the places of a range that is walked first.
template <class Keep, class Item, class... Range>
auto gather(Range&&... range) {
  using it = std::ranges::iterator_t<Keep>;
  using place = decltype(detail::place_of(std::declval<it>()));
  return plumbing::gathered_producer<std::remove_reference_t<Keep>, place, Item>(std::forward<Range>(range)...,
                                                                                 [](it i) { return detail::place_of(i); });
}

template <class R>
auto view_source(R&& view) {
  using V = std::remove_cvref_t<R>;
  if constexpr (is_integer_view<V>) {
    using T = std::ranges::range_value_t<V>;
    if (view.empty()) return plumbing::integer_producer<T>(T{}, T{});
    return plumbing::integer_producer<T>(*view.begin(), static_cast<T>(*view.begin() + static_cast<T>(view.size())));
  } else if constexpr (std::ranges::contiguous_range<V> && std::ranges::sized_range<V> && std::ranges::borrowed_range<V>) {
    return plumbing::contiguous_producer(std::ranges::data(view), static_cast<std::size_t>(std::ranges::size(view)));
  } else if constexpr (random_access<V>) {
    return plumbing::view_producer<V>(std::forward<R>(view));
  } else {
    return detail::gather<V, std::ranges::range_reference_t<V>>(std::forward<R>(view));
  }
}

template <class C>
auto borrowed_source(C& container) {
  using R = C&;
  if constexpr (std::ranges::contiguous_range<R> && std::ranges::sized_range<R>) {
    return plumbing::contiguous_producer(std::ranges::data(container),
                                         static_cast<std::size_t>(std::ranges::size(container)));
  } else if constexpr (random_access<R>) {
    return plumbing::iterator_producer(std::ranges::begin(container),
                                       static_cast<std::size_t>(std::ranges::distance(container)));
  } else {
    return detail::gather<R, std::ranges::range_reference_t<R>>(std::in_place, container);
  }
}

template <class C>
auto owned_source(C&& container) {
  if constexpr (random_access<C> && std::ranges::sized_range<C>) {
    return plumbing::owning_producer<C>(std::move(container));
  } else {
    return detail::gather<C, std::ranges::range_rvalue_reference_t<C>>(std::move(container));
  }
}

template <class R>
auto source(R&& range) {
  using plain = std::remove_cvref_t<R>;
  if constexpr (is_integer_range<plain>) {
    return plumbing::integer_producer(range.first(), range.last());
  } else if constexpr (std::ranges::view<plain>) {
    return detail::view_source(std::forward<R>(range));
  } else if constexpr (std::is_lvalue_reference_v<R>) {
    return detail::borrowed_source(range);
  } else {
    return detail::owned_source(std::move(range));
  }
}

template <class R>
consteval bool check_source() {
  using plain = std::remove_cvref_t<R>;
  if constexpr (!std::ranges::range<R>) {
    static_assert(plumbing::detail::never<R>,
                  "[weft] par_iter needs a range: a container, a view, an array, or weft::range(a, b)");
    return false;
  } else if constexpr (detail::endless<R>) {
    static_assert(plumbing::detail::never<R>,
                  "[weft] par_iter needs a range with an end: give std::views::iota its second argument");
    return false;
  } else if constexpr (!std::ranges::forward_range<R>) {
    static_assert(plumbing::detail::never<R>,
                  "[weft] par_iter needs a range that can be walked twice (a forward range): collect this one into a "
                  "std::vector first");
    return false;
  } else if constexpr (!std::is_lvalue_reference_v<R> && std::is_const_v<std::remove_reference_t<R>> &&
                       !std::ranges::view<plain>) {
    static_assert(plumbing::detail::never<R>,
                  "[weft] par_iter can't own a const temporary, and a reference to it would dangle: give it a name first");
    return false;
  } else if constexpr (detail::is_vector_bool<plain> && !std::is_const_v<std::remove_reference_t<R>>) {
    static_assert(
        plumbing::detail::never<R>,
        "[weft] threads that write a std::vector<bool> race on its shared words: pass std::as_const(v), or use char");
    return false;
  } else {
    return true;
  }
}

}  // namespace detail

/// Makes a pipeline of a range; steps like map follow, and an end like sum runs it on all threads.
///
/// The item is what the range gives: T& of a container, const T& of a const one, the integers of a range(a, b), whatever a view
/// yields. A container passed as an rvalue is owned by the pipeline and gives its items away as T&&; those that no thread takes
/// are destroyed with it, once. A range without random access (list, map, set …) is walked once, on the caller, into a vector of
/// places.
///
/// Returns   a pipeline; nothing runs before its end. It refers to an lvalue range, which must outlive it.
/// Threads   several threads read the range at once, and call the steps' closures at once.
/// Cost      nothing for random-access ranges; one serial walk and a pointer for each item otherwise.
/// Errors    an exception of a closure leaves through the call of the end; leaves that have begun finish first.
///
///     std::vector<int> input{1, 2, 3, 4};
///     std::int64_t squares = par_iter(input).map([](int i) { return std::int64_t{i} * i; }).sum();
template <class R>
[[nodiscard]] auto par_iter(R&& range) {
  if constexpr (detail::is_pipeline<std::remove_cvref_t<R>>) {
    return std::forward<R>(range);
  } else if constexpr (detail::check_source<R>()) {
    return pipeline(detail::source(std::forward<R>(range)));
  } else {
    return pipeline(plumbing::integer_producer<int>(0, 0));
  }
}

/// The same for a list in braces, which is copied.
template <class T>
[[nodiscard]] auto par_iter(std::initializer_list<T> items) {
  return par_iter(std::vector<T>(items));
}

}  // namespace weft::inline WEFT_ABI::par
