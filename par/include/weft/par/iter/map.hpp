// Steps that change each item where it stands: map, inspect, update, copied.
#pragma once

#include <weft/par/iter/drive.hpp>
#include <weft/par/iter/producer.hpp>

#include <cstddef>
#include <type_traits>
#include <utility>

namespace weft::inline WEFT_ABI::par {

template <class Producer>
class pipeline;

namespace plumbing {

template <class Cursor, class F, class Item>
struct map_cursor {
  Cursor base;
  held_closure<F> f;

  constexpr Item at(std::size_t i) const requires requires { base.at(i); }
  { return f(base.at(i)); }
  template <class Sink>
  constexpr bool each(std::size_t lo, std::size_t hi, Sink& sink) const requires walking_cursor<Cursor> {
    return plumbing::walk(base, lo, hi, [this, &sink](auto&& x) {
      return plumbing::feed(sink, static_cast<Item>(f(std::forward<decltype(x)>(x))));
    });
  }
};

/// f applied to each item of Base.
template <producer Base, class F>
class map_producer {
 public:
  using item = call_result<const F&, typename Base::item>;
  map_producer(Base base, F f) : base_(std::move(base)), f_(std::move(f)) {}
  [[nodiscard]] std::size_t length() const { return base_.length(); }
  [[nodiscard]] auto cursor() { return map_cursor<cursor_of<Base>, F, item>{base_.cursor(), held_closure<F>(f_)}; }

 private:
  Base base_;
  [[no_unique_address]] F f_;
};

/// Passes an item on after f has seen it.
template <class F>
struct inspecting {
  [[no_unique_address]] F f;
  template <class Item>
  constexpr Item operator()(Item&& item) const {
    plumbing::call(f, std::as_const(item));
    return std::forward<Item>(item);
  }
};

/// Passes an item on after f has changed it.
template <class F>
struct updating {
  [[no_unique_address]] F f;
  template <class Item>
  constexpr Item operator()(Item&& item) const {
    plumbing::call(f, item);
    return std::forward<Item>(item);
  }
};

struct copying {
  template <class Item>
  constexpr value_of<Item> operator()(Item&& item) const {
    return std::forward<Item>(item);
  }
};

}  // namespace plumbing

template <class Producer>
struct map_steps {
  using self = pipeline<Producer>;
  using item = typename Producer::item;

  /// Each item becomes f(item).
  ///
  ///     auto lengths = par_iter(std::vector<std::string>{"a", "bc"}).map(&std::string::size).collect();
  template <class F>
  auto map(F f) && {
    if constexpr (!plumbing::shared_callable<F, item>) {
      plumbing::reject_closure<F, item>();
      return static_cast<self&&>(*this);
    } else if constexpr (std::is_void_v<plumbing::call_result<const F&, item>>) {
      static_assert(plumbing::detail::never<F>,
                    "[weft] map needs a closure that returns something: use for_each or inspect");
      return static_cast<self&&>(*this);
    } else {
      return static_cast<self&&>(*this).step(
          [&](Producer&& base) { return plumbing::map_producer<Producer, F>(std::move(base), std::move(f)); });
    }
  }

  /// Shows each item, as const, to f and passes it on.
  template <class F>
  auto inspect(F f) && {
    using seen = const std::remove_reference_t<item>&;
    if constexpr (!plumbing::shared_callable<F, seen>) {
      plumbing::reject_closure<F, seen>();
      return static_cast<self&&>(*this);
    } else {
      return static_cast<self&&>(*this).map(plumbing::inspecting<F>{std::move(f)});
    }
  }

  /// Lets f change each item and passes it on.
  template <class F>
  auto update(F f) && {
    using seen = std::remove_reference_t<item>&;
    if constexpr (!plumbing::shared_callable<F, seen>) {
      plumbing::reject_closure<F, seen>();
      return static_cast<self&&>(*this);
    } else {
      return static_cast<self&&>(*this).map(plumbing::updating<F>{std::move(f)});
    }
  }

  /// Turns references into values by copying (or moving, when the items are given away).
  auto copied() && { return static_cast<self&&>(*this).map(plumbing::copying{}); }
};

}  // namespace weft::inline WEFT_ABI::par
