// blocking: a closure that may sleep, in a lock, a read or a queue, while its pool goes on with as many threads as before.
#pragma once

#include <weft/atomic/abi.hpp>
#include <weft/par/detail/participant.hpp>
#include <weft/par/detail/registry.hpp>

#include <functional>
#include <type_traits>
#include <utility>

namespace weft::inline WEFT_ABI::par {

namespace detail {

/// For a block the calling thread counts as away: a spare thread serves in a worker's place, a guest isn't counted. Nested ones do
/// nothing.
class absence {
 public:
  absence() noexcept;
  absence(const absence&) = delete;
  absence& operator=(const absence&) = delete;
  ~absence();

 private:
  participant* worker_ = nullptr;
  participant* guest_ = nullptr;
  registry::loan loan_;
};

}  // namespace detail

/// Calls f(), which may block. On a pool's worker a spare thread serves in its place meanwhile, so that the pool goes on with as
/// many threads as before; what f waits for may be another job of the same pool, of one thread too. Elsewhere it only calls f.
///
/// A spare is started when none is idle, kept when f returns, and goes to sleep after the job that it runs just then: for that
/// long one thread more is at work. Spares have no current_thread_index(). Where no spare can be had
/// (pool_options::most_spares, or the system gives no thread), f blocks its worker.
///
/// Returns   what f returns.
/// Threads   any; f runs on the calling thread. Inside f everything is allowed; a second blocking() there only calls.
/// Cost      0.6 µs and no system call but membarrier when a spare is idle and there is no work for it; else a wake-up, and the
///           first time a thread's start.
/// Errors    what f throws.
///
///     #include <future>
///     std::promise<int> answer;
///     weft::thread_pool pool(1);
///     auto asks = pool.spawn([&] { return weft::par::blocking([&] { return answer.get_future().get(); }); });
///     auto answers = pool.spawn([&] { answer.set_value(42); });
///     if (std::move(asks).wait() != 42) std::abort();
template <class F>
decltype(auto) blocking(F&& f) {
  static_assert(std::is_invocable_v<F>, "[weft] blocking(f) calls f without arguments: pass a lambda like [&] { … }");
  const detail::absence away;
  return std::invoke(std::forward<F>(f));
}

}  // namespace weft::inline WEFT_ABI::par

namespace weft::inline WEFT_ABI {
using par::blocking;
}  // namespace weft::inline WEFT_ABI
