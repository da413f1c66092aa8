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

/// A thread's stay in a list, for one round; it ends whatever happens.
class stay {
 public:
  explicit stay(wait_list& list) noexcept : list_(list) { list_.add(self_); }
  stay(const stay&) = delete;
  stay& operator=(const stay&) = delete;
  ~stay() {
    // What it was told while it was busy may be about something else: that goes on to the next.
    if (is_in_ && !list_.remove(self_)) list_.notify_one();
  }

  /// Sleeps until told to look again (true) or the deadline (false). After it the stay is over.
  [[nodiscard]] bool is_told_by(clock::time_point deadline) noexcept {
    is_in_ = false;
    return self_.sleep_until(deadline) || !list_.remove(self_);
  }

 private:
  wait_list& list_;
  waiter self_;
  bool is_in_ = true;
};

/// Calls attempt() until it says true ("final"), and then returns true; false: the deadline came first.
///
/// attempt() looks at the queue by sequentially consistent loads where it says "not yet" (see wait_list).
template <class Attempt>
[[nodiscard]] bool wait_until(wait_list& list, clock::time_point deadline, Attempt attempt) {
  for (backoff patience; !patience.is_completed(); patience.snooze()) {
    if (attempt()) return true;
    if (is_past(deadline)) return false;
  }
  for (;;) {
    stay self(list);
    if (attempt()) return true;
    if (!self.is_told_by(deadline)) return false;
    if (attempt()) return true;
    // Told, and somebody was faster: once more, at the end of the list.
  }
}

/// One task's place in a list, from the poll that said "not yet" until it is ready or gives up.
class polling {
 public:
  polling() noexcept = default;
  polling(polling&& other) noexcept {
    WEFT_ASSERT(!other.entered_,
                "a channel operation was moved after it had been polled: move it before, or keep it on the heap");
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
