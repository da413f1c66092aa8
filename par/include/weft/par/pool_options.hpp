// pool_options: what a thread_pool can be told at birth.
#pragma once

#include <weft/atomic/abi.hpp>
#include <weft/par/worker_main.hpp>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <string>
#include <vector>

namespace weft::inline WEFT_ABI::par {

/// Whether workers stay on one processor each.
enum class binding : std::uint8_t {
  none,     ///< they run where the system puts them
  compact,  ///< worker after worker on neighbouring processors, a core's hardware threads first: to share caches
  spread    ///< as far apart as can be, every core once before any core twice: to have caches and memory for themselves
};

/// How long a thread without work looks for some before it sleeps. Looking bridges the gaps between bursts of work, for a wake-up
/// takes some 50 µs; it costs processor time that nobody else gets.
enum class idle_policy : std::uint8_t {
  power,     ///< one look
  balanced,  ///< some 20 µs; up to 150 µs after loops that follow each other within such pauses
  latency    ///< some 1 ms
};

/// How a pool is to be made. Every field may stay as it is.
///
///     weft::par::pool_options options;
///     options.threads = 2;
///     options.name = "render";
///     weft::thread_pool pool(options);
struct pool_options {
  /// Worker threads; 0: WEFT_NUM_THREADS if that is a number, else the processors that this process may use (affinity ∩
  /// hardware ∩ the smallest CPU quota of its control groups); weft::resources() tells them.
  std::size_t threads = 0;
  /// The processors, by the system's numbers, that the workers may run on; empty: those of the thread that makes the pool.
  /// Numbers that this thread itself may not use don't count, and if none is left the list doesn't. The pool's default size
  /// counts these processors only.
  std::vector<std::size_t> processors;
  /// Binding is a wish: where the system refuses it, the worker runs unbound. Worker i gets the i-th processor of the order,
  /// counted round; bigger cores come first. Guests aren't bound. Without hwloc both orders are the system's.
  binding bind = binding::none;
  /// Shown by the system's tools as name-0, name-1, …, cut to 15 bytes.
  std::string name = "weft";
  /// The whole name of worker i, instead of the above.
  std::function<std::string(std::size_t)> name_of;
  /// Bytes per worker; 0: the system's default.
  std::size_t stack_size = 0;
  /// The most spare threads that stand in for workers that block (weft::blocking, waits in isolation). They are started when
  /// they are needed for the first time, and kept. Where none can be had, the pool runs with one less meanwhile.
  std::size_t most_spares = 64;
  /// Called on each worker before its first and after its last job, with its index. What they throw goes to on_exception.
  std::function<void(std::size_t)> on_start;
  std::function<void(std::size_t)> on_exit;
  /// Gets the exceptions of detached tasks; without it they end the process. Any worker, also several at once. Must not
  /// throw.
  std::function<void(std::exception_ptr)> on_exception;
  /// Makes the threads: called on the constructing thread with each worker's main, which it must have called on a thread of its
  /// own, once. It throws when it can't: as if the system had refused a thread. The pool's end waits for the mains, not for the
  /// threads.
  std::function<void(worker_main)> spawn_thread;
  /// The constructing thread becomes worker 0, for the pool's life: what it calls uses this pool, and it runs work of the pool
  /// while it waits or yields, never by itself. Broadcasts wait until it does. Handlers aren't called on it. It must not work for
  /// a pool yet (std::logic_error), and must destroy the pool.
  bool use_current_thread = false;
  idle_policy policy = idle_policy::balanced;
  /// Counts what each thread does, for thread_pool::statistics().
  bool statistics = false;
  /// Keeps the first so many events of each thread, for thread_pool::timeline(), and counts them; 0: none. A job has some
  /// three, of 16 bytes and two readings of the clock; what comes later is only counted.
  std::size_t timeline_events = 0;
};

}  // namespace weft::inline WEFT_ABI::par
