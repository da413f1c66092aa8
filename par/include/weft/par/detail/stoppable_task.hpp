// A spawned task that a stop request cancels, from whatever thread makes the request, at any moment of the task's life.
//
// Data          may be touched by
//   callback_   who has spawned the task, once; then the handle, or the run that ends a detached task; ~stoppable_task
// Invariants
//   P1  The callback comes without a reference. While it is under way the task's memory is there, because ~stop_callback waits for
//       it. It takes a reference first, and goes away if there is none left: then the task is being destroyed by somebody else.
//   P2  The callback lives as long as the task's memory. So whoever drops the body doesn't touch it: that may be the callback
//       itself, also from within its own construction. If it has the last reference, it destroys itself; a stop_callback may.
//   P3  Who is told that the task was cancelled has seen the end of the callback: its body, which may borrow from him, is gone.
//   P4  Nobody waits for a callback while it needs him: it takes no lock, and what it waits for is the closure's destructor.
#pragma once

#include <weft/atomic/abi.hpp>
#include <weft/par/detail/task.hpp>
#include <weft/par/isolate.hpp>

#include <functional>
#include <optional>
#include <stop_token>
#include <type_traits>
#include <utility>

namespace weft::inline WEFT_ABI::par::detail {

template <class F>
class stoppable_task final : public task_for<F>::type {
 public:
  stoppable_task(registry& pool, F&& f) : task_for<F>::type(pool, std::move(f), true) {}

  /// Once, by who has the handle's reference. A request that has been made already cancels at once.
  void cancel_at_request(const std::stop_token& token) noexcept { callback_.emplace(token, canceller{this}); }

 private:
  struct canceller {
    task* what;
    void operator()() const noexcept { what->cancel_from_elsewhere(); }
  };

  void await_canceller() noexcept override { callback_.reset(); }

  std::optional<std::stop_callback<canceller>> callback_;
};

/// A closure or future that is run or polled in isolation.
template <class F>
struct isolated_body {
  F function;
  decltype(auto) operator()() requires(std::invocable<F&> && !pollable<F>) {
    return par::isolate([this]() -> decltype(auto) { return std::invoke(function); });
  }
  auto poll(context& cx) requires pollable<F> {
    return par::isolate([&] { return function.poll(cx); });
  }
};

template <spawn_order Order, class F>
auto spawn_stoppable(registry& pool, F f, const std::stop_token& token) {
  if (token.stop_requested()) {  // no worker may come first
    auto* const never_queued = new stoppable_task<F>(pool, std::move(f));
    never_queued->cancel();
    never_queued->take_entry();
    return never_queued;
  }
  auto* const made = detail::submit_new<stoppable_task<F>, Order>(pool, std::move(f));
  made->cancel_at_request(token);
  return made;
}

}  // namespace weft::inline WEFT_ABI::par::detail
