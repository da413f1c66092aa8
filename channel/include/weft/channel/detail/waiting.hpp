// How a call waits: try, spin a little, enter the list, try again, sleep. One shape for threads, one for tasks.
#pragma once

#include <weft/atomic/abi.hpp>
#include <weft/atomic/assert.hpp>
#include <weft/atomic/backoff.hpp>
#include <weft/atomic/seam.hpp>
#include <weft/atomic/waker.hpp>
#include <weft/channel/detail/wait_list.hpp>

#include <utility>

namespace weft::inline WEFT_ABI::channel::detail {

[[nodiscard]] inline bool is_past(clock::time_point deadline) noexcept {
  return deadline != clock::time_point::max() && deadline <= clock::now();
}

/// Calls attempt() until it says true ("final"), and then returns true; false: the deadline came first.
///
/// attempt() may throw only the first time. It looks at the queue by sequentially consistent loads where it says "not yet" (see wait_list).
template <class Attempt>
[[nodiscard]] bool wait_until(wait_list& list, clock::time_point deadline, Attempt attempt) {
  for (backoff patience; !patience.is_completed(); patience.snooze()) {
    if (attempt()) return true;
    if (is_past(deadline)) return false;
  }
  for (;;) {
    waiter self;
    list.add(self);
    if (attempt()) {
      // A notification that came meanwhile may be about something else: it goes on to the next.
      if (!list.remove(self)) list.notify_one();
      return true;
    }
    if (!self.sleep_until(deadline) && list.remove(self)) return false;
    if (attempt()) return true;
    // Notified, and somebody was faster: once more, at the end of the list.
  }
}

/// One task's place in a list, from the poll that said "not yet" until it is ready or gives up.
class polling {
 public:
  polling() noexcept = default;
  polling(polling&& other) noexcept {
    WEFT_ASSERT(!other.entered_, "a channel operation was moved after it had been polled: move it before, or keep it on the heap");
  }
  polling& operator=(polling&&) = delete;

  /// Calls attempt() and returns true if it was final; false: `task` will be woken.
  template <class Attempt>
  [[nodiscard]] bool poll(wait_list& list, const waker& task, Attempt attempt) {
    if (entered_ && wait_list::take_notification(self_)) entered_ = false;
    if (attempt()) {
      leave(list);
      return true;
    }
    const bool newly = list.add(self_, task);
    entered_ = true;
    if (!newly || !attempt()) return false;
    leave(list);
    return true;
  }

  /// Gives up. What it may have been told goes on to the next.
  void leave(wait_list& list) noexcept {
    if (!std::exchange(entered_, false)) return;
    if (!list.remove(self_) && wait_list::take_notification(self_)) list.notify_one();
  }

 private:
  waiter self_;
  bool entered_ = false;
};

}  // namespace weft::inline WEFT_ABI::channel::detail
