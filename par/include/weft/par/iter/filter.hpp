// Steps that drop items: filter, filter_map. What follows has no positions any more.
#pragma once

#include <weft/par/iter/map.hpp>

#include <cstddef>
#include <memory>
#include <type_traits>
#include <utility>

namespace weft::inline WEFT_ABI::par {

namespace plumbing {

template <class Cursor, class F>
struct filter_cursor {
  Cursor base;
  held_closure<F> keeps;

  template <class Sink>
  constexpr bool each(std::size_t lo, std::size_t hi, Sink& sink) const {
    return plumbing::walk(base, lo, hi, [this, &sink](auto&& x) {
      if (!static_cast<bool>(keeps(std::as_const(x)))) return true;
      return plumbing::feed(sink, std::forward<decltype(x)>(x));
    });
  }

  /// Writes what passes to out, which has room for hi - lo items; returns the end. Without a branch: every item is written, and
  /// the end moves on when it passes.
  template <class T>
  constexpr T* pack(std::size_t lo, std::size_t hi, T* out) const requires requires {
    base.at(lo);
  }
  {
    for (std::size_t i = lo; i < hi; ++i) {
      auto&& x = base.at(i);
      const bool passes = static_cast<bool>(keeps(std::as_const(x)));
      std::construct_at(out, x);
      out += passes ? 1 : 0;
    }
    return out;
  }
};

/// The items of Base that the predicate keeps.
template <producer Base, class F>
class filter_producer {
 public:
  using item = typename Base::item;
  filter_producer(Base base, F f) : base_(std::move(base)), f_(std::move(f)) {}
  [[nodiscard]] std::size_t length() const { return base_.length(); }
  [[nodiscard]] auto cursor() { return filter_cursor<cursor_of<Base>, F>{base_.cursor(), held_closure<F>(f_)}; }

 private:
  Base base_;
  [[no_unique_address]] F f_;
};

template <class Cursor, class F>
struct filter_map_cursor {
  Cursor base;
  held_closure<F> f;

  template <class Sink>
  constexpr bool each(std::size_t lo, std::size_t hi, Sink& sink) const {
    return plumbing::walk(base, lo, hi, [this, &sink](auto&& x) {
      auto&& found = f(std::forward<decltype(x)>(x));
      if (!found) return true;
      return plumbing::feed(sink, *std::forward<decltype(found)>(found));
    });
  }
};

/// What stands behind those answers of f that hold something.
template <producer Base, class F>
class filter_map_producer {
 public:
  using item = decltype(*std::declval<call_result<const F&, typename Base::item>>());
  filter_map_producer(Base base, F f) : base_(std::move(base)), f_(std::move(f)) {}
  [[nodiscard]] std::size_t length() const { return base_.length(); }
  [[nodiscard]] auto cursor() { return filter_map_cursor<cursor_of<Base>, F>{base_.cursor(), held_closure<F>(f_)}; }

 private:
  Base base_;
  [[no_unique_address]] F f_;
};

template <class T>
concept optional_like = requires(T&& x) {
  static_cast<bool>(x);
  *std::forward<T>(x);
};

}  // namespace plumbing

template <class Producer>
struct filter_steps {
  using self = pipeline<Producer>;
  using item = typename Producer::item;

  /// Keeps the items for which the predicate, called with a const item, is true.
  ///
  ///     auto even = par_iter(range(0, 10)).filter([](int i) { return i % 2 == 0; }).collect();
  template <class F>
  auto filter(F predicate) && {
    using seen = const std::remove_reference_t<item>&;
    if constexpr (!plumbing::shared_predicate<F, seen>) {
      plumbing::reject_closure<F, seen>();
      return static_cast<self&&>(*this);
    } else {
      return static_cast<self&&>(*this).step(
          [&](Producer&& base) { return plumbing::filter_producer<Producer, F>(std::move(base), std::move(predicate)); });
    }
  }

  /// Keeps what f finds: f answers with a std::optional or a pointer, and what it holds goes on.
  ///
  ///     auto halves = par_iter(range(0, 10))
  ///                       .filter_map([](int i) { return i % 2 == 0 ? std::optional(i / 2) : std::nullopt; })
  ///                       .collect();
  template <class F>
  auto filter_map(F f) && {
    if constexpr (!plumbing::shared_callable<F, item>) {
      plumbing::reject_closure<F, item>();
      return static_cast<self&&>(*this);
    } else if constexpr (!plumbing::optional_like<plumbing::call_result<const F&, item>>) {
      static_assert(plumbing::detail::never<F>,
                    "[weft] filter_map needs a closure that returns a std::optional or a pointer");
      return static_cast<self&&>(*this);
    } else {
      return static_cast<self&&>(*this).step(
          [&](Producer&& base) { return plumbing::filter_map_producer<Producer, F>(std::move(base), std::move(f)); });
    }
  }
};

}  // namespace weft::inline WEFT_ABI::par
