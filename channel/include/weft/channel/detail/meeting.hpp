// meeting: the engine of the rendezvous channel. A message goes from hand to hand; nothing is stored on the way.
//
// Words          states                                          moved by
//   closed_      0 → 1                                           close(), under mutex_
//   party.bell   silent → done | closed                          whoever took the party out of its line
// Data           may be touched by
//   the lines, a party's links and waker                         whoever holds mutex_
//   *party.from, *party.into                                     whoever took the party out of its line, until it rings
// Invariants
//   M1  Senders and receivers never wait at the same time: who comes second takes the first out and serves it.
//   M2  A party that isn't in a line any more will be rung, and soon: between the two there is one move of a T.
//   M3  No T is moved or destroyed, and no waker cloned, woken or destroyed under mutex_.
//   M4  A message that was handed to a task's receive which then went away waits among the strays; the next receiver gets it.
// Source  the pairing is that of every synchronous queue (Hoare 1978; Scherer, Lea & Scott 2006); with a lock, own.
#pragma once

#include <weft/atomic/abi.hpp>
#include <weft/atomic/seam.hpp>
#include <weft/atomic/waker.hpp>
#include <weft/channel/detail/bell.hpp>
#include <weft/channel/detail/message.hpp>
#include <weft/channel/detail/waiting.hpp>
#include <weft/channel/outcome.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

namespace weft::inline WEFT_ABI::channel::detail {

template <class T>
class meeting {
  static_assert(check_message<T>());

 public:
  /// One who waits at the meeting place.
  struct party {
    detail::bell bell;
    plain<waker> task{};               // whom to wake; empty for a thread
    T* from = nullptr;                 // a sender's message
    std::optional<T>* into = nullptr;  // where a receiver wants it
    plain<party*> next{};
    plain<party*> previous{};
    plain<bool> listed{};
  };
  /// A task's party, with its message: on the heap, so that it survives the operation (M4).
  struct guest : party {
    std::optional<T> goods;
  };

  meeting() noexcept = default;
  ~meeting() { discard(); }
  meeting(const meeting&) = delete;
  meeting& operator=(const meeting&) = delete;

  [[nodiscard]] outcome try_send(T& message) noexcept {
    bare_lock held = hold(mutex_);
    return send_or(message, held, nullptr);
  }
  [[nodiscard]] outcome try_recv(std::optional<T>& target) noexcept {
    bare_lock held = hold(mutex_);
    return recv_or(target, held, nullptr);
  }
  [[nodiscard]] outcome send_until(T& message, clock::time_point deadline) noexcept {
    party self;
    self.from = &message;
    {
      bare_lock held = hold(mutex_);
      const outcome result = send_or(message, held, is_past(deadline) ? nullptr : &self);
      if (result != outcome::full) return result;
      if (!self.listed.read()) return outcome::timed_out;
    }
    return wait(senders_, self, deadline);
  }
  [[nodiscard]] outcome recv_until(std::optional<T>& target, clock::time_point deadline) noexcept {
    party self;
    self.into = &target;
    {
      bare_lock held = hold(mutex_);
      const outcome result = recv_or(target, held, is_past(deadline) ? nullptr : &self);
      if (result != outcome::empty) return result;
      if (!self.listed.read()) return outcome::timed_out;
    }
    return wait(receivers_, self, deadline);
  }

  /// `full`: `task` will be woken, and the message is in `self` until then.
  [[nodiscard]] outcome poll_send(std::unique_ptr<guest>& self, const waker& task, std::optional<T>& message);
  /// `empty`: `task` will be woken.
  [[nodiscard]] outcome poll_recv(std::unique_ptr<guest>& self, const waker& task, std::optional<T>& target);
  /// Gives up; the message comes back unless it has been received.
  [[nodiscard]] std::optional<T> cancel_send(std::unique_ptr<guest> self) noexcept;
  void cancel_recv(std::unique_ptr<guest> self) noexcept;

