// An unbounded first-in-first-out list of segments, lock-free: the engine of seg_queue and of the unbounded channel.
//
// Words            states                                     moved by
//   cell.state     blank → full                               the putter that claimed the cell
//                  blank → spoilt                             a taker that won't wait for that putter
//   claimed        next cell to claim | closed mark           put() by fetch_add, close() by setting the mark
//   taken          next cell to take                          take() by CAS, over full and spoilt cells only
//   next           none → a segment                           put(), when all cells are claimed
//                  none → sealed                              close(), when all cells are claimed
//   head_          none → first segment → its next …          put(), once; take(), when all cells are taken
//   tail_          none → first segment → its next …          after head_ at first, later before it
//                  none → sealed                              close(), when there is no segment
// Data             may be touched by
//   cell.value     the claimer while blank and for ever when spoilt; when full, whoever moved `taken` over it
// Invariants
//   S1  taken ≤ claimed in each segment, and the segments before head_ are taken to their ends.
//   S2  A value is in the queue exactly while its cell is full and not yet taken; the order of cells is the order of values.
//   S3  Before a segment is retired, neither tail_ nor head_ leads to it, and neither will again.
//   S4  Whoever reads a segment is pinned since before it loaded tail_ or head_; the last segment outlives them through epochs.
//   S5  Once the last segment's `claimed` is marked, or its `next` sealed, or tail_ sealed while there is none, no cell is claimed
//       any more.
// Linearization. A put takes effect when its cell becomes full or, if a later cell was full before, just before that one. A take
// does at its CAS. "Empty" is true at the load of `claimed`, when no cell at or after `taken` was full: puts that are under way
// then count as later. A taker that finds a full cell behind a blank one may not say "empty"; it gives the putter a moment, then
// spoils the cell and goes on, and the putter claims another. So nobody ever waits for anybody.
// Source  P. Ramalhete & A. Correia, "FAAArrayQueue", 2016 (cells claimed by fetch_add, spoilt by impatient takers). Ours: takers
//         move `taken` by CAS and so neither read the putters' line nor spoil cells while the queue is empty; the "empty" rule;
//         closing; values of any type in the cells.
#pragma once

#include <weft/atomic/abi.hpp>
#include <weft/atomic/backoff.hpp>
#include <weft/atomic/padded.hpp>
#include <weft/atomic/seam.hpp>
#include <weft/channel/detail/message.hpp>
#include <weft/channel/outcome.hpp>
#include <weft/epoch.hpp>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <utility>

namespace weft::inline WEFT_ABI::channel::detail {

template <class T>
class segments {
  static_assert(check_message<T>());

  enum state : std::uint32_t { blank, full, spoilt };

  struct cell {
    atom<std::uint32_t> state{blank};
    slot<T> value;
  };

 public:
#ifdef WEFT_MODEL
  static constexpr std::size_t segment_size = 2;
#else
  /// Cells of a segment: 4 KiB worth of them, at least 2, at most 256.
  static constexpr std::size_t segment_size = std::clamp<std::size_t>(std::bit_floor(4096 / sizeof(cell) | 1u), 2, 256);
#endif

  segments() noexcept = default;
  segments(const segments&) = delete;
  segments& operator=(const segments&) = delete;
  ~segments();

  /// Moves the value in (`ok`), or leaves it as it is (`disconnected`: closed).
  ///
  /// Errors    bad_alloc, and the value is still with the caller.
  [[nodiscard]] outcome put(T& value) {
    return put_by([&value](slot<T>& place) noexcept { place.construct(std::move(value)); },
                  [&value](T&& back) noexcept {
                    std::destroy_at(std::addressof(value));
                    std::construct_at(std::addressof(value), std::move(back));
                  });
  }

