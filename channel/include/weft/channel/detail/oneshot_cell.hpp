// oneshot_cell: what the two ends of a oneshot channel share.
//
// Words     bits                                                moved by
//   word_   message      set, once, unless closed               sender
//           sender_done  set, once: its last access             sender
//           closed       set: a message is refused from now on  receiver
//           receiver_done set, once: its last access            receiver
//           waiting      set and cleared: task_ holds a waker   receiver
//           asleep       set and cleared: sleeps in the kernel  receiver
// Data      may be touched by
//   goods_  the sender until it sets `message`; then the receiver, or the destructor
//   task_   the receiver while `waiting` is clear; once the sender has finished (set `message` or, having sent nothing, `gone`)
//           and found `waiting` set, the sender until it sets sender_done
// Invariants
//   O1  The sender finishes once: it sets `message` or `gone`, in the same step in which it learns whether somebody waits.
//   O2  `message` is never set after `closed`: a receiver that has closed and finds no message will never find one.
//   O3  The end that sets its done bit second destroys the cell; the first doesn't touch it afterwards.
//   O4  No waker is called, cloned or destroyed between "taken out" and "owned"; there is no lock.
// Source  own; the states are those that tokio's and the oneshot crate's bug reports teach (closing against sending against
//         trying; a receiver that goes while its waker is being called).
#pragma once

#include <weft/atomic/abi.hpp>
#include <weft/atomic/backoff.hpp>
#include <weft/atomic/seam.hpp>
#include <weft/atomic/waker.hpp>
#include <weft/channel/detail/message.hpp>
#include <weft/channel/detail/waiting.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

namespace weft::inline WEFT_ABI::channel::detail {

template <class T>
class oneshot_cell {
  static_assert(check_message<T>());

 public:
  oneshot_cell() noexcept = default;
  oneshot_cell(const oneshot_cell&) = delete;
  oneshot_cell& operator=(const oneshot_cell&) = delete;

  // ---------------------------------------------------------------- the sender's

  /// Moves the message in and lets go of the cell; false: closed, let go of as well, and the message is still the caller's.
  [[nodiscard]] bool send(T& message) noexcept {
    goods_.construct(std::move(message));
    std::uint32_t untouched = 0;
    // order(oneshot.done): release; pairs with is_complete(), drop_receiver().
    //   nobody waits, and this is the last access. Carries the message.
    if (word_.compare_exchange_strong(untouched, message_bit | sender_done, release, relaxed)) [[likely]]
      return true;
    return send_slowly(message);
  }

  void drop_sender() noexcept { static_cast<void>(finish(gone)); }

  [[nodiscard]] bool is_closed() const noexcept {
    // order(oneshot.closed): acquire; pairs with close(), drop_receiver().
    return (word_.load(acquire) & closed) != 0;
  }

  // ---------------------------------------------------------------- the receiver's

  /// True when the sender has sent or gone.
  [[nodiscard]] bool is_complete() const noexcept {
    // order(oneshot.done): acquire; pairs with finish().
    //   carries the message, and what a sender did that went without one.
    return (word_.load(acquire) & finished) != 0;
  }

  /// Leaves `task` to be woken. True: too late, the sender has finished.
  [[nodiscard]] bool enter(const waker& task) noexcept;

  /// Sleeps until the sender has finished (true) or the deadline. True at once when closed.
  [[nodiscard]] bool wait_until(clock::time_point deadline) noexcept;

  void close() noexcept {
    // order(oneshot.closed): release; pairs with is_closed(). A sender that finds it by sending acquires it in finish(gone).
    word_.fetch_or(closed, release);
  }

  /// After is_complete(): takes the message, if there is one, and lets go of the cell.
  [[nodiscard]] std::optional<T> settle() noexcept {
    std::optional<T> message;
    // relaxed(under oneshot.done): read before, with acquire; it doesn't change any more.
    if ((word_.load(relaxed) & message_bit) != 0) move_into(message)(goods_);
    leave(receiver_done);
    return message;
  }

  void drop_receiver() noexcept;

 private:
  enum bit : std::uint32_t {
    message_bit = 1,
    gone = 2,
    closed = 4,
    waiting = 8,
    asleep = 16,
    sender_done = 32,
    receiver_done = 64,
    finished = message_bit | gone,
    both_done = sender_done | receiver_done,
  };

  ~oneshot_cell() = default;
  [[nodiscard]] bool send_slowly(T& message) noexcept;
  [[nodiscard]] bool finish(std::uint32_t how) noexcept;

