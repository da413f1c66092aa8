// seg_queue<T>: an unbounded first-in-first-out queue for any number of threads.
#pragma once

#include <weft/atomic/abi.hpp>
#include <weft/atomic/seam.hpp>
#include <weft/channel/detail/segments.hpp>

#include <concepts>
#include <cstddef>
#include <optional>
#include <type_traits>
#include <utility>

namespace weft::inline WEFT_ABI::channel {

/// An unbounded queue, shared by reference; a linearizable FIFO that grows by segments and gives them back.
///
/// Threads   any, at the same time, on every call but construction and destruction.
/// Progress  lock-free, save for the allocator: a thread that stops in the middle of a call holds up nobody.
/// Cost      nothing until the first push; then one allocation for each segment_size values, freed through epochs once all its
///           values are taken.
/// Errors    push: bad_alloc, and then the value is still the caller's. Every call: bad_alloc if the thread isn't known to the
///           default collector (epoch::pin) yet and there is no memory to register it. T needs a noexcept move constructor
///           (checked).
///
///     weft::channel::seg_queue<int> queue;
///     queue.push(1);
///     std::optional<int> one = queue.pop();
template <class T>
class seg_queue {
 public:
  using value_type = T;

  /// Values in one segment: as many as 4 KiB hold, at least 2 and at most 256.
  static constexpr std::size_t segment_size = detail::segments<T>::segment_size;

  seg_queue() noexcept = default;

  /// Appends the value. It goes straight into its segment; nothing of its size lands on the stack.
  ///
  /// Cost      O(1); one fetch_add and one CAS.
  /// Order     what happened before push(x) is visible to the thread that gets x.
  void push(T&& value) { static_cast<void>(segments_.put(value)); }
  void push(const T& value) requires std::copy_constructible<T> { emplace(value); }

  /// Appends a value built from the arguments; built in its place if that can't throw, else moved there.
  template <class... Args>
  requires std::constructible_from<T, Args...>
  void emplace(Args&&... args) {
    if constexpr (std::is_nothrow_constructible_v<T, Args...>) {
      static_cast<void>(segments_.put_by([&](slot<T>& place) noexcept { place.construct(std::forward<Args>(args)...); },
                                         [](T&&) noexcept {}));
    } else {
      T value(std::forward<Args>(args)...);
      static_cast<void>(segments_.put(value));
    }
  }

  /// Takes the oldest value.
  ///
  /// Returns   nothing if the queue was empty at one moment during the call.
  /// Cost      O(1); one CAS.
  [[nodiscard]] std::optional<T> pop() {
    std::optional<T> value;
    static_cast<void>(segments_.take(detail::move_into(value)));
    return value;
  }

  /// Takes the oldest value into `target`; for values too big for the stack. False: the queue was empty.
  [[nodiscard]] bool pop_into(T& target) requires std::is_nothrow_move_assignable_v<T> {
    return segments_.take([&target](slot<T>& full) noexcept {
      target = std::move(full.write());
      full.destroy();
    });
  }

  [[nodiscard]] bool is_empty() const { return segments_.is_empty(); }
  /// How many values are inside. Exact while nobody pushes or pops.
  [[nodiscard]] std::size_t len() const { return segments_.len(); }

 private:
  detail::segments<T> segments_;
};

}  // namespace weft::inline WEFT_ABI::channel