  /// As put(), but `build` constructs the value in its slot, and `give_back` gets it if after all it can't stay.
  template <class Build, class GiveBack>
  [[nodiscard, gnu::always_inline]] inline outcome put_by(Build build, GiveBack give_back) {
    const epoch::guard pinned = epoch::pin();
    // order(segments.tail): acquire; pairs with begin(), grow().
    //   the segment's first state; weaker: its words may be read before they were set.
    segment* const last = tail_->load(acquire);
    std::uint64_t index = 0;
    cell* spoilt_one = nullptr;
    if (is_segment(last)) [[likely]] {
      // order(segments.claimed): seq_cst; pairs with take_slowly(), close().
      //   in one order with a taker's look for "empty".
      index = last->claimed->fetch_add(1, seq_cst);
      if (index < segment_size) [[likely]] {
        cell& place = last->cells[index];
        build(place.value);
        if (fill(place)) [[likely]]
          return outcome::ok;
        spoilt_one = &place;
      }
    }
    return put_slowly(last, index, spoilt_one, build, give_back);
  }

  /// Takes the oldest value and passes its slot to `sink`, which must move it out; false: empty.
  ///
  /// Errors    here and in all that follow: bad_alloc when the thread isn't known to the default collector yet, and before
  ///           anything has happened.
  template <class Sink>
  [[nodiscard, gnu::always_inline]] inline bool take(Sink sink) {
    const epoch::guard pinned = epoch::pin();
    // order(segments.head): acquire; pairs with begin(), move_on().
    segment* const front = head_->load(acquire);
    if (front != nullptr) [[likely]] {
      // relaxed(hint): a stale index fails its CAS.
      std::uint64_t index = front->taken->load(relaxed);
      if (index < segment_size) [[likely]] {
        cell& place = front->cells[index];
        // order(segments.full): acquire; pairs with fill(). Carries the value.
        if (place.state.load(acquire) == full && pass(*front, index)) [[likely]] {
          sink(place.value);
          return true;
        }
      }
    }
    return take_slowly(sink, false, pinned);
  }
  /// After close(): as take(), but puts that are under way are refused, so that "empty" is final.
  template <class Sink>
  [[nodiscard]] bool take_last(Sink sink) {
    const epoch::guard pinned = epoch::pin();
    return take_slowly(sink, true, pinned);
  }

  /// No put succeeds any more; what is inside stays.
  void close();
  [[nodiscard]] bool is_closed() const noexcept {
    // order(segments.closed): seq_cst; pairs with say_closed().
    return closed_.load(seq_cst) != 0;
  }

  /// After close(): destroys what is inside.
  void discard() {
    while (take_last([](slot<T>& gone) noexcept { gone.destroy(); })) {
    }
  }

  [[nodiscard]] bool is_empty() const;
  /// Exact while nobody puts or takes; else somewhere near.
  [[nodiscard]] std::size_t len() const;

 private:
  static constexpr std::uint64_t closed_mark = std::uint64_t{1} << 63;

  struct segment {
    explicit segment(std::uint64_t ordinal = 0) noexcept : first(ordinal) {}
    const std::uint64_t first;  ///< how many cells come before this segment
    atom<segment*> next{nullptr};
    padded<atom<std::uint64_t>> claimed;
    padded<atom<std::uint64_t>> taken;
    cell cells[segment_size];
  };

  /// Stands in `next`, and in tail_ while there is no segment, for "none, and never will be". Only its address matters.
  [[nodiscard]] static segment* sealed() noexcept { return reinterpret_cast<segment*>(alignof(segment)); }
  [[nodiscard]] static bool is_segment(const segment* at) noexcept {
    return reinterpret_cast<std::uintptr_t>(at) > alignof(segment);  // neither null nor sealed
  }
  [[nodiscard]] static std::uint64_t count(std::uint64_t claimed) noexcept {
    return std::min<std::uint64_t>(claimed & ~closed_mark, segment_size);
  }

  /// Makes the cell full, unless it was spoilt meanwhile.
  [[nodiscard]] static bool fill(cell& place) noexcept {
    std::uint32_t expected = blank;
    // order(segments.full): seq_cst; pairs with take(), take_slowly(), has_full().
    //   carries the value, and is in one order with the words of those who sleep until there is something (wait_list).
    return place.state.compare_exchange_strong(expected, full, seq_cst, relaxed);
  }
  /// Moves `taken` over the cell at `index`; false: somebody else has, and index is where it is now.
  [[nodiscard]] static bool pass(segment& front, std::uint64_t& index) noexcept {
    // order(segments.taken): seq_cst; pairs with take_slowly(), is_empty().
    //   release: the next taker must see the claims that this one has seen, or it says "empty" too early; and in one order
    //   with the looks of is_empty().
    // relaxed(hint): a failed exchange decides nothing, take_slowly() looks again.
    return front.taken->compare_exchange_strong(index, index + 1, seq_cst, relaxed);
  }

