// chain: one pipeline after another.
#pragma once

#include <weft/par/iter/map.hpp>
#include <weft/par/iter/zip.hpp>

#include <algorithm>
#include <cstddef>
#include <stdexcept>
#include <type_traits>
#include <utility>

namespace weft::inline WEFT_ABI::par {

namespace plumbing {

template <class A, class B, class Item>
struct chain_cursor {
  A first;
  B second;
  std::size_t border;

  constexpr Item at(std::size_t i) const requires requires(A a, B b) {
    a.at(i);
    b.at(i);
  }
  {
    if (i < border) return static_cast<Item>(first.at(i));
    return static_cast<Item>(second.at(i - border));
  }
  template <class Sink>
  constexpr bool each(std::size_t lo, std::size_t hi, Sink& sink) const {
    auto as_item = [&sink](auto&& x) { return plumbing::feed(sink, static_cast<Item>(std::forward<decltype(x)>(x))); };
    if (lo < border && !plumbing::walk(first, lo, std::min(hi, border), as_item)) return false;
    return hi <= border || plumbing::walk(second, std::max(lo, border) - border, hi - border, as_item);
  }
};

/// All items of A, then all items of B.
template <producer A, producer B>
class chain_producer {
 public:
  using item = std::common_reference_t<typename A::item, typename B::item>;
  /// Errors    std::length_error when both together have more indices than a size_t counts.
  chain_producer(A a, B b) : a_(std::move(a)), b_(std::move(b)) {
    if (a_.length() > static_cast<std::size_t>(-1) - b_.length())
      throw std::length_error("weft::par_iter: chain is too long");
  }
  [[nodiscard]] std::size_t length() const { return a_.length() + b_.length(); }
  [[nodiscard]] auto cursor() {
    return chain_cursor<cursor_of<A>, cursor_of<B>, item>{a_.cursor(), b_.cursor(), a_.length()};
  }

 private:
  A a_;
  B b_;
};

}  // namespace plumbing

template <class Producer>
struct chain_steps {
  using self = pipeline<Producer>;
  using item = typename Producer::item;

  /// All items of this pipeline, then all items of the other range or pipeline.
  ///
  ///     auto both = par_iter(range(0, 3)).chain(range(10, 12)).collect();  // 0 1 2 10 11
  template <class Other>
  auto chain(Other&& other) && {
    auto rest = par::par_iter(std::forward<Other>(other));
    using after = std::remove_cvref_t<decltype(rest.producer())>;
    if constexpr (!requires { typename std::common_reference_t<item, typename after::item>; }) {
      static_assert(plumbing::detail::never<Other>, "[weft] chain needs two pipelines whose items have a common type");
      return static_cast<self&&>(*this);
    } else {
      plumbing::terms how = plumbing::both(static_cast<self*>(this)->how_to_run(), rest.how_to_run());
      return static_cast<self&&>(*this)
          .step([&](Producer&& base) { return plumbing::chain_producer(std::move(base), std::move(rest.producer())); })
          .with(std::move(how));
    }
  }
};

}  // namespace weft::inline WEFT_ABI::par