  /// The last access of this end (O3).
  void leave(bit who) noexcept {
    const std::uint32_t other = both_done & ~who;
    // order(oneshot.done): acquire; pairs with leave(), finish().
    //   the other end's accesses happen before the destruction.
    if ((word_.load(acquire) & other) != 0) {
      delete this;
      return;
    }
    // order(oneshot.done): acq_rel; pairs with leave(), finish().
    if ((word_.fetch_or(who, acq_rel) & other) != 0) delete this;
  }

  atom<std::uint32_t> word_{0};
  plain<waker> task_{};
  slot<T> goods_;
};

/// Somebody waits, or has closed: then the message comes back.
template <class T>
bool oneshot_cell<T>::send_slowly(T& message) noexcept {
  if (finish(message_bit)) return true;
  std::destroy_at(std::addressof(message));
  std::construct_at(std::addressof(message), goods_.take());
  drop_sender();
  return false;
}

/// The sender's end of things: sets `how` (O1) and wakes whoever waits. False: it was to be a message, and the receiver has closed.
template <class T>
bool oneshot_cell<T>::finish(std::uint32_t how) noexcept {
  // relaxed(hint): the exchange below finds out.
  std::uint32_t seen = word_.load(relaxed);
  std::uint32_t done = 0;
  do {
    if (how == message_bit && (seen & closed) != 0) return false;
    // With nobody's waker to call, this is the last access.
    done = (seen & waiting) != 0 ? 0u : std::uint32_t{sender_done};
    // order(oneshot.done): acq_rel; pairs with is_complete(), enter(), leave(), drop_receiver().
    //   carries the message to the receiver, and its waker or its being done to us.
  } while (!word_.compare_exchange_weak(seen, seen | how | done, acq_rel, relaxed));
  if (done == 0) {
    const waker task = std::exchange(task_.write(), waker());
    leave(sender_done);
    // From here on *this may be dead; its address is all that is used.
    if ((seen & asleep) != 0) futex_wake(word_, 1);
    task.wake_by_ref();
  } else if ((seen & receiver_done) != 0) {
    delete this;
  } else if ((seen & asleep) != 0) {
    futex_wake(word_, 1);
  }
  return true;
}

template <class T>
bool oneshot_cell<T>::enter(const waker& task) noexcept {
  waker mine = task;
  // order(oneshot.done): acquire; pairs with finish().
  std::uint32_t seen = word_.load(acquire);
  // Takes the former waker back, unless the sender has it already.
  // order(oneshot.done): acquire; pairs with finish().
  if ((seen & waiting) != 0) seen = word_.fetch_and(~std::uint32_t{waiting}, acquire);
  if ((seen & finished) != 0) return true;
  std::swap(task_.write(), mine);
  // order(oneshot.done): acq_rel; pairs with finish().
  //   carries the waker; and if the sender has finished, it hasn't seen it.
  return (word_.fetch_or(waiting, acq_rel) & finished) != 0;
}

template <class T>
bool oneshot_cell<T>::wait_until(clock::time_point deadline) noexcept {
  for (backoff patience; !patience.is_completed(); patience.snooze()) {
    // relaxed(under oneshot.done): here and below; before anything is taken, is_complete() looks again.
    if ((word_.load(relaxed) & (finished | closed)) != 0) return true;
    if (is_past(deadline)) return false;
  }
  for (;;) {
    // relaxed(under oneshot.done): as above.
    const std::uint32_t seen = word_.fetch_or(asleep, relaxed);
    if ((seen & finished) != 0) return true;
    if (futex_wait(word_, seen | asleep, deadline) == atomic::futex_outcome::timed_out) {
      // relaxed(under oneshot.done): as above.
      return (word_.fetch_and(~std::uint32_t{asleep}, relaxed) & finished) != 0;
    }
  }
}

template <class T>
void oneshot_cell<T>::drop_receiver() noexcept {
  // order(oneshot.done): acquire; pairs with finish().
  std::uint32_t seen = word_.load(acquire);
  while ((seen & finished) == 0) {
    if ((seen & waiting) != 0) {
      // order(oneshot.done): acquire; pairs with finish().
      //   takes the waker back, unless the sender has it already (it is the first to finish then).
      seen = word_.fetch_and(~std::uint32_t{waiting}, acquire);
      if ((seen & finished) != 0) break;
      const waker mine = std::exchange(task_.write(), waker());
      seen &= ~std::uint32_t{waiting};
    }
    // order(oneshot.closed): release; pairs with is_closed(). Our last access; a sender that finishes later destroys the cell.
    // order(oneshot.done): acquire on failure; pairs with finish().
    if (word_.compare_exchange_weak(seen, seen | closed | receiver_done, release, acquire)) return;
  }
  if ((seen & message_bit) != 0) goods_.destroy();
  leave(receiver_done);
}

}  // namespace weft::inline WEFT_ABI::channel::detail
