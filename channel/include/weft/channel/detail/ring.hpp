// A bounded ring for any number of putters and takers: the engine of array_queue and of the bounded channel.
//
// Words          states                                         moved by
//   tail_        position of the next put | closed mark         put() by CAS, close() by setting the mark
//   head_        position of the next take                      take() by CAS
//   stamp        p: free for the put at p                       put() → p + 1
//                p + 1: holds the value that was put at p       take() → p + lap, the same cell one lap later
// Data           may be touched by
//   cell.value   whoever moved tail_ (or head_) from p, until it moves the stamp on
// A position is lap | mark | index; the mark is never set in head_ or in a stamp, so a marked tail_ equals no stamp, and the
// fast path of put() needs no test for "closed". `mark` is the least power of two above the capacity and a lap is twice that:
// capacities are exact, and p + 1 never equals the same cell's p + lap, not even with one cell.
// Invariants
//   I1  head_ ≤ tail_ ≤ head_ + capacity, counted in cells and without the mark.
//   I2  A cell holds a live T exactly while its stamp is p + 1.
//   I3  Each position is put once and taken once: whoever wins the CAS of the position owns the cell.
//   I4  Once tail_ is marked, it doesn't move any more.
// Linearization: a put and a take at their CAS; `full` and `empty` at the load of the other end's word.
// Progress: a taker whose cell was won but not yet filled by its putter waits for that putter, and the other way round; so
// the ring is not lock-free, though no thread holds up more than the one cell that it has won.
// Source  D. Vyukov, "Bounded MPMC queue", 2010. Ours: exact capacities by laps, the closed mark, and sequentially consistent
//         operations on tail_ and head_, which cost nothing on x86-64 and let a channel hang its sleepers on them.
#pragma once

#include <weft/atomic/abi.hpp>
#include <weft/atomic/backoff.hpp>
#include <weft/atomic/padded.hpp>
#include <weft/atomic/seam.hpp>
#include <weft/channel/detail/message.hpp>
#include <weft/channel/outcome.hpp>

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <stdexcept>
#include <utility>

namespace weft::inline WEFT_ABI::channel::detail {

/// Index is narrow only in models and tests, to make its wrapping around common.
template <class T, std::unsigned_integral Index = std::uint64_t>
class ring {
  static_assert(check_message<T>());

 public:
  /// Errors    invalid_argument: capacity 0; length_error: beyond max_capacity(); bad_alloc.
  explicit ring(std::size_t capacity)
      : capacity_(static_cast<Index>(checked(capacity))),
        mark_(std::bit_ceil(static_cast<Index>(capacity_ + 1u))),
        cells_(std::make_unique<cell[]>(capacity)) {
    for (std::size_t i = 0; i < capacity; ++i) {
      // relaxed(quiet): nobody else knows the ring yet.
      cells_[i].stamp.store(static_cast<Index>(i), relaxed);
    }
  }
  ~ring() { discard(); }
  ring(const ring&) = delete;
  ring& operator=(const ring&) = delete;

  /// At least three bits of laps stay above the index and the mark.
  [[nodiscard]] static constexpr std::size_t max_capacity() noexcept {
    constexpr std::uintmax_t by_index = std::numeric_limits<Index>::max() >> 4;
    constexpr std::uintmax_t by_memory =
        static_cast<std::uintmax_t>(std::numeric_limits<std::ptrdiff_t>::max()) / sizeof(cell);
    return static_cast<std::size_t>(by_index < by_memory ? by_index : by_memory);
  }

  /// What a call does that finds the ring full or empty: a task, which has other work, says so at once.
  enum class refusal { after_a_moment, at_once };

  /// Moves the value in and says `ok`, or leaves it as it is and says `full` or `disconnected` (closed).
  [[nodiscard, gnu::always_inline]] inline outcome put(T& value, refusal how = refusal::after_a_moment) noexcept {
    // relaxed(hint): a stale position fails its CAS.
    Index tail = tail_->position.load(relaxed);
    if (put_at(tail, value)) [[likely]]
      return outcome::ok;
    return put_slowly(value, how);
  }

