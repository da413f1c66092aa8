// bell: how one waiting thread or task is told, once, that its wait is over.
//
// Words       states                         moved by
//   word_     silent → asleep                a waiting thread, just before it sleeps in the kernel
//             silent, asleep → some tone     the ringer, once
//             any → silent                   the waiter, when nobody can ring it (reset)
// Invariants
//   B1  A bell is rung at most once between two resets.
//   B2  The ringer's last access is the exchange in strike(): from then on the waiter may destroy the bell. What follows (futex
//       wake, waker) uses an address or a waker that the ringer owns.
#pragma once

#include <weft/atomic/abi.hpp>
#include <weft/atomic/backoff.hpp>
#include <weft/atomic/seam.hpp>
#include <weft/atomic/waker.hpp>

#include <cstdint>
#include <utility>

namespace weft::inline WEFT_ABI::channel::detail {

class bell {
 public:
  enum tone : std::uint32_t {
    silent = 0,
    asleep = 1,
    again = 2,   ///< look again: something may be there
    done = 3,    ///< a message has changed hands
    closed = 4,  ///< nothing will come any more
  };

  /// What has been rung; `silent` or `asleep`: nothing yet.
  [[nodiscard]] tone heard() const noexcept {
    // order(bell.tone): acquire; pairs with strike().
    //   carries what the ringer did before: the message in the waiter's hands, or the queue's new state.
    return static_cast<tone>(word_.load(acquire));
  }
  [[nodiscard]] bool is_rung() const noexcept { return heard() >= again; }

  /// Sleeps until rung (true) or the deadline (false). Spins first if asked to.
  bool wait_until(clock::time_point deadline, bool spin) noexcept;

  /// Rings, and wakes `who`: the waiter's waker, taken out of it under the lock; empty for a thread.
  void ring(tone what, waker who) noexcept { wake(strike(what), std::move(who)); }

  /// The first half of ring(); may be done under a lock. True: the waiter sleeps in the kernel.
  [[nodiscard]] bool strike(tone what) noexcept {
    // order(bell.tone): release; pairs with heard().
    return word_.exchange(what, release) == asleep;
  }
  /// The second half. *this may be dead by now (B2); its address is all that is used.
  void wake(bool sleeps, waker who) noexcept {
    if (sleeps) futex_wake(word_, 1);
    if (who) std::move(who).wake();
  }

  /// For another round; only while nobody can ring.
  void reset() noexcept {
    // relaxed(owner): nobody else knows this bell now; the list's lock publishes it.
    word_.store(silent, relaxed);
  }

 private:
  atom<std::uint32_t> word_{silent};
};

/// Takes a lock that is never held for long: spins a little before it sleeps.
inline bare_lock hold(bare_mutex& mutex) {
  for (backoff patience; !patience.is_completed(); patience.snooze()) {
    bare_lock held(mutex, std::try_to_lock);
    if (held.owns_lock()) return held;
  }
  return bare_lock(mutex);
}

}  // namespace weft::inline WEFT_ABI::channel::detail
