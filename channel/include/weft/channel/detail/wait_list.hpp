// wait_list: the threads and tasks that wait for a queue to get something, or to get room.
//
// Words         states                                       moved by
//   waiting_    how many waiters are in the list             whoever holds mutex_
// Data          may be touched by
//   first_, last_, every waiter's links and waker            whoever holds mutex_
// Protocol. The waiting side enters the list and then looks at the queue once more; the other side changes the queue and then
// looks at waiting_. All four accesses are sequentially consistent, so one of the two sees the other (Dekker).
// A notification is a hint to look again, not a message: others may be faster. So a waiter that was notified and goes away
// without having looked passes the notification on.
// Invariants
//   W1  A waiter is in the list exactly while waiting_ counts it; it leaves it once, by remove() or by being notified.
//   W2  A waiter that has been taken out has been rung before the lock is given back: it may die as soon as remove() returns.
//   W3  No waker is cloned, woken or destroyed under mutex_: it is only moved.
// Source  the shape of a condition variable's or event count's list; own.
#pragma once

#include <weft/atomic/abi.hpp>
#include <weft/atomic/padded.hpp>
#include <weft/atomic/seam.hpp>
#include <weft/atomic/waker.hpp>
#include <weft/channel/detail/bell.hpp>

#include <cstdint>

namespace weft::inline WEFT_ABI::channel::detail {

/// One who waits. Stays where it is while it is in a list.
class waiter {
 public:
  waiter() noexcept = default;
  waiter(const waiter&) = delete;
  waiter& operator=(const waiter&) = delete;

  /// Sleeps until notified (true) or the deadline (false).
  bool sleep_until(clock::time_point deadline) noexcept { return bell_.wait_until(deadline, false); }

 private:
  friend class wait_list;
  bell bell_;
  plain<waker> task_{};  // whom to wake; empty for a thread
  plain<waiter*> next_{};
  plain<waiter*> previous_{};
  plain<bool> listed_{};
};

class wait_list {
 public:
  wait_list() noexcept = default;
  wait_list(const wait_list&) = delete;
  wait_list& operator=(const wait_list&) = delete;

  /// Tells one waiter, if there is one, to look again. Called after the queue was changed.
  void notify_one() noexcept {
    // order(wait_list.waiting): seq_cst; pairs with link().
    //   forbids: a waiter finds the queue unchanged AND the changer finds no waiter.
    //   weaker: this load runs ahead of the change of the queue, and both walk past each other.
    //   model: tests/model/channel_close.cpp
    if (waiting_->load(seq_cst) != 0) [[unlikely]]
      notify_first();
  }
  /// Tells everybody who is in the list now.
  void notify_all() noexcept {
    // order(wait_list.waiting): seq_cst; pairs with link().
    while (waiting_->load(seq_cst) != 0 && notify_first()) {
    }
  }

  /// Enters a thread, which must then look at the queue once more before it sleeps.
  void add(waiter& who) noexcept;
  /// Enters a task, or changes its waker. True: newly entered, so look at the queue once more.
  bool add(waiter& who, const waker& task) noexcept;
  /// Leaves. False: it wasn't in the list any more (or never was).
  bool remove(waiter& who) noexcept;

  /// True if it was notified since the last call. Only by the waiter's owner.
  [[nodiscard]] static bool take_notification(waiter& who) noexcept {
    if (!who.bell_.is_rung()) return false;
    who.bell_.reset();
    return true;
  }

 private:
  bool notify_first() noexcept;
  void link(waiter& who) noexcept;
  void unlink(waiter& who) noexcept;

  padded<atom<std::uint32_t>> waiting_;
  bare_mutex mutex_;
  plain<waiter*> first_{};
  plain<waiter*> last_{};
};

}  // namespace weft::inline WEFT_ABI::channel::detail