  /// As put(), but a full ring first passes the slot of its oldest value to `sink`. Until the new one is in the same cell, no
  /// other put comes in between; a take may.
  template <class Sink>
  [[nodiscard]] outcome replace(T& value, Sink sink) noexcept {
    // Full, but the oldest value isn't in its cell yet, or just gone: its putter or taker may need this core.
    for (backoff patience;; patience.snooze()) {
      if (const outcome result = put(value); result != outcome::full) return result;
      // relaxed(hint): a stale position fails the CAS of head_ below.
      const Index tail = unmarked(tail_->position.load(relaxed));
      Index head = static_cast<Index>(tail - lap());
      cell& place = cells_[index_of(tail)];
      // order(ring.stamp): acquire; pairs with put_at().
      if (place.stamp.load(acquire) != static_cast<Index>(head + 1u)) continue;
      // order(ring.head): seq_cst; pairs with put_slowly(), take_slowly().
      //   the cell is ours, and as it isn't free, no put can move tail_ before we do.
      if (!head_->position.compare_exchange_strong(head, next(head), seq_cst, relaxed)) continue;
      sink(place.value);
      Index expected = tail;
      // order(ring.tail): seq_cst; pairs with take_slowly(), put_slowly(). Fails only on the mark.
      if (!tail_->position.compare_exchange_strong(expected, next(tail), seq_cst, relaxed)) {
        // order(ring.stamp): release; pairs with put_at().
        place.stamp.store(tail, release);
        return outcome::disconnected;
      }
      place.value.construct(std::move(value));
      // order(ring.stamp): release; pairs with take_at().
      place.stamp.store(static_cast<Index>(tail + 1u), release);
      return outcome::ok;
    }
  }

  /// Takes the oldest value and passes its slot to `sink`, which must move it out; false: empty.
  template <class Sink>
  [[nodiscard, gnu::always_inline]] inline bool take(Sink sink, refusal how = refusal::after_a_moment) noexcept {
    // relaxed(hint): a stale position fails its CAS.
    Index head = head_->position.load(relaxed);
    if (take_at(head, sink)) [[likely]]
      return true;
    return take_slowly(sink, how);
  }

  /// No put succeeds any more; what is inside stays. True for the one call that did it.
  bool close() noexcept {
    // order(ring.tail): seq_cst; pairs with is_closed(), put_slowly(), take_slowly().
    //   in one order with the words of those who sleep: whoever goes to sleep after this sees the mark.
    return (tail_->position.fetch_or(mark_, seq_cst) & mark_) == 0;
  }

  [[nodiscard]] bool is_closed() const noexcept {
    // order(ring.tail): seq_cst; pairs with close().
    return (tail_->position.load(seq_cst) & mark_) != 0;
  }

  /// Destroys what is inside. Values that are being put at the same time may stay, unless the ring is closed.
  void discard() noexcept {
    while (take([](slot<T>& gone) noexcept { gone.destroy(); })) {
    }
  }

  [[nodiscard]] std::size_t capacity() const noexcept { return static_cast<std::size_t>(capacity_); }

  /// How many values were inside at one moment during the call; never more than capacity().
  [[nodiscard]] std::size_t len() const noexcept {
    for (;;) {
      // order(ring.tail): seq_cst; pairs with put_at().
      const Index tail = tail_->position.load(seq_cst);
      // order(ring.head): seq_cst; pairs with take_at().
      const Index head = head_->position.load(seq_cst);
      // order(ring.tail): seq_cst; pairs with put_at().
      //   unchanged since the first look: tail and head are of one moment.
      if (tail_->position.load(seq_cst) == tail) return distance(head, unmarked(tail));
    }
  }

