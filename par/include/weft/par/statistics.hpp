// pool_statistics: how often each thread of a pool ran, stole, slept and woke.
#pragma once

#include <weft/atomic/abi.hpp>

#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

namespace weft::inline WEFT_ABI::par {

/// What a thread was doing when it was looked at.
enum class activity : std::uint8_t {
  absent,     ///< a guest's seat that nobody sits in
  working,    ///< in a job, or in its own code between two
  searching,  ///< looks for work
  asleep      ///< found none, and uses no processor time
};

/// The counts of one thread of a pool; or of several, summed up.
struct thread_statistics {
  /// As the system's tools show it, but not cut: the pool's name and the worker's number; "guest-N" for the N-th guest's seat.
  std::string name;
  activity doing = activity::absent;
  /// Jobs taken out of a deque, a queue, an offer or the injector, and run. A join's second half that nobody took isn't
  /// one, nor is a task that its waiter ran itself.
  std::uint64_t jobs = 0;
  /// Jobs got from the injector, where threads from outside put what they spawn.
  std::uint64_t injected = 0;
  /// Jobs stolen from a thread with which it shares a cache, or which is as near as all others.
  std::uint64_t steals_near = 0;
  /// Jobs stolen from a thread with which it shares no cache.
  std::uint64_t steals_far = 0;
  /// Looks round the whole pool that brought nothing.
  std::uint64_t failed_searches = 0;
  /// Times it went to sleep for want of work.
  std::uint64_t parks = 0;
  /// Times somebody had work for it while it slept, or was about to.
  std::uint64_t wakes = 0;
  /// Parts of its loops that it offered and that were taken.
  std::uint64_t splits = 0;
  /// Exceptions that it dropped because another one had come first, or because nobody wanted the result.
  std::uint64_t exceptions_dropped = 0;

  /// Adds the counts; keeps name and doing.
  thread_statistics& operator+=(const thread_statistics& other) noexcept;
  friend bool operator==(const thread_statistics&, const thread_statistics&) = default;
};

/// What thread_pool::statistics() returns. Every count is right by itself; those that threads go on changing meanwhile are
/// not all of one moment.
struct pool_statistics {
  /// By the workers' numbers; empty when the pool keeps no statistics.
  std::vector<thread_statistics> workers;
  /// By the guests' seats, as far as they have been used. A seat's counts are those of all who sat in it.
  std::vector<thread_statistics> guests;

  /// Over workers and guests; named "all".
  [[nodiscard]] thread_statistics sum() const;
};

/// A table: a line for each thread and one for all. Errors: what the stream throws.
std::ostream& operator<<(std::ostream& out, const pool_statistics& what);

}  // namespace weft::inline WEFT_ABI::par
