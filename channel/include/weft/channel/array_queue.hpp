// array_queue<T>: a bounded first-in-first-out queue for any number of threads.
#pragma once

#include <weft/atomic/abi.hpp>
#include <weft/atomic/seam.hpp>
#include <weft/channel/detail/ring.hpp>
#include <weft/channel/outcome.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

namespace weft::inline WEFT_ABI::channel {

/// A bounded queue, shared by reference; a linearizable FIFO whose capacity is exact.
///
/// Threads   any, at the same time, on every call but construction and destruction.
/// Progress  no locks, but not lock-free in the strict sense: a call may wait (pauses, then yields) for a thread that was
///           stopped in the middle of a call on the same cell. seg_queue never waits.
/// Cost      no allocation after construction; capacity × (T and one word).
/// Errors    construction: invalid_argument (capacity 0), length_error (beyond the address space), bad_alloc. T needs a
///           noexcept move constructor (checked).
///
///     weft::channel::array_queue<int> queue(2);
///     static_cast<void>(queue.push(1));
///     std::optional<int> one = queue.pop();
template <class T, std::unsigned_integral Index = std::uint64_t>
class array_queue {
 public:
  using value_type = T;

  explicit array_queue(std::size_t capacity) : ring_(capacity) {}

  /// The largest capacity that construction doesn't refuse outright.
  [[nodiscard]] static constexpr std::size_t max_capacity() noexcept { return detail::ring<T, Index>::max_capacity(); }

  /// Appends the value, or hands it back.
  ///
  /// Returns   sent<T>: `ok`, or `full` with the value inside.
  /// Cost      O(1); one CAS.
  /// Order     what happened before push(x) is visible to the thread that gets x.
  sent<T> push(T value) noexcept {
    const outcome result = ring_.put(value);
    if (result == outcome::ok) [[likely]]
      return {};
    return {result, std::move(value)};
  }

  /// Appends the value; if the queue is full, in the place of the oldest, which comes back.
  ///
  /// Then these are two moments, a pop and a push: no other push comes in between, but a pop may find the next value there,
  /// or nothing.
  ///
  /// Returns   the value that had to go, if one had to.
  /// Cost      O(1); at most two CAS more than push().
  ///
  ///     weft::channel::array_queue<int> last_two(2);
  ///     for (int i = 0; i < 5; ++i) static_cast<void>(last_two.force_push(i));
  [[nodiscard]] std::optional<T> force_push(T value) noexcept {
    std::optional<T> evicted;
    static_cast<void>(ring_.replace(value, detail::move_into(evicted)));
    return evicted;
  }

  /// Takes the oldest value.
  ///
  /// Returns   nothing if the queue was empty at one moment during the call.
  /// Cost      O(1); one CAS.
  [[nodiscard]] std::optional<T> pop() noexcept {
    std::optional<T> value;
    static_cast<void>(ring_.take(detail::move_into(value)));
    return value;
  }

  [[nodiscard]] std::size_t capacity() const noexcept { return ring_.capacity(); }
  /// How many values were inside at one moment during the call.
  [[nodiscard]] std::size_t len() const noexcept { return ring_.len(); }
  [[nodiscard]] bool is_empty() const noexcept { return ring_.is_empty(); }
  [[nodiscard]] bool is_full() const noexcept { return ring_.is_full(); }

 private:
  detail::ring<T, Index> ring_;
};

}  // namespace weft::inline WEFT_ABI::channel
