// buffered: a queue and those who wait for it: the engine of the bounded and the unbounded channel.
//
// Data         may be touched by
//   queue_     any thread; has its own protocol (ring, segments)
//   takers_    receivers that wait for a message; whoever has put one tells one of them
//   putters_   senders that wait for room (bounded only); whoever has taken a message tells one of them
// Invariants
//   B1  Whoever changed the queue looks for waiters afterwards; whoever waits looks at the queue after it has entered its list
//       (see wait_list): so nobody sleeps while the queue holds what they wait for.
//   B2  After "closed" has been seen the queue is looked at once more, and "empty" is final then: what was sent is received.
#pragma once

#include <weft/atomic/abi.hpp>
#include <weft/atomic/seam.hpp>
#include <weft/atomic/waker.hpp>
#include <weft/channel/detail/message.hpp>
#include <weft/channel/detail/ring.hpp>
#include <weft/channel/detail/segments.hpp>
#include <weft/channel/detail/wait_list.hpp>
#include <weft/channel/detail/waiting.hpp>
#include <weft/channel/outcome.hpp>

#include <cstddef>
#include <optional>

namespace weft::inline WEFT_ABI::channel::detail {

/// Queue is ring<T> or segments<T>.
template <class T, class Queue>
class buffered {
 public:
  static constexpr bool is_bounded = requires(const Queue& queue) { queue.capacity(); };

  explicit buffered(std::size_t capacity) requires is_bounded : queue_(capacity) {}
  buffered() noexcept requires(!is_bounded) = default;

  [[nodiscard]] outcome try_send(T& message) noexcept(is_bounded) { return after_put(queue_.put(message)); }
  [[nodiscard]] outcome try_recv(std::optional<T>& target) noexcept(is_bounded) {
    return after_take(queue_.take(move_into(target)), target);
  }

  [[nodiscard]] outcome send_until(T& message, clock::time_point deadline) noexcept(is_bounded) {
    outcome result = try_send(message);
    if constexpr (is_bounded) {
      if (result != outcome::full) [[likely]]
        return result;
      const auto attempt = [&]() noexcept(is_bounded) { return (result = try_send(message)) != outcome::full; };
      if (!wait_until(putters_, deadline, attempt)) return outcome::timed_out;
    }
    return result;
  }

  [[nodiscard]] outcome recv_until(std::optional<T>& target, clock::time_point deadline) noexcept(is_bounded) {
    outcome result = try_recv(target);
    if (result != outcome::empty) [[likely]]
      return result;
    const auto attempt = [&]() noexcept(is_bounded) { return (result = try_recv(target)) != outcome::empty; };
    return wait_until(takers_, deadline, attempt) ? result : outcome::timed_out;
  }

  /// `full`: `task` will be woken.
  [[nodiscard]] outcome poll_send(polling& self, const waker& task, T& message) noexcept(is_bounded) {
    outcome result = outcome::full;
    if constexpr (is_bounded) {
      const auto attempt = [&]() noexcept(is_bounded) {
        return (result = after_put(queue_.put(message, Queue::refusal::at_once))) != outcome::full;
      };
      static_cast<void>(self.poll(putters_, task, attempt));
    } else {
      result = try_send(message);
    }
    return result;
  }
  /// `empty`: `task` will be woken.
  [[nodiscard]] outcome poll_recv(polling& self, const waker& task, std::optional<T>& target) noexcept(is_bounded) {
    outcome result = outcome::empty;
    const auto attempt = [&]() noexcept(is_bounded) {
      if constexpr (is_bounded) {
        result = after_take(queue_.take(move_into(target), Queue::refusal::at_once), target);
      } else {
        result = try_recv(target);
      }
      return result != outcome::empty;
    };
    static_cast<void>(self.poll(takers_, task, attempt));
    return result;
  }
  void cancel_send(polling& self) noexcept { self.leave(putters_); }
  void cancel_recv(polling& self) noexcept { self.leave(takers_); }

  void close() noexcept {
    queue_.close();
    takers_.notify_all();
    putters_.notify_all();
  }
  [[nodiscard]] bool is_closed() const noexcept { return queue_.is_closed(); }
  /// After close(), when no receiver is left.
  void discard() noexcept { queue_.discard(); }

  [[nodiscard]] std::size_t len() const noexcept(is_bounded) { return queue_.len(); }
  [[nodiscard]] bool is_empty() const noexcept(is_bounded) { return queue_.is_empty(); }
  [[nodiscard]] bool is_full() const noexcept {
    if constexpr (is_bounded) {
      return queue_.is_full();
    } else {
      return false;
    }
  }
  [[nodiscard]] std::optional<std::size_t> capacity() const noexcept {
    if constexpr (is_bounded) {
      return queue_.capacity();
    } else {
      return std::nullopt;
    }
  }

 private:
  [[nodiscard]] outcome after_put(outcome result) noexcept {
    if (result == outcome::ok) [[likely]]
      takers_.notify_one();
    return result;
  }
  [[nodiscard]] outcome after_take(bool got, std::optional<T>& target) noexcept(is_bounded) {
    if (got) [[likely]]
      return taken();
    if (!queue_.is_closed()) return outcome::empty;
    return take_last(target) ? taken() : outcome::disconnected;
  }
  outcome taken() noexcept {
    if constexpr (is_bounded) putters_.notify_one();
    return outcome::ok;
  }
  [[nodiscard]] bool take_last(std::optional<T>& target) noexcept(is_bounded) {
    if constexpr (is_bounded) {
      return queue_.take(move_into(target));  // waits for puts that are under way by itself
    } else {
      return queue_.take_last(move_into(target));
    }
  }

  Queue queue_;
  wait_list takers_;
  wait_list putters_;
};

}  // namespace weft::inline WEFT_ABI::channel::detail
