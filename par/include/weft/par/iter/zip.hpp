// Steps that walk several sources in step: zip, interleave.
#pragma once

#include <weft/par/iter/map.hpp>
#include <weft/par/iter/positions.hpp>

#include <algorithm>
#include <cstddef>
#include <tuple>
#include <utility>

namespace weft::inline WEFT_ABI::par {

template <class R>
[[nodiscard]] auto par_iter(R&& range);

namespace plumbing {

template <class... Items>
struct zipped {
  using type = std::tuple<Items...>;
};
template <class A, class B>
struct zipped<A, B> {
  using type = std::pair<A, B>;
};

template <class Item, class... Cursors>
struct zip_cursor {
  std::tuple<Cursors...> bases;
  constexpr Item at(std::size_t i) const {
    return std::apply([i](const auto&... base) { return Item(base.at(i)...); }, bases);
  }
};

/// Tuples of the items at the same position; as long as the shortest.
template <indexed_producer... Bases>
class zip_producer {
 public:
  using item = typename zipped<typename Bases::item...>::type;
  explicit zip_producer(Bases... bases) : bases_(std::move(bases)...) {}
  [[nodiscard]] std::size_t length() const {
    return std::apply([](const auto&... base) { return std::min({base.length()...}); }, bases_);
  }
  [[nodiscard]] auto cursor() {
    return std::apply([](auto&... base) { return zip_cursor<item, cursor_of<Bases>...>{{base.cursor()...}}; }, bases_);
  }

 private:
  std::tuple<Bases...> bases_;
};

template <class R>
using producer_of = std::remove_reference_t<decltype(par::par_iter(std::declval<R>()).producer())>;

/// The stricter of each; the pool, and the stop token, of the first that names one.
inline limits both(limits a, limits b) noexcept {
  return {.min_len = std::max(a.min_len, b.min_len),
          .max_len = std::min(a.max_len, b.max_len),
          .max_threads = std::min(a.max_threads, b.max_threads),
          .pool = a.pool != nullptr ? a.pool : b.pool};
}
inline terms both(const terms& a, const terms& b) noexcept {
  return {.cuts = plumbing::both(a.cuts, b.cuts),
          .is_isolated = a.is_isolated || b.is_isolated,
          .stop = a.stop.stop_possible() ? a.stop : b.stop};
}

}  // namespace plumbing

template <class Producer>
struct zip_steps {
  using self = pipeline<Producer>;

  /// Pairs each item with those at the same position of the other ranges or pipelines; ends with the shortest. Two become a
  /// std::pair, more a std::tuple; a closure may take the parts as separate parameters.
  ///
  ///     std::vector<float> x{1, 2, 3}, y{4, 5, 6};
  ///     float dot = par_iter(x).zip(y).map([](float a, float b) { return a * b; }).sum();
  template <class... Others>
  auto zip(Others&&... others) && {
    auto join = [this](auto... rest) {
      if constexpr ((plumbing::check_indexed<Producer>() && ... &&
                     plumbing::check_indexed<std::remove_cvref_t<decltype(rest.producer())>>())) {
        plumbing::terms how = static_cast<self*>(this)->how_to_run();
        ((how = plumbing::both(how, rest.how_to_run())), ...);
        return static_cast<self&&>(*this)
            .step([&](Producer&& base) { return plumbing::zip_producer(std::move(base), std::move(rest.producer())...); })
            .with(std::move(how));
      } else {
        return static_cast<self&&>(*this);
      }
    };
    return join(par::par_iter(std::forward<Others>(others))...);
  }
};

}  // namespace weft::inline WEFT_ABI::par
