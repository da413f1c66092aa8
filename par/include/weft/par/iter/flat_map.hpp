// Steps that turn one item into many: flat_map, flatten.
#pragma once

#include <weft/par/iter/map.hpp>

#include <cstddef>
#include <ranges>
#include <type_traits>
#include <utility>

namespace weft::inline WEFT_ABI::par {

namespace plumbing {

/// What the elements of an inner range become: given away when the range is a temporary container, else as the range gives them.
template <class R>
using inner_item = std::conditional_t<!std::is_lvalue_reference_v<R> && !std::ranges::view<std::remove_cvref_t<R>>,
                                      std::ranges::range_rvalue_reference_t<R>, std::ranges::range_reference_t<R>>;

template <class Cursor, class F>
struct flat_map_cursor {
  Cursor base;
  held_closure<F> f;

  template <class Sink>
  constexpr bool each(std::size_t lo, std::size_t hi, Sink& sink) const {
    return plumbing::walk(base, lo, hi, [this, &sink](auto&& x) {
      using inner = call_result<const F&, decltype(x)>;
      auto&& items = f(std::forward<decltype(x)>(x));
      for (auto&& item : items) {
        if (!plumbing::feed(sink, static_cast<inner_item<inner>>(item))) return false;
      }
      return true;
    });
  }
};

/// The items of all ranges f(x).
template <producer Base, class F>
class flat_map_producer {
 public:
  using item = inner_item<call_result<const F&, typename Base::item>>;
  flat_map_producer(Base base, F f) : base_(std::move(base)), f_(std::move(f)) {}
  [[nodiscard]] std::size_t length() const { return base_.length(); }
  [[nodiscard]] auto cursor() { return flat_map_cursor<cursor_of<Base>, F>{base_.cursor(), held_closure<F>(f_)}; }

 private:
  Base base_;
  [[no_unique_address]] F f_;
};

struct identity {
  template <class T>
  constexpr T operator()(T&& x) const {
    return std::forward<T>(x);
  }
};

}  // namespace plumbing

template <class Producer>
struct flat_map_steps {
  using self = pipeline<Producer>;
  using item = typename Producer::item;

  /// Each item becomes the items of the range f(item), in order. An inner range runs where its outer item runs; the outer ones
  /// are shared.
  ///
  ///     auto pairs = par_iter(range(0, 3)).flat_map([](int i) { return std::vector<int>{i, -i}; }).collect();
  template <class F>
  auto flat_map(F f) && {
    if constexpr (!plumbing::shared_callable<F, item>) {
      plumbing::reject_closure<F, item>();
      return static_cast<self&&>(*this);
    } else if constexpr (!std::ranges::input_range<plumbing::call_result<const F&, item>>) {
      static_assert(plumbing::detail::never<F>, "[weft] flat_map needs a closure that returns a range");
      return static_cast<self&&>(*this);
    } else {
      return static_cast<self&&>(*this).step(
          [&](Producer&& base) { return plumbing::flat_map_producer<Producer, F>(std::move(base), std::move(f)); });
    }
  }

  /// The items of the items, which are ranges.
  auto flatten() && { return static_cast<self&&>(*this).flat_map(plumbing::identity{}); }
};

}  // namespace weft::inline WEFT_ABI::par
