// pool_options: what a thread_pool can be told at birth.
#pragma once

#include <weft/atomic/abi.hpp>
#include <weft/par/worker_main.hpp>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <string>

namespace weft::inline WEFT_ABI::par {

/// How long a thread without work looks for some before it sleeps. Looking bridges the gaps between bursts of work, for a wake-up
/// takes some 50 µs; it costs processor time that nobody else gets.
enum class idle_policy : std::uint8_t {
  power,     ///< one look
  balanced,  ///< some 20 µs
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
  /// hardware ∩ the smallest CPU quota of its control groups).
  std::size_t threads = 0;
  /// Shown by the system's tools as name-0, name-1, …, cut to 15 bytes.
  std::string name = "weft";
  /// The whole name of worker i, instead of the above.
  std::function<std::string(std::size_t)> name_of;
  /// Bytes per worker; 0: the system's default.
  std::size_t stack_size = 0;
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
};

}  // namespace weft::inline WEFT_ABI::par
