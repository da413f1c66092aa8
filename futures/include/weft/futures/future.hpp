// The concept every part of this room works on: something that can be asked for its value, and says "not yet" or gives it.
#pragma once

#include <weft/atomic/poll.hpp>
#include <weft/atomic/waker.hpp>
#include <weft/channel/oneshot.hpp>
#include <weft/par/handle.hpp>

#include <concepts>
#include <functional>
#include <memory>
#include <type_traits>
#include <utility>
#include <variant>

namespace weft::inline WEFT_ABI::futures {

/// A type with `poll(context&) -> poll<T>`: ready with its T once, or pending, and then the context's waker is woken when it
/// is worth asking again. An exception out of poll() is an answer too, the last one.
///
/// The contract: nothing happens before the first poll; until then it may be moved, afterwards it stays where it is (unless
/// moves_while_polled<F>); it may be destroyed at any time, which drops what it hasn't done; only the waker of the latest poll
/// need be woken; after its answer it is not polled again. Handles of spawned tasks, coroutines (`task<T>`), channel operations
/// and every combinator here are futures.
template <class F>
concept future = std::move_constructible<F> && requires(F& f, context& cx) {
  typename decltype(f.poll(cx))::value_type;
  requires std::same_as<decltype(f.poll(cx)), atomic::poll<typename decltype(f.poll(cx))::value_type>>;
};

/// The T of a future.
template <future F>
using output_t = typename decltype(std::declval<F&>().poll(std::declval<context&>()))::value_type;

/// True for futures that may be moved between polls too; others are put on the heap where that is needed. Specialise it for your
/// own types: false is always right.
template <class F>
inline constexpr bool moves_while_polled = requires {
  requires F::moves_while_polled;
};
template <class T>
inline constexpr bool moves_while_polled<par::handle<T>> = true;
template <class T>
inline constexpr bool moves_while_polled<channel::oneshot_receiver<T>> = true;

/// T as a member of a tuple or a struct: void becomes std::monostate.
template <class T>
using regular_t = std::conditional_t<std::is_void_v<T>, std::monostate, T>;

namespace detail {

/// What fn gives when it is called with a T, or with nothing when T is void.
template <class Fn, class T>
struct result_with {
  using type = std::invoke_result_t<Fn&, T>;
};
template <class Fn>
struct result_with<Fn, void> {
  using type = std::invoke_result_t<Fn&>;
};
template <class Fn, class T>
using result_with_t = typename result_with<Fn, T>::type;

template <class Fn, class T>
concept callable_with = (std::is_void_v<T> && std::invocable<Fn&>) || std::invocable<Fn&, T>;

/// Calls fn with the value of a ready poll.
template <class Fn, class T>
decltype(auto) call_with(Fn& fn, atomic::poll<T>&& answer) {
  if constexpr (std::is_void_v<T>) {
    return std::invoke(fn);
  } else {
    return std::invoke(fn, std::move(answer).take());
  }
}

/// A ready poll of what the call gives.
template <class Call>
[[nodiscard]] auto ready_from(Call&& call) -> atomic::poll<std::invoke_result_t<Call&>> {
  if constexpr (std::is_void_v<std::invoke_result_t<Call&>>) {
    call();
    return atomic::ready;
  } else {
    return atomic::poll<std::invoke_result_t<Call&>>(call());
  }
}

/// T as a member that can be moved and assigned: a reference becomes a pointer.
template <class T>
using kept_t = std::conditional_t<std::is_reference_v<T>, std::add_pointer_t<T>, regular_t<T>>;

/// The value of a ready poll as a kept_t.
template <class T>
[[nodiscard]] kept_t<T> keep(atomic::poll<T>&& answer) {
  if constexpr (std::is_reference_v<T>) {
    return std::addressof(std::move(answer).take());
  } else if constexpr (std::is_void_v<T>) {
    std::move(answer).take();
    return {};
  } else {
    return std::move(answer).take();
  }
}

/// The value of a ready poll as a regular_t.
template <class T>
[[nodiscard]] regular_t<T> take_regular(atomic::poll<T>&& answer) {
  if constexpr (std::is_void_v<T>) {
    std::move(answer).take();
    return {};
  } else {
    return std::move(answer).take();
  }
}

}  // namespace detail
}  // namespace weft::inline WEFT_ABI::futures
