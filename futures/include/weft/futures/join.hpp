// Several futures at once: join waits for a fixed few, join_all for a vector of them.
#pragma once

#include <weft/futures/future.hpp>

#include <cstddef>
#include <exception>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace weft::inline WEFT_ABI::futures {

namespace detail {

/// One of several: the future until it has ended, then its value or its exception.
template <class F>
class member {
  using T = output_t<F>;

 public:
  explicit member(F f) : f_(std::in_place, std::move(f)) {}

  /// True when it has ended, now or before.
  [[nodiscard]] bool settle(context& cx) {
    if (!f_) return true;
    try {
      atomic::poll<T> answer = f_->poll(cx);
      if (answer.is_pending()) return false;
      value_.emplace(keep(std::move(answer)));
    } catch (...) {
      error_ = std::current_exception();
    }
    f_.reset();
    return true;
  }
  [[nodiscard]] bool has_failed() const noexcept { return error_ != nullptr; }
  void throw_if_failed() {
    if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
  }
  /// Drops the future if it hasn't ended.
  void drop() noexcept { f_.reset(); }

  /// The value of one that has ended well.
  [[nodiscard]] regular_t<T> take() {
    if constexpr (std::is_reference_v<T>) {
      return **value_;
    } else {
      return std::move(*value_);
    }
  }

 private:
  std::optional<F> f_;
  std::optional<kept_t<T>> value_;
  std::exception_ptr error_;
};

}  // namespace detail

template <bool StopAtError, future... Fs>
class [[nodiscard]] joined_futures {
 public:
  using result = std::tuple<regular_t<output_t<Fs>>...>;

  explicit joined_futures(Fs... fs) : members_(std::move(fs)...) {}

  [[nodiscard]] atomic::poll<result> poll(context& cx) {
    return std::apply([&](auto&... member) { return poll_each(cx, member...); }, members_);
  }

 private:
  template <class... Members>
  [[nodiscard]] atomic::poll<result> poll_each(context& cx, Members&... member) {
    bool all = true;
    // One after the other, each once; with StopAtError none after the first failure.
    static_cast<void>(((all = member.settle(cx) && all, StopAtError && member.has_failed()) || ...));
    if (StopAtError && (member.has_failed() || ...)) {
      (member.drop(), ...);
      (member.throw_if_failed(), ...);
    }
    if (!all) return pending;
    (member.throw_if_failed(), ...);
    return atomic::poll<result>(result{member.take()...});
  }
  std::tuple<detail::member<Fs>...> members_;
};

template <future F>
class [[nodiscard]] joined_vector {
  using value = output_t<F>;
  using result = std::conditional_t<std::is_void_v<value>, void, std::vector<regular_t<value>>>;
  static_assert(!std::is_reference_v<value>,
                "[weft] join_all gives a vector, which can't hold references: map them to pointers");

 public:
  explicit joined_vector(std::vector<F> fs) {
    members_.reserve(fs.size());
    for (F& f : fs) members_.emplace_back(std::move(f));
    waiting_.reserve(members_.size());
    for (std::size_t i = 0; i < members_.size(); ++i) waiting_.push_back(i);
  }

  [[nodiscard]] atomic::poll<result> poll(context& cx) {
    std::size_t kept = 0;
    for (const std::size_t i : waiting_) {
      if (!members_[i].settle(cx)) waiting_[kept++] = i;
    }
    waiting_.resize(kept);
    if (kept != 0) return pending;
    for (detail::member<F>& member : members_) member.throw_if_failed();
    return detail::ready_from([this]() -> result { return take_all(); });
  }

 private:
  result take_all() {
    if constexpr (!std::is_void_v<result>) {
      result values;
      values.reserve(members_.size());
      for (detail::member<F>& member : members_) values.push_back(member.take());
      return values;
    }
  }

  std::vector<detail::member<F>> members_;
  std::vector<std::size_t> waiting_;  // those that haven't settled, in order
};

/// Runs the futures side by side within one task; gives a tuple of their values (void: std::monostate) when all have ended.
///
/// Errors    all run to their end; then the leftmost exception leaves, the others are dropped. As par::join.
///
///     auto [a, b] = weft::block_on(weft::futures::join(weft::spawn([] { return 1; }), weft::futures::ready(2)));
template <future... Fs>
[[nodiscard]] joined_futures<false, Fs...> join(Fs... fs) {
  return joined_futures<false, Fs...>(std::move(fs)...);
}

/// As join, but the first exception ends it at once: the futures that haven't ended are dropped.
template <future... Fs>
[[nodiscard]] joined_futures<true, Fs...> try_join(Fs... fs) {
  return joined_futures<true, Fs...>(std::move(fs)...);
}

/// Runs a vector of futures side by side within one task; gives the vector of their values in the same order (of void: void).
///
/// Cost      each wake polls those that haven't ended.
/// Errors    as join.
template <future F>
[[nodiscard]] joined_vector<F> join_all(std::vector<F> fs) {
  return joined_vector<F>(std::move(fs));
}

}  // namespace weft::inline WEFT_ABI::futures