  void close() noexcept;
  [[nodiscard]] bool is_closed() const noexcept {
    // order(meeting.closed): acquire; pairs with close().
    return closed_.load(acquire) != 0;
  }
  [[nodiscard]] static std::size_t len() noexcept { return 0; }
  [[nodiscard]] static bool is_empty() noexcept { return true; }
  [[nodiscard]] static bool is_full() noexcept { return true; }
  [[nodiscard]] static std::optional<std::size_t> capacity() noexcept { return 0; }
  /// After close(), when no receiver is left: destroys the strays.
  void discard() noexcept {
    for (std::optional<T> stray; try_recv(stray) == outcome::ok;) stray.reset();
  }

 private:
  /// A queue of parties, under mutex_.
  struct line {
    plain<party*> first{};
    plain<party*> last{};

    void enter(party& who) noexcept {
      party* const before = last.read();
      who.bell.reset();
      who.next.write() = nullptr;
      who.previous.write() = before;
      who.listed.write() = true;
      (before ? before->next : first).write() = &who;
      last.write() = &who;
    }
    void leave(party& who) noexcept {
      party* const after = who.next.read();
      party* const before = who.previous.read();
      (before ? before->next : first).write() = after;
      (after ? after->previous : last).write() = before;
      who.listed.write() = false;
    }
    party* take() noexcept {
      party* const who = first.read();
      if (who) leave(*who);
      return who;
    }
  };

  /// Hands the message to a receiver (unlocks first), or lines `self` up if there is one: then `full`, still locked.
  outcome send_or(T& message, bare_lock& held, party* self) noexcept {
    // relaxed(under meeting.closed): it changes under the lock that is held.
    if (closed_.load(relaxed) != 0) return outcome::disconnected;
    party* const receiver = receivers_.take();
    if (receiver == nullptr) {
      if (self) senders_.enter(*self);
      return outcome::full;
    }
    waker task = std::exchange(receiver->task.write(), waker());
    held.unlock();
    receiver->into->emplace(std::move(message));
    receiver->bell.ring(bell::done, std::move(task));
    return outcome::ok;
  }

  outcome recv_or(std::optional<T>& target, bare_lock& held, party* self) noexcept {
    if (party* const stray = strays_.take()) {
      held.unlock();
      target.emplace(std::move(*stray->from));
      delete static_cast<guest*>(stray);
      return outcome::ok;
    }
    // relaxed(under meeting.closed): it changes under the lock that is held.
    if (closed_.load(relaxed) != 0) return outcome::disconnected;
    party* const sender = senders_.take();
    if (sender == nullptr) {
      if (self) receivers_.enter(*self);
      return outcome::empty;
    }
    waker task = std::exchange(sender->task.write(), waker());
    held.unlock();
    target.emplace(std::move(*sender->from));
    sender->bell.ring(bell::done, std::move(task));
    return outcome::ok;
  }

  [[nodiscard]] outcome wait(line& in, party& self, clock::time_point deadline) noexcept {
    if (!self.bell.wait_until(deadline, true)) {
      if (withdraw(in, self)) return outcome::timed_out;
      static_cast<void>(self.bell.wait_until(clock::time_point::max(), true));  // soon (M2)
    }
    return self.bell.heard() == bell::done ? outcome::ok : outcome::disconnected;
  }

  /// Leaves the line; false: somebody has taken `who` out and will ring.
  [[nodiscard]] bool withdraw(line& in, party& who) noexcept {
    const bare_lock held = hold(mutex_);
    if (!who.listed.read()) return false;
    in.leave(who);
    return true;
  }

  /// True: `who` still waits, and wakes `task` from now on. False: it has been rung.
  [[nodiscard]] bool wait_on(party& who, const waker& task) noexcept {
    if (who.bell.is_rung()) return false;
    waker mine = task;  // cloned before the lock, and the old one dies after it (M3)
    {
      const bare_lock held = hold(mutex_);
      if (who.listed.read()) {
        std::swap(who.task.write(), mine);
        return true;
      }
    }
    static_cast<void>(who.bell.wait_until(clock::time_point::max(), true));  // soon (M2)
    return false;
  }

