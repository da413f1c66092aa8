// boxed_future<T>: any future with a T, behind one pointer.
#pragma once

#include <weft/atomic/assert.hpp>
#include <weft/futures/future.hpp>

#include <concepts>
#include <memory>
#include <utility>

namespace weft::inline WEFT_ABI::futures {

/// A future of T whose type is forgotten: for containers, recursion and interfaces.
///
/// Cost      one allocation; one indirect call per poll.
template <class T>
class [[nodiscard]] boxed_future {
 public:
  using value_type = T;
  static constexpr bool moves_while_polled = true;

  template <class F>
  requires(!std::same_as<F, boxed_future> && future<F> && std::same_as<output_t<F>, T>) boxed_future(F f)
      : inside_(std::make_unique<of<F>>(std::move(f))) {}  // NOLINT: every future of T is one

  [[nodiscard]] atomic::poll<T> poll(context& cx) {
    WEFT_ASSERT(inside_ != nullptr, "poll() needs a future: this one was moved from");
    return inside_->poll(cx);
  }

 private:
  struct anything {
    virtual ~anything() = default;
    virtual atomic::poll<T> poll(context& cx) = 0;
  };
  template <class F>
  struct of final : anything {
    explicit of(F&& f) : inside(std::move(f)) {}
    atomic::poll<T> poll(context& cx) override { return inside.poll(cx); }
    F inside;
  };

  std::unique_ptr<anything> inside_;
};

/// The future, boxed.
template <future F>
[[nodiscard]] boxed_future<output_t<F>> boxed(F f) {
  return boxed_future<output_t<F>>(std::move(f));
}

}  // namespace weft::inline WEFT_ABI::futures
