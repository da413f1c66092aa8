// thread_pool: a number of worker threads that share work; the calling thread takes part in what it starts.
#pragma once

#include <weft/atomic/abi.hpp>
#include <weft/par/detail/engine.hpp>
#include <weft/par/detail/sleep_word.hpp>
#include <weft/par/pool_calls.hpp>
#include <weft/par/pool_options.hpp>
#include <weft/par/statistics.hpp>
#include <weft/par/timeline.hpp>

#include <cstddef>
#include <optional>
#include <stdexcept>

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
///           invalid_argument for 0 threads, length_error for more than 32768, bad_alloc; logic_error when the current thread
///           is to be a worker and works for a pool already.
///
///     weft::thread_pool pool(2);
///     auto both = pool.join([] { return 1; }, [] { return 2; });
///     if (both.first + both.second != 3) std::abort();
class thread_pool : public pool_calls<thread_pool> {
 public:
  /// As many threads as this process may use processors, or WEFT_NUM_THREADS.
  thread_pool() : thread_pool(pool_options{}) {}
  explicit thread_pool(std::size_t threads);
  explicit thread_pool(const pool_options& options);
  thread_pool(const thread_pool&) = delete;
  thread_pool& operator=(const thread_pool&) = delete;
  /// Runs everything that has been spawned to its end, then joins the workers. Not from one of its own workers: that ends
  /// the process with a sentence, because it would wait for itself. A pool that was made with use_current_thread is destroyed
  /// by that thread. When exit() destroys it while some thread is within a call into the pool, it is left as it is.
  ~thread_pool();

  /// How often each thread ran, stole, slept and woke; no rows unless pool_options::statistics is set.
  ///
  /// Threads   any, while the pool works. Cost: some hundred loads a thread. Errors: bad_alloc.
  [[nodiscard]] pool_statistics statistics() const { return engine_->statistics(); }
  /// What each thread did, and when; no lanes unless pool_options::timeline_events is set.
  ///
  /// Threads   any, while the pool works. Cost: copies all events. Errors: bad_alloc.
  [[nodiscard]] pool_timeline timeline() const { return engine_->timeline(); }

  /// For weft's own parts.
  [[nodiscard]] detail::registry& engine() const noexcept { return *engine_; }

 private:
  detail::registry* engine_;  // by a pointer, because it may have to outlive the pool
};

/// Names a pool: one's own or the global one. A pointer's worth; the pool must outlive it.
///
///     weft::thread_pool pool(2);
///     std::size_t seen = pool.install([] { return weft::par::current_pool()->num_threads(); });
///     if (seen != 2) std::abort();
class pool_ref : public pool_calls<pool_ref> {
 public:
  pool_ref(const thread_pool& pool) noexcept : engine_(&pool.engine()) {}  // NOLINT: a pool is what it names
  explicit pool_ref(detail::registry& engine) noexcept : engine_(&engine) {}

  [[nodiscard]] friend bool operator==(pool_ref a, pool_ref b) noexcept { return a.engine_ == b.engine_; }

  /// For weft's own parts.
  [[nodiscard]] detail::registry& engine() const noexcept { return *engine_; }

 private:
  detail::registry* engine_;
};

/// The pool that this thread works for right now; nothing outside every pool.
[[nodiscard]] inline std::optional<pool_ref> current_pool() noexcept {
  detail::registry* const here = detail::registry::current();
  if (here == nullptr) return std::nullopt;
  return pool_ref(*here);
}

/// The process's own pool, which calls outside every pool use; made now if nobody has used it yet.
///
/// Errors    as a thread_pool's construction; then the next call tries again.
[[nodiscard]] inline pool_ref global_pool() { return pool_ref(detail::registry::global()); }

/// build_global() came too late: somebody has used the global pool, or built it.
class global_pool_error : public std::logic_error {
 public:
  global_pool_error();
};

/// Makes the process's own pool as the options say. For main(), before anything else that is parallel.
///
/// Errors    global_pool_error when the pool is there already; as a thread_pool's construction, and then it isn't there.
void build_global(const pool_options& options);

/// Workers of the pool that this thread works for, or else of the global one.
[[nodiscard]] inline std::size_t current_num_threads() { return detail::registry::current_or_global().num_threads(); }

/// The most workers that a pool can have.
[[nodiscard]] constexpr std::size_t max_num_threads() noexcept { return detail::sleep_word::most_workers; }

/// This worker's number in the pool that it works for right now, from 0; nothing on threads that aren't workers of it.
[[nodiscard]] inline std::optional<std::size_t> current_thread_index() noexcept {
  const detail::participant* const here = detail::participant::current();
  if (here == nullptr || here->kind() != detail::seat_kind::worker) return std::nullopt;
  return here->index();
}

/// As thread_pool::has_pending_tasks(), of the pool that this thread works for, or else of the global one.
[[nodiscard]] inline bool has_pending_tasks() { return detail::registry::current_or_global().has_visible_work(); }

}  // namespace weft::inline WEFT_ABI::par

namespace weft::inline WEFT_ABI {
using par::thread_pool;
}  // namespace weft::inline WEFT_ABI