  atom<std::uint32_t> closed_{0};
  bare_mutex mutex_;
  line senders_;
  line receivers_;
  line strays_;
};

template <class T>
outcome meeting<T>::poll_send(std::unique_ptr<guest>& self, const waker& task, std::optional<T>& message) {
  if (self == nullptr) {
    if (const outcome result = try_send(*message); result != outcome::full) return result;
    auto fresh = std::make_unique<guest>();
    fresh->task.write() = task;
    fresh->goods = std::move(message);
    message.reset();
    fresh->from = &*fresh->goods;
    bare_lock held = hold(mutex_);
    const outcome result = send_or(*fresh->goods, held, fresh.get());
    if (result == outcome::full) {
      self = std::move(fresh);
    } else {
      if (held.owns_lock()) held.unlock();
      if (result == outcome::disconnected) message = std::move(fresh->goods);
    }
    return result;
  }
  if (wait_on(*self, task)) return outcome::full;
  const bool received = self->bell.heard() == bell::done;
  if (!received) message = std::move(self->goods);
  self.reset();
  return received ? outcome::ok : outcome::disconnected;
}

template <class T>
outcome meeting<T>::poll_recv(std::unique_ptr<guest>& self, const waker& task, std::optional<T>& target) {
  if (self == nullptr) {
    if (const outcome result = try_recv(target); result != outcome::empty) return result;
    auto fresh = std::make_unique<guest>();
    fresh->task.write() = task;
    fresh->into = &fresh->goods;
    bare_lock held = hold(mutex_);
    const outcome result = recv_or(target, held, fresh.get());
    if (result == outcome::empty) {
      self = std::move(fresh);
    } else if (held.owns_lock()) {
      held.unlock();
    }
    return result;
  }
  if (wait_on(*self, task)) return outcome::empty;
  const bool received = self->bell.heard() == bell::done;
  if (received) target.emplace(std::move(*self->goods));
  self.reset();
  return received ? outcome::ok : outcome::disconnected;
}

template <class T>
std::optional<T> meeting<T>::cancel_send(std::unique_ptr<guest> self) noexcept {
  if (self == nullptr) return std::nullopt;
  if (!withdraw(senders_, *self)) {
    static_cast<void>(self->bell.wait_until(clock::time_point::max(), true));  // soon (M2)
    if (self->bell.heard() == bell::done) return std::nullopt;
  }
  return std::move(self->goods);
}

template <class T>
void meeting<T>::cancel_recv(std::unique_ptr<guest> self) noexcept {
  if (self == nullptr || withdraw(receivers_, *self)) return;
  static_cast<void>(self->bell.wait_until(clock::time_point::max(), true));  // soon (M2)
  if (self->bell.heard() != bell::done) return;
  // The sender has been told `ok`, so the message must not get lost (M4).
  self->from = &*self->goods;
  bare_lock held = hold(mutex_);
  party* const receiver = receivers_.take();
  if (receiver == nullptr) {
    strays_.enter(*self.release());
    return;
  }
  waker task = std::exchange(receiver->task.write(), waker());
  held.unlock();
  receiver->into->emplace(std::move(*self->goods));
  receiver->bell.ring(bell::done, std::move(task));
}

template <class T>
void meeting<T>::close() noexcept {
  for (bool first = true;; first = false) {
    waker task;
    party* who = nullptr;
    {
      const bare_lock held = hold(mutex_);
      // order(meeting.closed): release; pairs with is_closed().
      if (first) closed_.store(1, release);
      who = senders_.take();
      if (who == nullptr) who = receivers_.take();
      if (who == nullptr) return;
      task = std::exchange(who->task.write(), waker());
    }
    who->bell.ring(bell::closed, std::move(task));
  }
}

}  // namespace weft::inline WEFT_ABI::channel::detail
