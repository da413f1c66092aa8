// join_context: join for halves that want to know whether they have moved to another thread.
#pragma once

#include <weft/atomic/abi.hpp>
#include <weft/par/detail/engine.hpp>
#include <weft/par/join.hpp>

#include <concepts>
#include <functional>
#include <utility>

namespace weft::inline WEFT_ABI::par {

/// What a half of a join_context learns about where it runs.
class half_context {
 public:
  constexpr explicit half_context(bool migrated) noexcept : migrated_(migrated) {}
  /// True when the half runs on another thread than the one that called join_context: somebody was free to take it.
  [[nodiscard]] constexpr bool migrated() const noexcept { return migrated_; }

 private:
  bool migrated_;
};

namespace detail {
template <class A, class B>
consteval void check_context_halves() {
  static_assert(
      std::invocable<A, half_context> && std::invocable<B, half_context>,
      "[weft] join_context(a, b) calls its arguments with a half_context: pass two lambdas like [&](auto where) { … }");
}
}  // namespace detail

/// As join, for halves that take a half_context: for splitting further where a half was taken, and stopping where none is.
///
/// The first half never migrates. Returns, threads, errors: as join.
///
///     auto [here, there] = weft::par::join_context([](auto where) { return where.migrated(); },
///                                                  [](auto where) { return where.migrated(); });
///     if (here) std::abort();  // `there` says whether another thread was quick enough
template <class A, class B>
auto join_context(A&& a, B&& b) {
  detail::check_context_halves<A, B>();
  if constexpr (std::invocable<A, half_context> && std::invocable<B, half_context>) {
    return detail::registry::current_or_global().enter([&] {
      const detail::participant* const here = detail::participant::current();
      return join([&]() -> decltype(auto) { return std::invoke(std::forward<A>(a), half_context(false)); },
                  [&]() -> decltype(auto) {
                    return std::invoke(std::forward<B>(b), half_context(detail::participant::current() != here));
                  });
    });
  }
}

}  // namespace weft::inline WEFT_ABI::par
