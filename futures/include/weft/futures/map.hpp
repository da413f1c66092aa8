// One future after another: map changes the value, and_then and then go on with a further future.
#pragma once

#include <weft/futures/future.hpp>
#include <weft/futures/settled.hpp>

#include <optional>
#include <type_traits>
#include <utility>

namespace weft::inline WEFT_ABI::futures {

template <future F, class Fn>
class [[nodiscard]] mapped {
  static_assert(detail::callable_with<Fn, output_t<F>>,
                "[weft] map takes a function that is called with the future's value");
  using result = detail::result_with_t<Fn, output_t<F>>;

 public:
  mapped(F first, Fn fn) : first_(std::move(first)), fn_(std::move(fn)) {}
  [[nodiscard]] atomic::poll<result> poll(context& cx) {
    atomic::poll<output_t<F>> answer = first_.poll(cx);
    if (answer.is_pending()) return pending;
    return detail::ready_from([&]() -> result { return detail::call_with(fn_, std::move(answer)); });
  }

 private:
  F first_;
  Fn fn_;
};

namespace detail {

/// Polls `first`; calls fn once with what `ask` made of it; then polls the future that fn gave.
template <class F, class Fn, class Next>
class chained {
 public:
  chained(F first, Fn fn) : first_(std::in_place, std::move(first)), fn_(std::move(fn)) {}

  template <class Go>
  [[nodiscard]] atomic::poll<output_t<Next>> poll(context& cx, Go go) {
    if (!next_) {
      if (!go(*first_, fn_, next_, cx)) return pending;
      first_.reset();
    }
    return next_->poll(cx);
  }

 private:
  std::optional<F> first_;
  Fn fn_;
  std::optional<Next> next_;
};

}  // namespace detail

template <future F, class Fn>
class [[nodiscard]] and_then_future {
  static_assert(detail::callable_with<Fn, output_t<F>>,
                "[weft] and_then takes a function that is called with the future's value");
  using next = std::remove_cvref_t<detail::result_with_t<Fn, output_t<F>>>;
  static_assert(future<next>, "[weft] and_then takes a function that returns a future; for a plain value use map");

 public:
  and_then_future(F first, Fn fn) : chain_(std::move(first), std::move(fn)) {}
  [[nodiscard]] atomic::poll<output_t<next>> poll(context& cx) {
    return chain_.poll(cx, [](F& first, Fn& fn, std::optional<next>& place, context& with) {
      atomic::poll<output_t<F>> answer = first.poll(with);
      if (answer.is_pending()) return false;
      place.emplace(detail::call_with(fn, std::move(answer)));
      return true;
    });
  }

 private:
  detail::chained<F, Fn, next> chain_;
};

template <future F, class Fn>
class [[nodiscard]] then_future {
  static_assert(std::invocable<Fn&, settled<output_t<F>>>,
                "[weft] then takes a function that is called with a settled<T>: the value or the exception");
  using next = std::remove_cvref_t<std::invoke_result_t<Fn&, settled<output_t<F>>>>;
  static_assert(future<next>, "[weft] then takes a function that returns a future; for a plain value wrap it in ready()");

 public:
  then_future(F first, Fn fn) : chain_(std::move(first), std::move(fn)) {}
  [[nodiscard]] atomic::poll<output_t<next>> poll(context& cx) {
    return chain_.poll(cx, [](F& first, Fn& fn, std::optional<next>& place, context& with) {
      std::optional<settled<output_t<F>>> how;
      if (!settled<output_t<F>>::poll_into(how, first, with)) return false;
      place.emplace(std::invoke(fn, std::move(*how)));
      return true;
    });
  }

 private:
  detail::chained<F, Fn, next> chain_;
};

/// The future's value, put through fn. An exception passes by.
///
///     auto fourteen = weft::futures::map(weft::futures::ready(7), [](int x) { return 2 * x; });
///     int value = weft::block_on(std::move(fourteen));
template <future F, class Fn>
[[nodiscard]] mapped<F, Fn> map(F f, Fn fn) {
  return mapped<F, Fn>(std::move(f), std::move(fn));
}

/// Goes on with the future that fn makes of the value. An exception passes by, and fn isn't called.
template <future F, class Fn>
[[nodiscard]] and_then_future<F, Fn> and_then(F f, Fn fn) {
  return and_then_future<F, Fn>(std::move(f), std::move(fn));
}

/// Goes on with the future that fn makes of how f ended: value or exception.
///
///     auto risky = weft::spawn([]() -> int { throw std::runtime_error("no"); });
///     auto safe = weft::futures::then(std::move(risky), [](weft::futures::settled<int> s) {
///       return weft::futures::ready(s ? std::move(s).take() : -1);
///     });
///     int minus_one = weft::block_on(std::move(safe));
template <future F, class Fn>
[[nodiscard]] then_future<F, Fn> then(F f, Fn fn) {
  return then_future<F, Fn>(std::move(f), std::move(fn));
}

}  // namespace weft::inline WEFT_ABI::futures
