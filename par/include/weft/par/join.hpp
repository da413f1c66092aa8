// join: two things at once, if somebody has time for the second.
//
// Data              may be touched by
//   function_       who runs the job
//   result_ error_  a thief before the latch is set, the joiner afterwards
// Invariants
//   J1  The second half lies on the joiner's stack; join neither returns nor throws before it has finished.
//   J2  Un-stolen, it is called directly, with its type known. run_stolen() is for everybody else: a thief, or the joiner
//       itself when it meets the job while it waits for something inside the first half.
//   J3  Whoever runs the job reads whom to wake before it sets the latch, and touches nothing of the job afterwards (L1).
#pragma once

#include <weft/atomic/abi.hpp>
#include <weft/atomic/seam.hpp>
#include <weft/par/detail/engine.hpp>

#include <concepts>
#include <exception>
#include <functional>
#include <type_traits>
#include <utility>
#include <variant>

namespace weft::inline WEFT_ABI::par {

/// Both results of a join. A half that returns nothing gives std::monostate.
template <class A, class B>
struct joined {
  A first;
  B second;
};

namespace detail {

template <class F>
concept half = std::invocable<F>;

template <half F>
using half_result = std::conditional_t<std::is_void_v<std::invoke_result_t<F>>, std::monostate, std::invoke_result_t<F>>;

template <class F>
[[gnu::always_inline]] inline half_result<F> call_half(std::remove_reference_t<F>& function) {
  if constexpr (std::is_void_v<std::invoke_result_t<F>>) {
    std::invoke(std::forward<F>(function));
    return {};
  } else {
    return std::invoke(std::forward<F>(function));
  }
}

// What of a second half doesn't depend on its type.
class stack_job : public job {
 public:
  stack_job(job::entry* how, participant& home) noexcept : job{how}, home_(&home) {}
  stack_job(const stack_job&) = delete;
  stack_job& operator=(const stack_job&) = delete;

 protected:
  /// Runs what lies above this job, given the first of it, or waits for the thief. True: this job is back, and not yet run.
  [[nodiscard]] bool come_back(job* top) noexcept;
  /// The thief's last step (J3). A null error: it went well.
  void complete(std::exception_ptr error) noexcept;
  /// Throws what the thief has caught.
  void rethrow();

  participant* home_;

 private:
  latch done_;
  slot<std::exception_ptr> error_;
};

// Where a second half lies until somebody takes it: on top of the deque, which costs its owner next to nothing and a thief a
// heavy fence; or in the offer, which costs its owner two read-modify-writes and a thief one.
struct on_deque {
  static bool put(participant& here, job& what) noexcept { return here.try_push_optional(what); }
  /// What lies on top: the job itself if nobody has taken it.
  static job* take(participant& here, job&) noexcept { return here.pop(); }
};
struct as_offer {
  static bool put(participant& here, job& what) noexcept { return here.try_offer(what); }
  static job* take(participant& here, job& what) noexcept { return here.take_back(what) ? &what : nullptr; }
};

template <class F, class Place>
class second_half final : public stack_job {
 public:
  using result = half_result<F>;

  second_half(std::remove_reference_t<F>& function, participant& home) noexcept
      : stack_job(&second_half::run_stolen, home), function_(&function) {}

  // The arguments are those of the constructor once more: this object's own fields have been seen by the world, so the
  // compiler would have to load them again.
  [[gnu::always_inline]] result finish(std::remove_reference_t<F>& function, participant& here) {
    job* const top = Place::take(here, *this);
    if (top == this) [[likely]]
      return call_half<F>(function);
    return finish_slowly(top);
  }

  /// After the first half has thrown: runs to its end all the same; what it returns or throws is dropped.
  [[gnu::noinline, gnu::cold]] void finish_quietly() noexcept {
    try {
      static_cast<void>(finish(*function_, *home_));
    } catch (...) {  // the first half's exception wins
      home_->owner().count_dropped();
    }
  }

 private:
  [[gnu::noinline, gnu::cold]] result finish_slowly(job* top) {
    if (come_back(top)) return call_half<F>(*function_);
    rethrow();
    const ender end{&result_};
    return std::move(result_.write());
  }

  static void run_stolen(job& self) noexcept {
    auto& me = static_cast<second_half&>(self);
    std::exception_ptr error;
    try {
      me.result_.construct(call_half<F>(*me.function_));
    } catch (...) {
      error = std::current_exception();
    }
    me.complete(std::move(error));
  }

