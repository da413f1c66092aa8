// event_count: a condition variable for lock-free code: waiters sleep until a condition may have changed, notifiers pay a load.
//
// Words        states                                        moved by
//   waiters_   threads between prepare() and the end of      those threads
//              wait() or cancel()
//   epoch_     counts the notifications that found waiters   notifiers
// Invariants
//   E1  A waiter counts itself before it looks at the condition, a notifier looks at waiters_ after it has changed the condition;
//       with a full fence in both, at least one of the two sees the other.
//   E2  A notifier that sees a waiter moves epoch_ on before it calls futex_wake: a waiter that isn't asleep yet finds its key stale.
//   E3  Who sleeps with the newest key has found the condition false after the newest notification. So a futex_wake(1) that
//       picks it instead of an older sleeper picks somebody for whom there is as little to do as for the older one, as long as
//       all wait for the same condition. wait() returns whenever the kernel wakes it, for just this reason: it must not swallow
//       a wake-up that was meant for one who has slept longer.
//   E4  The two counts are words of their own: epoch_ wraps without touching waiters_.
// Source  the interface is Vyukov's event count; two words and the asymmetric fence are ours.
#pragma once

#include <weft/atomic/abi.hpp>
#include <weft/atomic/seam.hpp>

#include <chrono>
#include <climits>
#include <concepts>
#include <cstdint>

namespace weft::inline WEFT_ABI::atomic {

/// Lets threads sleep until a condition that lives in other atomics may have become true.
///
/// Threads   any; it must outlive every call on it.
/// Cost      notify without waiters: one load (and on machines without membarrier a fence). prepare(): 0.5 µs, for which the
///           notifiers' fence is free; so spin a little first, and prepare only when about to sleep.
///
///     weft::event_count changed;
///     weft::atom<bool> ready{true};
///     changed.await([&] { return ready.load(weft::acquire); });
///     ready.store(false, weft::release);
///     changed.notify_all();
class event_count {
 public:
  /// What prepare() hands out and wait() or cancel() takes back, exactly once.
  class [[nodiscard]] key {
    friend class event_count;
    explicit key(std::uint32_t epoch) noexcept : epoch_(epoch) {}
    std::uint32_t epoch_;
  };

  event_count() noexcept = default;
  event_count(const event_count&) = delete;
  event_count& operator=(const event_count&) = delete;

  /// Announces a waiter: look at the condition after this, then cancel() or wait().
  ///
  /// Progress  wait-free.
  /// Order     notifications from now on are seen by wait(); what preceded earlier ones is visible after prepare().
  key prepare() noexcept {
    // relaxed(under event_count.park): the fence puts this before the caller's look at its condition.
    waiters_.fetch_add(1, relaxed);
    // order(event_count.park): heavy fence; twin in notify(); pairs with notify().
    //   forbids: the waiter finds the condition false AND the notifier finds no waiter.
    //   The notifier is hot (every push), the waiter is about to pay for a sleep: the light half is the notifier's.
    //   weaker: the look at the condition runs ahead of the count, and nobody wakes this thread.
    //   model: tests/model/event_count_park.cpp
    fence_heavy();
    // order(event_count.epoch): acquire; pairs with wake().
    //   weaker: a key of after a notification with a condition of before it, against E3.
    return key(epoch_.load(acquire));
  }

  /// The condition holds after all: no sleep.
  void cancel(key) noexcept { leave(); }

  /// Sleeps until a notification since prepare(). May return without one: look at the condition again, in a loop.
  void wait(key since) noexcept { static_cast<void>(wait_until(since, clock::time_point::max())); }