  template <class Build, class GiveBack>
  [[nodiscard, gnu::noinline]] outcome put_slowly(segment* last, std::uint64_t index, cell* spoilt_one, Build& build,
                                                  GiveBack& give_back);
  template <class Sink>
  [[nodiscard, gnu::noinline]] bool take_slowly(Sink& sink, bool last, const epoch::guard& pinned) noexcept;

  segment* begin(std::unique_ptr<segment> fresh) noexcept;
  segment* after(segment* last, std::uint64_t index);
  segment* grow(segment* last, bool first_to_need);
  segment* after_mark(segment* last, std::uint64_t index) noexcept;
  segment* say_closed() noexcept;
  segment* move_on(segment* front, segment* next, const epoch::guard& pinned) noexcept;
  [[nodiscard]] static bool has_full(const segment& in, std::uint64_t from, std::uint64_t claimed) noexcept;

  padded<atom<segment*>> tail_;
  padded<atom<segment*>> head_;
  atom<std::uint32_t> closed_{0};
};

/// Goes on where put_by() stopped: no segment yet (null), a used-up or closed one (`index`), or a spoilt cell that has our value.
template <class T>
template <class Build, class GiveBack>
outcome segments<T>::put_slowly(segment* last, std::uint64_t index, cell* spoilt_one, Build& build, GiveBack& give_back) {
  struct holder {
    GiveBack& give_back;
    cell* place;
    ~holder() {
      if (place == nullptr) return;
      give_back(std::move(place->value.write()));
      place->value.destroy();
    }
  } held{give_back, spoilt_one};

  if (!is_segment(last)) {
    last = last == nullptr ? begin(std::make_unique<segment>()) : say_closed();
  } else if (spoilt_one == nullptr) {
    last = after(last, index);
  }
  while (last != nullptr) {
    // order(segments.claimed): seq_cst; pairs with take_slowly(), close().
    index = last->claimed->fetch_add(1, seq_cst);
    if (index >= segment_size) {
      last = after(last, index);
      continue;
    }
    cell& place = last->cells[index];
    if (held.place == nullptr) {
      build(place.value);
    } else {
      place.value.construct(std::move(held.place->value.write()));
      std::exchange(held.place, nullptr)->value.destroy();
    }
    if (fill(place)) return outcome::ok;
    held.place = &place;
  }
  return outcome::disconnected;
}

template <class T>
template <class Sink>
bool segments<T>::take_slowly(Sink& sink, bool last, const epoch::guard& pinned) noexcept {
  // order(segments.head): seq_cst; pairs with begin(), move_on().
  segment* front = head_->load(seq_cst);
  if (front == nullptr) return false;
  backoff patience;
  for (;;) {
    // order(segments.taken): acquire; pairs with pass().
    //   "empty" is decided by what the mover of `taken` had seen of `claimed`, so that must be seen here too.
    std::uint64_t index = front->taken->load(acquire);
    if (index >= segment_size) {
      // order(segments.next): seq_cst; pairs with grow().
      segment* const next = front->next.load(seq_cst);
      if (next == nullptr || next == sealed()) return false;
      front = move_on(front, next, pinned);
      continue;
    }
    cell& place = front->cells[index];
    // order(segments.full): acquire; pairs with fill(). Carries the value. "Blank" decides nothing: has_full() looks again.
    const std::uint32_t seen = place.state.load(acquire);
    if (seen == blank) {
      // order(segments.claimed): seq_cst; pairs with put_by(), put_slowly().
      const std::uint64_t claimed = front->claimed->load(seq_cst) & ~closed_mark;
      if (claimed <= index) return false;
      if (!last) {
        if (!has_full(*front, index, claimed)) return false;
        if (!patience.is_completed()) {
          patience.snooze();
          continue;
        }
      }
      std::uint32_t expected = blank;
      // relaxed(under segments.taken): the putter learns from the failure of its own exchange that the cell is no good.
      if (!place.state.compare_exchange_strong(expected, spoilt, relaxed, relaxed)) continue;
    }
    if (!pass(*front, index)) {
      if (seen == full) patience.spin();
    } else if (seen == full) {
      sink(place.value);
      return true;
    }
  }
}

/// True if a cell in [from, claimed) is full, or if cells beyond the segment's end may be.
template <class T>
bool segments<T>::has_full(const segment& in, std::uint64_t from, std::uint64_t claimed) noexcept {
  // order(segments.next): seq_cst; pairs with grow().
  if (claimed > segment_size && in.next.load(seq_cst) != nullptr) return true;
  for (std::uint64_t i = from; i < std::min<std::uint64_t>(claimed, segment_size); ++i) {
    // order(segments.full): seq_cst; pairs with fill().
    if (in.cells[i].state.load(seq_cst) == full) return true;
  }
  return false;
}

/// Makes `fresh` the first segment unless there is one. Returns where to put; null: nowhere, the list is closed.
template <class T>
auto segments<T>::begin(std::unique_ptr<segment> fresh) noexcept -> segment* {
  // head_ comes first: a value that is put through tail_ must be found through head_.
  segment* first = nullptr;
  // order(segments.head): seq_cst; pairs with take_slowly(), is_empty(), begin().
  //   also on failure: where our value is full, everybody's look at head_ finds the segment, whoever linked it.
  //   weaker: a taker says "empty" after our push, as long as the thread that linked the segment hasn't put its own value.
  //   model: tests/model/seg_queue_looks.cpp
  if (head_->compare_exchange_strong(first, fresh.get(), seq_cst, seq_cst)) first = fresh.release();
  // While tail_ is null nothing has been put, so head_ still leads to the very first segment.
  segment* last = nullptr;
  // order(segments.tail): release; pairs with put_by(), begin(). On failure acquire: it may lead to a later segment.
  if (tail_->compare_exchange_strong(last, first, release, acquire)) return first;
  return last == sealed() ? say_closed() : last;
}

/// Where to go on from `last`, in which `index` isn't a cell; null: nowhere, the list is closed.
template <class T>
auto segments<T>::after(segment* last, std::uint64_t index) -> segment* {
  return (index & closed_mark) == 0 ? grow(last, index == segment_size) : after_mark(last, index);
}

/// The segment after a `last` that is used up, made if need be; null: closed.
template <class T>
auto segments<T>::grow(segment* last, bool first_to_need) -> segment* {
  segment* next = nullptr;
  // Whoever claimed just behind the end makes the next one; others give it a moment before they make their own.
  for (backoff patience;; patience.snooze()) {
    // order(segments.next): seq_cst; pairs with grow(), after_mark().
    //   here and below, for the same reason as on the failure of begin()'s exchange.
    //   model: tests/model/seg_queue_looks.cpp
    next = last->next.load(seq_cst);
    if (next != nullptr || first_to_need || patience.is_completed()) break;
  }
  if (next == nullptr) {
    auto fresh = std::make_unique<segment>(last->first + segment_size);
    // order(segments.next): seq_cst; pairs with take_slowly(), has_full(), grow().
    if (last->next.compare_exchange_strong(next, fresh.get(), seq_cst, seq_cst)) next = fresh.release();
  }
  if (next == sealed()) return say_closed();
  segment* expected = last;
  // order(segments.tail): release; pairs with put_by(), grow(). On failure acquire: another has moved it, perhaps further.
  return tail_->compare_exchange_strong(expected, next, release, acquire) ? next : expected;
}

/// Moves head_ from `front`, all of whose cells are taken, to `next`. Returns where to take.
template <class T>
auto segments<T>::move_on(segment* front, segment* next, const epoch::guard& pinned) noexcept -> segment* {
  segment* last = front;
  // order(segments.tail): release; pairs with put_by(), move_on().
  //   a read-modify-write, as a plain load could miss that tail_ leads to `front` (S3).
  static_cast<void>(tail_->compare_exchange_strong(last, next, release, relaxed));
  try {
    pinned.reserve();
  } catch (const std::bad_alloc&) {
    return next;  // no memory to remember the garbage: `front` stays linked, and a later take moves head_
  }
  segment* expected = front;
  // order(segments.head): release; pairs with take(), take_slowly(), move_on(). On failure acquire: it may have gone further.
  //   not in one order with anything: who still sees `front` finds its way through front->next.
  if (!head_->compare_exchange_strong(expected, next, release, acquire)) return expected;
  pinned.retire(front);  // needs no memory any more
  return next;
}

template <class T>
void segments<T>::close() {
  const epoch::guard pinned = epoch::pin();
  segment* last = nullptr;
  // order(segments.tail): release; pairs with put_by(), begin(). On failure acquire: there is a segment, or it is closed.
  if (tail_->compare_exchange_strong(last, sealed(), release, acquire) || last == sealed()) {
    say_closed();
    return;
  }
  while (last != nullptr) {
    // order(segments.claimed): acq_rel; pairs with put_by(), put_slowly().
    //   what came before the close is seen by who is refused; and a close that follows a put at another queue follows what came
    //   before that put.
    last = after_mark(last, last->claimed->fetch_or(closed_mark, acq_rel));
  }
}

/// Where to go on from a segment whose `claimed` was `index` and is marked now; null: nowhere, the list is closed (S5).
template <class T>
auto segments<T>::after_mark(segment* last, std::uint64_t index) noexcept -> segment* {
  if ((index & ~closed_mark) < segment_size) return say_closed();
  // All cells were claimed, so a putter may be about to append a segment: seal, or follow.
  segment* next = nullptr;
  // order(segments.next): release; pairs with grow(). On failure acquire: the segment behind.
  if (last->next.compare_exchange_strong(next, sealed(), release, acquire) || next == sealed()) return say_closed();
  return next;
}

/// Whoever finds the list closed says so before it tells anybody: then all agree from one moment on.
template <class T>
auto segments<T>::say_closed() noexcept -> segment* {
  // order(segments.closed): seq_cst; pairs with is_closed().
  //   in one order with the words of those who sleep: whoever goes to sleep after this sees it.
  closed_.store(1, seq_cst);
  return nullptr;
}

template <class T>
bool segments<T>::is_empty() const {
  const epoch::guard pinned = epoch::pin();
  // order(segments.head): seq_cst; pairs with begin(), move_on().
  const segment* front = head_->load(seq_cst);
  while (is_segment(front)) {
    // order(segments.taken): acquire; pairs with pass().
    const std::uint64_t index = front->taken->load(acquire);
    if (index >= segment_size) {
      // order(segments.next): seq_cst; pairs with grow().
      front = front->next.load(seq_cst);
      continue;
    }
    // order(segments.claimed): seq_cst; pairs with put_by(), put_slowly().
    if (!has_full(*front, index, front->claimed->load(seq_cst) & ~closed_mark)) return true;
    // order(segments.taken): seq_cst; pairs with pass().
    //   unmoved since the first look: the full cell was still inside.
    if (front->taken->load(seq_cst) == index) return false;
  }
  return true;
}

template <class T>
std::size_t segments<T>::len() const {
  const epoch::guard pinned = epoch::pin();
  // order(segments.head): acquire; pairs with begin(), move_on().
  const segment* const front = head_->load(acquire);
  if (front == nullptr) return 0;
  // relaxed(hint): here and below; it is "somewhere near" anyway.
  const std::uint64_t from = front->first + front->taken->load(relaxed);
  // order(segments.tail): acquire; pairs with begin(), grow().
  const segment* last = tail_->load(acquire);
  if (!is_segment(last)) return 0;
  // relaxed(hint): as above.
  const std::uint64_t to = last->first + count(last->claimed->load(relaxed));
  return to > from ? static_cast<std::size_t>(to - from) : 0;
}

template <class T>
segments<T>::~segments() {
  // relaxed(quiet): whoever destroys has made sure that nobody else uses the queue.
  segment* front = head_->load(relaxed);
  while (is_segment(front)) {
    const std::uint64_t end = count(front->claimed->load(relaxed));
    for (std::uint64_t i = front->taken->load(relaxed); i < end; ++i) {
      // relaxed(quiet): as above.
      if (front->cells[i].state.load(relaxed) == full) front->cells[i].value.destroy();
    }
    delete std::exchange(front, front->next.load(relaxed));
  }
}

}  // namespace weft::inline WEFT_ABI::channel::detail