  struct ender {
    slot<result>* what;
    ~ender() { what->destroy(); }
  };

  std::remove_reference_t<F>* function_;
  slot<result> result_;
};

template <class F, class G>
[[gnu::always_inline]] inline half_result<F> first_half(std::remove_reference_t<F>& function, G& second) {
  try {
    return call_half<F>(function);
  } catch (...) {
    second.finish_quietly();
    throw;
  }
}

// The second half of a join that had no room in the deque.
template <class F>
struct serial_half {
  std::remove_reference_t<F>& function;
  half_result<F> finish() { return call_half<F>(function); }
  void finish_quietly() noexcept {
    try {
      static_cast<void>(finish());
    } catch (...) {  // the first half's exception wins
      participant::current()->owner().count_dropped();
    }
  }
};

template <class A, class B>
using joined_of = joined<half_result<A>, half_result<B>>;

template <class A, class B>
[[gnu::noinline, gnu::cold]] joined_of<A, B> join_serially(std::remove_reference_t<A>& a, std::remove_reference_t<B>& b) {
  serial_half<B> second{b};
  return {first_half<A>(a, second), second.finish()};
}

template <class A, class B, class Place = on_deque>
[[gnu::always_inline]] inline joined_of<A, B> join_on(participant& here, std::remove_reference_t<A>& a,
                                                      std::remove_reference_t<B>& b) {
  second_half<B, Place> second(b, here);
  if (!Place::put(here, second)) [[unlikely]]
    return join_serially<A, B>(a, b);
  return {first_half<A>(a, second), second.finish(b, here)};
}

template <class A, class B>
[[gnu::noinline, gnu::cold]] joined_of<A, B> join_in(registry& pool, std::remove_reference_t<A>& a,
                                                     std::remove_reference_t<B>& b) {
  return pool.enter([&]() -> joined_of<A, B> { return join_on<A, B>(*participant::current(), a, b); });
}

/// As join, for halves of microseconds and more: b is offered where taking it is quick. The caller is a participant.
template <class A, class B>
auto join_offering(A&& a, B&& b) {
  return join_on<A, B, as_offer>(*participant::current(), a, b);
}

template <class F>
consteval void check_half() {
  static_assert(std::invocable<F>,
                "[weft] join(a, b) calls its arguments without arguments: pass two lambdas like [&] { … }");
  if constexpr (std::invocable<F>) {
    using result = std::invoke_result_t<F>;
    static_assert(std::is_void_v<result> || std::is_object_v<result>,
                  "[weft] join(a, b) returns results by value: return a value, a pointer or std::ref, not a reference");
    static_assert(
        std::is_void_v<result> || std::is_move_constructible_v<result>,
        "[weft] join(a, b) moves the second result back from the thread that made it: it needs a move constructor");
  }
}

}  // namespace detail

/// Runs a and b, perhaps at the same time, and returns both results.
///
/// a runs here; b too, afterwards, unless another thread of the pool has taken it meanwhile. Outside every pool the global
/// pool is used, and this thread takes part in it.
///
/// Returns   joined{first, second}, by value; void becomes std::monostate.
/// Threads   any. While it waits for a b that was taken, this thread runs other work of its pool, on this stack: hold no
///           lock across a join that such work may take.
/// Cost      2 ns beside the two calls when b isn't taken; no allocation.
/// Order     what the caller did before is visible to both; what both did is visible after join.
/// Errors    both always run. The exception of a is thrown, else that of b; the other is dropped and counted
///           (thread_pool::dropped_exceptions()). join itself throws only at a thread's first call from outside (bad_alloc,
///           system_error), before a and b.
///
///     auto [sum, product] = weft::join([] { return 3 + 4; }, [] { return 3 * 4; });
///     if (sum != 7 || product != 12) std::abort();
template <class A, class B>
[[gnu::always_inline]] inline auto join(A&& a, B&& b) {
  detail::check_half<A>();
  detail::check_half<B>();
  if constexpr (std::invocable<A> && std::invocable<B>) {
    if (detail::participant* const here = detail::participant::current()) [[likely]] {
      return detail::join_on<A, B>(*here, a, b);
    }
    return detail::join_in<A, B>(detail::registry::global(), a, b);
  }
}

}  // namespace weft::inline WEFT_ABI::par

namespace weft::inline WEFT_ABI {
using par::join;
}  // namespace weft::inline WEFT_ABI
