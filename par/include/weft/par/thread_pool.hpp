// thread_pool: a number of worker threads that share work; the calling thread takes part in what it starts.
#pragma once

#include <weft/atomic/abi.hpp>
#include <weft/par/detail/engine.hpp>
#include <weft/par/handle.hpp>
#include <weft/par/join.hpp>
#include <weft/par/pool_options.hpp>
#include <weft/par/scope.hpp>
#include <weft/par/statistics.hpp>
#include <weft/par/timeline.hpp>

#include <cstddef>
#include <functional>
#include <optional>
#include <type_traits>
#include <utility>

namespace weft::inline WEFT_ABI::par {

/// A pool of worker threads.
///
/// Every call from outside runs on the calling thread at once, as a guest that shares its work with the workers: small work
/// is done before anybody has been woken. With n threads at most n of workers and guests are kept busy by work that may run
/// in parallel; what was spawned is run by workers, however many guests there are. Idle workers sleep and use no processor
/// time.
///
/// Threads   any, for everything but destruction. Pools may call each other, nested as deep as one likes.
/// Errors    construction: system_error when not a single thread can be had (if only some can, the pool has fewer),
///           invalid_argument for 0 threads, length_error for more than 32768, bad_alloc.
///
///     weft::thread_pool pool(2);
///     auto both = pool.join([] { return 1; }, [] { return 2; });
///     if (both.first + both.second != 3) std::abort();
class thread_pool {
 public:
  /// As many threads as this process may use processors, or WEFT_NUM_THREADS.
  thread_pool() : thread_pool(pool_options{}) {}
  explicit thread_pool(std::size_t threads);
  explicit thread_pool(const pool_options& options) : engine_(options) {}
  thread_pool(const thread_pool&) = delete;
  thread_pool& operator=(const thread_pool&) = delete;
  /// Runs everything that has been spawned to its end, then joins the workers. Not from one of its own workers: that ends
  /// the process with a sentence, because it would wait for itself.
  ~thread_pool() = default;

  /// Runs f() on this thread as a participant of the pool: every parallel call inside uses this pool.
  ///
  /// Returns   what f returns. Errors: what f throws; bad_alloc before f has run.
  template <class F>
  decltype(auto) install(F&& f) {
    static_assert(std::is_invocable_v<F>, "[weft] install(f) calls f without arguments: pass a lambda like [&] { … }");
    return engine_.enter([&]() -> decltype(auto) { return std::invoke(std::forward<F>(f)); });
  }
  /// As weft::join, in this pool.
  template <class A, class B>
  auto join(A&& a, B&& b) {
    return engine_.enter([&] { return par::join(std::forward<A>(a), std::forward<B>(b)); });
  }
  /// As weft::scope, in this pool.
  template <class F>
  decltype(auto) scope(F&& body) {
    return engine_.enter([&]() -> decltype(auto) { return par::scope(std::forward<F>(body)); });
  }
  /// As weft::spawn, in this pool: runs f() on a worker, or polls f there if it is a future. The handle waits for the
  /// result.
  template <class F>
  [[nodiscard]] auto spawn(F&& f) {
    return spawn_on(engine_, std::forward<F>(f));
  }

  /// Workers that could be started.
  [[nodiscard]] std::size_t num_threads() const noexcept { return engine_.num_threads(); }

  /// How often each thread ran, stole, slept and woke; no rows unless pool_options::statistics is set.
  ///
  /// Threads   any, while the pool works. Cost: some hundred loads a thread. Errors: bad_alloc.
  [[nodiscard]] pool_statistics statistics() const { return engine_.statistics(); }
  /// What each thread did, and when; no lanes unless pool_options::timeline_events is set.
  ///
  /// Threads   any, while the pool works. Cost: copies all events. Errors: bad_alloc.
  [[nodiscard]] pool_timeline timeline() const { return engine_.timeline(); }

  /// For weft's own parts.
  [[nodiscard]] detail::registry& engine() noexcept { return engine_; }

 private:
  detail::registry engine_;
};

/// Workers of the pool that this thread works for, or else of the global one.
[[nodiscard]] inline std::size_t current_num_threads() { return detail::registry::current_or_global().num_threads(); }

/// This worker's number in the pool that it works for right now, from 0; nothing on threads that aren't workers of it.
[[nodiscard]] inline std::optional<std::size_t> current_thread_index() noexcept {
  const detail::participant* const here = detail::participant::current();
  if (here == nullptr || here->kind() != detail::seat_kind::worker) return std::nullopt;
  return here->index();
}

}  // namespace weft::inline WEFT_ABI::par

namespace weft::inline WEFT_ABI {
using par::thread_pool;
}  // namespace weft::inline WEFT_ABI
