// select(a, b): whichever is ready first, and the other, unharmed.
#pragma once

#include <weft/atomic/assert.hpp>
#include <weft/futures/future.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

namespace weft::inline WEFT_ABI::futures {

/// A future on the heap, so that it stays in its place while it is moved.
template <future F>
class [[nodiscard]] still {
 public:
  static constexpr bool moves_while_polled = true;

  explicit still(F f) : inside_(std::make_unique<F>(std::move(f))) {}
  [[nodiscard]] atomic::poll<output_t<F>> poll(context& cx) {
    WEFT_ASSERT(inside_ != nullptr, "poll() needs a future: this one was moved from");
    return inside_->poll(cx);
  }

 private:
  std::unique_ptr<F> inside_;
};

/// F itself where that may be moved between polls, else still<F>.
template <future F>
using movable_t = std::conditional_t<moves_while_polled<F>, F, still<F>>;

/// The value of the future that was ready, and the rest: the other future, to go on with, or to drop.
template <class T, class Rest>
struct won {
  regular_t<T> value;
  Rest rest;
};

/// Which of two futures was ready first.
template <future A, future B>
class [[nodiscard]] selected {
 public:
  using first_won = won<output_t<A>, movable_t<B>>;
  using second_won = won<output_t<B>, movable_t<A>>;

  template <std::size_t I, class... Args>
  explicit selected(std::in_place_index_t<I> index, Args&&... args) : which_(index, std::forward<Args>(args)...) {}

  /// 0: the first future was ready; 1: the second.
  [[nodiscard]] std::size_t index() const noexcept { return which_.index(); }
  /// The first future's value with the second future; null when the second was ready.
  [[nodiscard]] first_won* first() noexcept { return std::get_if<0>(&which_); }
  /// The second future's value with the first future; null when the first was ready.
  [[nodiscard]] second_won* second() noexcept { return std::get_if<1>(&which_); }

 private:
  std::variant<first_won, second_won> which_;
};

template <future A, future B>
class [[nodiscard]] select_future {
  using result = selected<A, B>;

 public:
  static constexpr bool moves_while_polled = true;

  select_future(A a, B b) : both_(std::in_place, movable_t<A>(std::move(a)), movable_t<B>(std::move(b))) {}

  [[nodiscard]] atomic::poll<result> poll(context& cx) {
    WEFT_ASSERT(both_.has_value(), "a future is not polled again after it was ready");
    if (atomic::poll<output_t<A>> a = both_->first.poll(cx); a.is_ready()) {
      return finish<0>(typename result::first_won{detail::take_regular(std::move(a)), std::move(both_->second)});
    }
    if (atomic::poll<output_t<B>> b = both_->second.poll(cx); b.is_ready()) {
      return finish<1>(typename result::second_won{detail::take_regular(std::move(b)), std::move(both_->first)});
    }
    return pending;
  }

 private:
  template <std::size_t I, class Won>
  [[nodiscard]] atomic::poll<result> finish(Won winner) {
    both_.reset();
    return atomic::poll<result>(result(std::in_place_index<I>, std::move(winner)));
  }

  std::optional<std::pair<movable_t<A>, movable_t<B>>> both_;
};

/// Polls both until one is ready; gives its value and the other future. When both are ready at once, the first wins.
///
/// Cost      one allocation for each future that can't be moved between polls (!moves_while_polled), so that the rest can be
///           handed back.
/// Errors    an exception of either leaves at once, and the other is dropped.
///
///     auto race = weft::block_on(weft::futures::select(weft::futures::ready(1), weft::futures::never<int>()));
///     if (auto* first = race.first()) { int one = first->value; auto rest = std::move(first->rest); }
template <future A, future B>
[[nodiscard]] select_future<A, B> select(A a, B b) {
  return select_future<A, B>(std::move(a), std::move(b));
}

}  // namespace weft::inline WEFT_ABI::futures