  [[nodiscard]] bool is_empty() const noexcept {
    // order(ring.head): seq_cst; pairs with take_at().
    const Index head = head_->position.load(seq_cst);
    // order(ring.tail): seq_cst; pairs with put_at().
    //   if it equals the earlier head, then head_ stood there at this moment too, as it can't pass tail_.
    return unmarked(tail_->position.load(seq_cst)) == head;
  }

  [[nodiscard]] bool is_full() const noexcept {
    // order(ring.tail): seq_cst; pairs with put_at().
    const Index tail = unmarked(tail_->position.load(seq_cst));
    // order(ring.head): seq_cst; pairs with take_at().
    //   if it is a lap behind the earlier tail, then tail_ stood there at this moment too, as it can't pass a full ring.
    return static_cast<Index>(head_->position.load(seq_cst) + lap()) == tail;
  }

 private:
  struct cell {
    atom<Index> stamp;
    slot<T> value;
  };

  /// One end of the ring: where it stands, and, as a hint, where it last had to refuse. Those who work at this end have the line anyway.
  struct end {
    atom<Index> position;
    atom<Index> refused_at{std::numeric_limits<Index>::max()};
  };

  /// Puts at position `tail` if its cell is free and tail_ still there; else false, with the tail_ that was seen.
  [[nodiscard, gnu::always_inline]] inline bool put_at(Index& tail, T& value) noexcept {
    const Index position = tail;
    cell& place = cells_[index_of(position)];
    // order(ring.stamp): acquire; pairs with take_at().
    //   the previous lap's value is gone; weaker: the new value is built while the old one is being moved out.
    if (place.stamp.load(acquire) != position) return false;
    // order(ring.tail): seq_cst; pairs with take_slowly(), put_slowly().
    //   in one order with a taker's look at tail_ and with the words of those who sleep until there is something:
    //   see wait_list. weaker: "take says empty, sleeps" and "put sees no sleeper" could both happen. On failure too:
    //   put_slowly() decides about `full` by the tail_ that is seen here.
    if (!tail_->position.compare_exchange_strong(tail, next(position), seq_cst, seq_cst)) return false;
    place.value.construct(std::move(value));
    // order(ring.stamp): release; pairs with take_at().
    //   carries the value; weaker: the taker may move from raw bytes.
    place.stamp.store(static_cast<Index>(position + 1u), release);
    return true;
  }

  /// Takes at position `head` if its cell is filled and head_ still there; else false, with the head_ that was seen.
  template <class Sink>
  [[nodiscard, gnu::always_inline]] inline bool take_at(Index& head, Sink& sink) noexcept {
    const Index position = head;
    cell& place = cells_[index_of(position)];
    // order(ring.stamp): acquire; pairs with put_at(), replace().
    if (place.stamp.load(acquire) != static_cast<Index>(position + 1u)) return false;
    // order(ring.head): seq_cst; pairs with put_slowly(), take_slowly().
    //   in one order with a putter's look at head_ and with the words of those who sleep until there is room. On failure
    //   too: take_slowly() decides about `empty` by the head_ that is seen here.
    if (!head_->position.compare_exchange_strong(head, next(position), seq_cst, seq_cst)) return false;
    sink(place.value);
    // order(ring.stamp): release; pairs with put_at().
    //   the cell is free; weaker: the next lap's value could be built on top of this one.
    place.stamp.store(static_cast<Index>(position + lap()), release);
    return true;
  }

  /// Gives the other side a moment to move on the cell at `position`, before the caller looks at the other side's word: that look
  /// costs the other side a cache miss, and when both stream, the cell is ready in less. Not twice without success in between,
  /// so that asking an empty or full ring again and again costs nothing extra.
  template <class Try>
  [[nodiscard]] static bool await_cell([[maybe_unused]] const end& mine, [[maybe_unused]] const Index& position,
                                       [[maybe_unused]] Try try_again) noexcept {
#ifndef WEFT_MODEL
    // relaxed(hint): a stale one costs a moment or saves it.
    if (mine.refused_at.load(relaxed) == position) return false;
    for (int pauses : {1, 2}) {
      for (int i = 0; i < pauses; ++i) cpu_relax();
      if (try_again()) return true;
    }
#endif
    return false;
  }

