// oneshot<T>: a channel for one message.
#pragma once

#include <weft/atomic/abi.hpp>
#include <weft/atomic/assert.hpp>
#include <weft/atomic/poll.hpp>
#include <weft/atomic/seam.hpp>
#include <weft/atomic/waker.hpp>
#include <weft/channel/detail/oneshot_cell.hpp>
#include <weft/channel/outcome.hpp>

#include <chrono>
#include <optional>
#include <utility>

namespace weft::inline WEFT_ABI::channel {

/// Sends one message, or tells by its destruction that there will be none.
///
/// Threads   one at a time; can be moved, not copied.
template <class T>
class oneshot_sender {
 public:
  using value_type = T;

  explicit oneshot_sender(detail::oneshot_cell<T>* cell) noexcept : cell_(cell) {}
  oneshot_sender(oneshot_sender&& other) noexcept : cell_(std::exchange(other.cell_, nullptr)) {}
  oneshot_sender& operator=(oneshot_sender&& other) noexcept {
    if (this != &other) {
      drop();
      cell_ = std::exchange(other.cell_, nullptr);
    }
    return *this;
  }
  ~oneshot_sender() { drop(); }

  /// Sends the message and spends the sender.
  ///
  /// Returns   `ok`, or `disconnected` with the message: the receiver was closed or is gone. `ok` doesn't promise that it will look.
  /// Progress  wait-free; one CAS, and a system call if a thread sleeps for it.
  /// Order     what happened before send(x) is visible to whoever receives x.
  sent<T> send(T message) && noexcept {
    WEFT_ASSERT(cell_ != nullptr, "a oneshot sender sends once");
    if (std::exchange(cell_, nullptr)->send(message)) return {};
    return {outcome::disconnected, std::move(message)};
  }

  /// True when the receiver was closed or is gone, and a message would come back.
  [[nodiscard]] bool is_closed() const noexcept {
    WEFT_ASSERT(cell_ != nullptr, "a oneshot sender was used after it had sent or been moved from");
    return cell_->is_closed();
  }

 private:
  void drop() noexcept {
    if (cell_ != nullptr) std::exchange(cell_, nullptr)->drop_sender();
  }

  detail::oneshot_cell<T>* cell_;
};

/// Receives one message: blocking, by trying, or as a future whose output is received<T>.
///
/// Threads   one at a time; can be moved, not copied, also between polls.
/// Cancel    destroying it destroys a message that has been sent and refuses one that hasn't.
template <class T>
class oneshot_receiver {
 public:
  using value_type = T;
  using output = received<T>;

  explicit oneshot_receiver(detail::oneshot_cell<T>* cell) noexcept : cell_(cell) {}
  oneshot_receiver(oneshot_receiver&& other) noexcept : cell_(std::exchange(other.cell_, nullptr)) {}
  oneshot_receiver& operator=(oneshot_receiver&& other) noexcept {
    if (this != &other) {
      drop();
      cell_ = std::exchange(other.cell_, nullptr);
    }
    return *this;
  }
  ~oneshot_receiver() { drop(); }

  /// Waits for the message.
  ///
  /// Returns   `ok` with the message, or `disconnected`: the sender went without sending, or the message was received before.
  ///
  ///     auto [tx, rx] = weft::channel::oneshot<int>();
  ///     static_cast<void>(std::move(tx).send(42));
  ///     std::optional<int> answer = rx.recv().into_optional();
  received<T> recv() noexcept { return recv_until(clock::time_point::max()); }

  /// As recv(), until the deadline or for so long: then `timed_out`. A message that is there wins.
  received<T> recv_until(clock::time_point deadline) noexcept {
    if (cell_ == nullptr) return received<T>(outcome::disconnected);
    if (cell_->is_complete()) return settle();
    if (!cell_->wait_until(deadline)) return received<T>(outcome::timed_out);
    return cell_->is_complete() ? settle() : received<T>(outcome::disconnected);
  }
  template <class Rep, class Period>
  received<T> recv_for(std::chrono::duration<Rep, Period> duration) noexcept {
    return recv_until(deadline_after(duration));
  }

  /// `ok` with the message, `empty`, or `disconnected`. Never waits.
  received<T> try_recv() noexcept {
    if (cell_ == nullptr) return received<T>(outcome::disconnected);
    if (!cell_->is_complete()) return received<T>(cell_->is_closed() ? outcome::disconnected : outcome::empty);
    return settle();
  }

  /// For a task: ready with `ok` or `disconnected`, or pending; then the task is woken. The last waker counts.
  weft::poll<received<T>> poll(context& task) noexcept {
    if (cell_ == nullptr) return received<T>(outcome::disconnected);
    if (!cell_->is_complete()) {
      if (cell_->is_closed()) return received<T>(outcome::disconnected);
      if (!cell_->enter(task.get_waker())) return pending;
    }
    return settle();
  }

  /// Refuses a message that hasn't been sent yet. One that has been sent can still be received.
  void close() noexcept {
    if (cell_ != nullptr) cell_->close();
  }

 private:
  /// The sender has sent or gone: takes the message, and lets go of the cell.
  received<T> settle() noexcept {
    std::optional<T> message = std::exchange(cell_, nullptr)->settle();
    if (!message) return received<T>(outcome::disconnected);
    return received<T>(std::in_place, std::move(*message));
  }
  void drop() noexcept {
    if (cell_ != nullptr) std::exchange(cell_, nullptr)->drop_receiver();
  }

  detail::oneshot_cell<T>* cell_;
};

/// The two ends of a new channel for one message.
template <class T>
struct oneshot_ends {
  oneshot_sender<T> tx;
  oneshot_receiver<T> rx;
};

/// A channel for one message. One allocation for both ends.
///
/// Errors    bad_alloc. T needs a noexcept move constructor (checked).
template <class T>
[[nodiscard]] oneshot_ends<T> oneshot() {
  auto* const cell = new detail::oneshot_cell<T>;
  return {oneshot_sender<T>(cell), oneshot_receiver<T>(cell)};
}

}  // namespace weft::inline WEFT_ABI::channel