  /// As wait(), but gives up at the deadline.
  ///
  /// Returns   false if the deadline passed without a notification; the condition may hold nevertheless.
  [[nodiscard]] bool wait_until(key since, clock::time_point deadline) noexcept {
    bool notified = true;
    // relaxed(hint): the kernel compares again under its lock; who then looks at the condition in vain comes by prepare().
    if (epoch_.load(relaxed) == since.epoch_) {
      notified = futex_wait(epoch_, since.epoch_, deadline) != futex_outcome::timed_out;
    }
    leave();
    return notified;
  }
  template <class Rep, class Period>
  [[nodiscard]] bool wait_for(key since, std::chrono::duration<Rep, Period> duration) noexcept {
    return wait_until(since, deadline_after(duration));
  }

  /// Sleeps until the condition holds. If it throws, the exception leaves and nothing stays announced.
  template <class Condition>
  requires std::predicate<Condition&>
  void await(Condition&& condition) { static_cast<void>(await_until(clock::time_point::max(), condition)); }

  /// As await(), but gives up at the deadline; a condition that holds wins over a deadline that has passed.
  ///
  /// Returns   whether the condition held at the last look.
  template <class Condition>
  requires std::predicate<Condition&>
  [[nodiscard]] bool await_until(clock::time_point deadline, Condition&& condition) {
    while (!condition()) {
      announcement here(*this);
      if (condition()) return true;
      if (!here.wait_until(deadline)) return condition();
    }
    return true;
  }

  /// Wakes one waiter, if there is one. Only for waiters that all wait for the same condition, and after making it true once.
  ///
  /// Progress  wait-free; a system call only if somebody waits.
  /// Order     what preceded it is visible to the waiter's next look, if the condition's own orders say so.
  void notify_one() noexcept { notify(1); }
  /// Wakes all waiters.
  void notify_all() noexcept { notify(INT_MAX); }
  /// Wakes up to `count` waiters: when the condition has been made true `count` times.
  void notify(int count) noexcept {
    // order(event_count.park): light fence; twin in prepare(); pairs with prepare().
    //   forbids: the waiter finds the condition false AND this load finds no waiter.
    //   model: tests/model/event_count_park.cpp
    fence_light();
    // relaxed(under event_count.park): the fence puts this after the caller's change of the condition.
    if (waiters_.load(relaxed) != 0) [[unlikely]]
      wake(count);
  }

  /// Threads that wait or are about to. A moment's view.
  [[nodiscard]] std::uint32_t waiters() const noexcept {
    // relaxed(count): a statistic.
    return waiters_.load(relaxed);
  }

 private:
  // Keeps await() right if the condition throws.
  class announcement {
   public:
    explicit announcement(event_count& events) noexcept : events_(events), since_(events.prepare()) {}
    announcement(const announcement&) = delete;
    announcement& operator=(const announcement&) = delete;
    ~announcement() {
      if (open_) events_.cancel(since_);
    }
    bool wait_until(clock::time_point deadline) noexcept {
      open_ = false;
      return events_.wait_until(since_, deadline);
    }

   private:
    event_count& events_;
    key since_;
    bool open_ = true;
  };

  void leave() noexcept {
    // relaxed(hint): a notifier that still sees this waiter makes one system call too many.
    waiters_.fetch_sub(1, relaxed);
  }

  void wake(int count) noexcept;

#ifdef WEFT_MODEL
  static constexpr std::uint32_t first_epoch = UINT32_MAX;  // the first notification wraps it
#else
  static constexpr std::uint32_t first_epoch = 0;
#endif
  atom<std::uint32_t> epoch_{first_epoch};
  atom<std::uint32_t> waiters_{0};
};

// Kept apart so that notify() inlines to a load and a branch.
#if defined(__GNUC__)
__attribute__((noinline, cold))
#endif
inline void
event_count::wake(int count) noexcept {
  // order(event_count.epoch): release; pairs with prepare().
  //   A wrap needs 2^32 of these, each with its system call, while one waiter stands between prepare() and futex_wait: then that
  //   waiter sleeps until the next notification.
  epoch_.fetch_add(1, release);
  futex_wake(epoch_, count);
}

}  // namespace weft::inline WEFT_ABI::atomic

namespace weft::inline WEFT_ABI {
using atomic::event_count;
}  // namespace weft::inline WEFT_ABI
