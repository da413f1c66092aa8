// The cold half of waiting: entering, leaving and notifying take a lock.
#include <weft/channel/detail/bell.hpp>
#include <weft/channel/detail/wait_list.hpp>

#include <utility>

namespace weft::inline WEFT_ABI::channel::detail {

bool bell::wait_until(clock::time_point deadline, bool spin) noexcept {
  if (spin) {
    for (backoff patience; !patience.is_completed(); patience.snooze()) {
      if (is_rung()) return true;
    }
  }
  std::uint32_t expected = silent;
  // relaxed(under bell.tone): on success nobody has rung, and the ringer learns no more than that we sleep; a tone that it finds is
  // acquired by is_rung().
  if (!word_.compare_exchange_strong(expected, asleep, relaxed, relaxed) && expected != asleep) return is_rung();
  while (!is_rung()) {
    if (futex_wait(word_, asleep, deadline) == atomic::futex_outcome::timed_out) return is_rung();
  }
  return true;
}

void wait_list::link(waiter& who) noexcept {
  waiter* const last = last_.read();
  who.bell_.reset();
  who.next_.write() = nullptr;
  who.previous_.write() = last;
  who.listed_.write() = true;
  (last ? last->next_ : first_).write() = &who;
  last_.write() = &who;
  // order(wait_list.waiting): seq_cst; pairs with notify_one(), notify_all().
  //   in one order with the look at the queue that follows.
  waiting_->fetch_add(1, seq_cst);
}

void wait_list::unlink(waiter& who) noexcept {
  waiter* const next = who.next_.read();
  waiter* const previous = who.previous_.read();
  (previous ? previous->next_ : first_).write() = next;
  (next ? next->previous_ : last_).write() = previous;
  who.listed_.write() = false;
  // relaxed(under wait_list.waiting): a notifier that sees the old count finds out under the lock.
  waiting_->fetch_sub(1, relaxed);
}

void wait_list::add(waiter& who) noexcept {
  const bare_lock held = hold(mutex_);
  link(who);
}

bool wait_list::add(waiter& who, const waker& task) noexcept {
  waker mine = task;  // cloned before the lock, and the old one dies after it (W3)
  bool entered = false;
  {
    const bare_lock held = hold(mutex_);
    waker& place = who.task_.write();
    if (!who.listed_.read()) {
      link(who);
      entered = true;
    }
    std::swap(place, mine);
  }
  return entered;
}

bool wait_list::remove(waiter& who) noexcept {
  waker old;
  const bare_lock held = hold(mutex_);
  if (!who.listed_.read()) return false;
  unlink(who);
  std::swap(old, who.task_.write());
  return true;
}

bool wait_list::notify_first() noexcept {
  waker task;
  waiter* first = nullptr;
  bool sleeps = false;
  {
    const bare_lock held = hold(mutex_);
    first = first_.read();
    if (first == nullptr) return false;
    unlink(*first);
    std::swap(task, first->task_.write());
    sleeps = first->bell_.strike(bell::again);  // the last access (W2)
  }
  first->bell_.wake(sleeps, std::move(task));
  return true;
}

}  // namespace weft::inline WEFT_ABI::channel::detail