  [[nodiscard, gnu::noinline]] outcome put_slowly(T& value, refusal how) noexcept {
    for (backoff patience;;) {
      // order(ring.tail): seq_cst; pairs with put_at(), close().
      //   decides about `full`: the put that is seen here comes before the look at head_ below in the one order, in which
      //   close() and the words of those who sleep until there is room stand too.
      //   forbids: a sender enters its list and then finds the ring full and not closed AND close() finds no sender in the list.
      //   weaker: so it could; and one thread could see the ring full and another one see it empty, with neither before the
      //   other.
      //   model: tests/model/channel_close.cpp, tests/model/linear_array_queue.cpp
      Index tail = tail_->position.load(seq_cst);
      if ((tail & mark_) != 0) return outcome::disconnected;
      if (put_at(tail, value)) return outcome::ok;
      if (how == refusal::after_a_moment && await_cell(*tail_, tail, [&] { return put_at(tail, value); }))
        return outcome::ok;
      // order(ring.head): seq_cst; pairs with take_at().
      //   in one order with the takers' CAS: `full` is true at this load, as tail_ can't pass a full ring.
      const Index head = head_->position.load(seq_cst);
      if (static_cast<Index>(head + lap()) == tail) {
        // relaxed(hint): see await_cell().
        tail_->refused_at.store(tail, relaxed);
        return outcome::full;
      }
      // Lost a race, or somebody is about to move a stamp on.
      patience.snooze();
    }
  }

  template <class Sink>
  [[nodiscard, gnu::noinline]] bool take_slowly(Sink& sink, refusal how) noexcept {
    for (backoff patience;;) {
      // order(ring.head): seq_cst; pairs with take_at().
      //   decides about `empty`: the take that is seen here comes before the look at tail_ below in the one order.
      Index head = head_->position.load(seq_cst);
      if (take_at(head, sink)) return true;
      if (how == refusal::after_a_moment && await_cell(*head_, head, [&] { return take_at(head, sink); })) return true;
      // order(ring.tail): seq_cst; pairs with put_at(), close().
      //   in one order with the putters' CAS: `empty` is true at this load, as head_ can't pass tail_.
      if (unmarked(tail_->position.load(seq_cst)) == head) {
        // relaxed(hint): see await_cell().
        head_->refused_at.store(head, relaxed);
        return false;
      }
      // Lost a race, or somebody is about to move a stamp on.
      patience.snooze();
    }
  }

  static std::size_t checked(std::size_t capacity) {
    if (capacity == 0) throw std::invalid_argument("[weft] a queue of capacity 0 can't hold anything: ask for at least 1");
    if (capacity > max_capacity()) throw std::length_error("[weft] a queue of this capacity is beyond the address space");
    return capacity;
  }

  [[nodiscard]] Index lap() const noexcept { return static_cast<Index>(mark_ << 1); }
  [[nodiscard]] Index unmarked(Index position) const noexcept { return static_cast<Index>(position & ~mark_); }
  [[nodiscard]] Index index_of(Index position) const noexcept { return static_cast<Index>(position & (mark_ - 1u)); }
  [[nodiscard]] Index next(Index position) const noexcept {
    const Index index = index_of(position);
    return static_cast<Index>(index + 1u < capacity_ ? position + 1u : position - index + lap());
  }
  [[nodiscard]] std::size_t distance(Index head, Index tail) const noexcept {
    const Index from = index_of(head);
    const Index to = index_of(tail);
    if (from < to) return static_cast<std::size_t>(to - from);
    if (from > to) return static_cast<std::size_t>(capacity_ - from + to);
    return head == tail ? 0 : capacity();
  }

  // What never changes shares lines with nothing that does.
  const Index capacity_;
  const Index mark_;
  const std::unique_ptr<cell[]> cells_;
  padded<end> tail_;
  padded<end> head_;
};

}  // namespace weft::inline WEFT_ABI::channel::detail
