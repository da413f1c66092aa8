// pool_options: what a thread_pool can be told at birth.
#pragma once

#include <weft/atomic/abi.hpp>

#include <cstddef>
#include <exception>
#include <functional>
#include <string>

namespace weft::inline WEFT_ABI::par {

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
  /// Bytes per worker; 0: the system's default.
  std::size_t stack_size = 0;
  /// Called on each worker before its first and after its last job, with its index. Must not throw.
  std::function<void(std::size_t)> on_start;
  std::function<void(std::size_t)> on_exit;
  /// Gets the exceptions of detached tasks; without it they end the process. Any worker, also several at once. Must not
  /// throw.
  std::function<void(std::exception_ptr)> on_exception;
  /// Counts what each thread does, for thread_pool::statistics().
  bool statistics = false;
  /// Keeps the first so many events of each thread, for thread_pool::timeline(), and counts them; 0: none. A job has some
  /// three, of 16 bytes and two readings of the clock; what comes later is only counted.
  std::size_t timeline_events = 0;
};

}  // namespace weft::inline WEFT_ABI::par
