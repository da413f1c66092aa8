// injector<T>: an unbounded first-in-first-out queue through which outsiders hand work to thieves.
//
// Words        states                                             moved by
//   tail_      position of the next push; its last place in a     pushers, by CAS; the pusher of a block's last slot
//              block means: the next block is being hung in       once more, after hanging in the next block
//   head_      position of the next steal; likewise               thieves, by CAS; the thief of a block's last slot
//                                                                 once more
//   slot.full  0 → 1                                              its pusher
//   taken      items of the block that have been moved out        thieves
// Data         may be touched by
//   slot.item  its pusher before full, then its thief
//   a block    whoever has claimed one of its slots and has not yet filled (pusher) or counted (thief) it
// Invariants
//   Q1  A slot is claimed by one CAS on tail_ and by one CAS on head_, never the other way round: head_ ≤ tail_.
//   Q2  A block's address is published before the position that leads into it. So who claims a position with the CAS has
//       read the right block, and who has read an older or newer one fails.
//   Q3  A thief touches its block last when it counts its items in `taken`. A pusher touches its block last when it sets
//       full, which its thief waits for. So whoever brings `taken` to the block's size is alone and frees it.
// Source  the scheme of crossbeam's Injector: a queue of blocks, each freed by its last reader. Changed: a counter per block
//   instead of a bit per slot, so that a batch costs one read-modify-write; no fence between the looks at head and tail.
#pragma once

#include <weft/atomic/abi.hpp>
#include <weft/atomic/backoff.hpp>
#include <weft/atomic/orders.hpp>
#include <weft/atomic/padded.hpp>
#include <weft/atomic/seam.hpp>
#include <weft/deque/stolen.hpp>
#include <weft/deque/worker.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

namespace weft::inline WEFT_ABI::deque {

/// An unbounded MPMC queue, first in first out, made for handing work to thieves.
///
/// Threads   any, for everything but construction and destruction.
/// Progress  not lock-free in three short windows: a push waits while another one hangs in a new block (once in 63); a thief
///           that has claimed an item waits until its push is finished, and the claimer of a block's last item until the
///           next block hangs.
/// Cost      push + steal: three read-modify-writes; one allocation per 63 items. Memory: the items and two blocks.
/// Order     linearizable FIFO, but for size(); a steal says `retry` only when another one took an item during the call.
///           What happened before push(x) is visible to the thread that gets x; a steal that says `empty` missed no push
///           that happened before it.
/// Errors    push: bad_alloc, then nothing has changed. T must have a noexcept move constructor (checked).
/// Source    crossbeam-deque's Injector; changes in deque/README.md.
///
///     weft::deque::injector<int> inbox;
///     inbox.push(7);
///     if (auto s = inbox.steal()) std::printf("%d\n", *s);
template <class T, std::unsigned_integral Index = std::uint64_t>
class injector {
  static_assert(std::is_nothrow_move_constructible_v<T> && std::is_nothrow_destructible_v<T>,
                "[weft] injector<T> moves items between threads: T needs a noexcept move constructor and destructor");

 public:
  using value_type = T;

  injector() {
    block* const first = new block;
    // relaxed(quiet): nobody else knows the queue yet.
    tail_.where.store(first, relaxed);
    head_.where.store(first, relaxed);
  }
  injector(const injector&) = delete;
  injector& operator=(const injector&) = delete;
  ~injector();

  /// Adds an item at the end.
  void push(T item);
  /// Takes the oldest item, or says why not.
  [[nodiscard]] stolen<T> steal() noexcept;

  /// Moves up to half of the items, at most what one block holds and batch_limit, into a worker that this thread owns.
  ///
  /// Returns   how many have moved. Errors: bad_alloc when the destination has no room; then nothing has moved.
  template <discipline E, std::unsigned_integral J>
  [[nodiscard]] stolen<std::size_t> steal_batch(worker<T, E, J>& destination) {
    return steal_batch(*destination.deque_);
  }
  template <discipline E, std::unsigned_integral J>
  [[nodiscard]] stolen<std::size_t> steal_batch(work_deque<T, E, J>& destination);
  /// As steal_batch, but hands the oldest item to the caller.
  template <discipline E, std::unsigned_integral J>
  [[nodiscard]] stolen<T> steal_batch_and_pop(worker<T, E, J>& destination) {
    return steal_batch_and_pop(*destination.deque_);
  }
  template <discipline E, std::unsigned_integral J>
  [[nodiscard]] stolen<T> steal_batch_and_pop(work_deque<T, E, J>& destination);

  [[nodiscard]] bool is_empty() const noexcept {
    // order(injector.head): acquire; pairs with claim().
    //   head first: a thief's claim brings along the tail that it has seen, so a queue never looks shorter than empty.
    const Index head = head_.position.load(acquire);
    // relaxed(under injector.head): at least as new as what the last thief saw.
    return head == tail_.position.load(relaxed);
  }
  /// How many items there were, about: exact while nobody pushes or steals.
  [[nodiscard]] std::size_t size() const noexcept;

#ifdef WEFT_MODEL
  static constexpr std::size_t batch_limit = 2;
  static constexpr std::size_t places = 4;
#else
  static constexpr std::size_t batch_limit = 32;
  /// Positions per block; the last one stands for "the next block is being hung in".
  static constexpr std::size_t places = 64;
#endif

 private:
  static constexpr std::size_t slots_per_block = places - 1;
  static_assert((places & (places - 1)) == 0, "positions must wrap at a multiple of the block");

  struct cell {
    slot<T> item;
    atom<std::uint32_t> full{0};
  };
  struct block {
    atom<block*> next{nullptr};
    atom<std::uint32_t> taken{0};
    cell cells[slots_per_block];
  };
  struct end {
    atom<Index> position{0};
    atom<block*> where{nullptr};
  };
  // What a thief has claimed: `count` cells from `first` on.
  struct claimed {
    steal_outcome outcome;
    block* where = nullptr;
    std::size_t first = 0;
    std::size_t count = 0;
  };

  [[nodiscard]] static Index plus(Index a, std::size_t b) noexcept { return static_cast<Index>(a + static_cast<Index>(b)); }
  [[nodiscard]] static std::size_t place_of(Index position) noexcept { return static_cast<std::size_t>(position) % places; }
  /// Items before a position, counted from the start of its round.
  [[nodiscard]] static std::size_t items_before(Index position) noexcept {
    return static_cast<std::size_t>(position) / places * slots_per_block + place_of(position);
  }

  /// Claims up to `most` of the oldest items. `half`: at most half of those that there are.
  [[nodiscard]] claimed claim(std::size_t most, bool half) noexcept;
  [[nodiscard]] static T take(cell& from) noexcept;
  static void count_taken(const claimed& what) noexcept;
  /// Hangs the spare block in behind the one whose last slot this thread has claimed at `position`.
  void hang_in(block* full_block, block* spare, Index position) noexcept;
  /// Moves head_ into the next block.
  void step_over(block* done, Index position) noexcept;

  alignas(atomic::interference_size) end tail_;
  alignas(atomic::interference_size) end head_;
};

template <class T, std::unsigned_integral Index>
injector<T, Index>::~injector() {
  // relaxed(quiet): nobody else may use a dying queue.
  block* where = head_.where.load(relaxed);
  Index head = head_.position.load(relaxed);
  const Index tail = tail_.position.load(relaxed);
  while (head != tail) {
    const std::size_t place = place_of(head);
    if (place < slots_per_block) {
      where->cells[place].item.destroy();
    } else {
      // relaxed(quiet): as above.
      delete std::exchange(where, where->next.load(relaxed));
    }
    head = plus(head, 1);
  }
  delete where;
}

template <class T, std::unsigned_integral Index>
void injector<T, Index>::push(T item) {
  std::unique_ptr<block> spare;
  backoff patience;
  for (;;) {
    // order(injector.tail): acquire; pairs with hang_in().
    //   brings the address of the block that the position lies in (Q2).
    Index position = tail_.position.load(acquire);
    const std::size_t place = place_of(position);
    if (place == slots_per_block) {
      patience.snooze();
      continue;
    }
    if (place + 1 == slots_per_block && spare == nullptr) spare.reset(new block);
    // relaxed(under injector.tail): right if the claim below succeeds.
    block* const where = tail_.where.load(relaxed);
    // relaxed(under injector.full): the claim publishes nothing; the item is published by `full`.
    if (!tail_.position.compare_exchange_weak(position, plus(position, 1), relaxed, relaxed)) {
      patience.spin();
      continue;
    }
    if (place + 1 == slots_per_block) hang_in(where, spare.release(), plus(position, 1));
    cell& mine = where->cells[place];
    mine.item.construct(std::move(item));
    // order(injector.full): release; pairs with take().
    mine.full.store(1, release);
    return;
  }
}

template <class T, std::unsigned_integral Index>
void injector<T, Index>::hang_in(block* full_block, block* spare, Index position) noexcept {
  // order(injector.next): release; pairs with step_over().
  //   carries the empty block.
  full_block->next.store(spare, release);
  // relaxed(under injector.tail): published by the store of the position.
  tail_.where.store(spare, relaxed);
  // order(injector.tail): release; pairs with push().
  tail_.position.store(plus(position, 1), release);
}

template <class T, std::unsigned_integral Index>
void injector<T, Index>::step_over(block* done, Index position) noexcept {
  backoff patience;
  block* next = nullptr;
  // order(injector.next): acquire; pairs with hang_in().
  while ((next = done->next.load(acquire)) == nullptr) patience.snooze();
  // relaxed(under injector.head): published by the store of the position.
  head_.where.store(next, relaxed);
  // order(injector.head): release; pairs with claim().
  head_.position.store(plus(position, 1), release);
}

template <class T, std::unsigned_integral Index>
auto injector<T, Index>::claim(std::size_t most, bool half) noexcept -> claimed {
  // order(injector.head): acquire; pairs with claim() and step_over().
  //   brings the block's address (Q2) and the tail that the last thief has seen (Q1).
  Index position = head_.position.load(acquire);
  const std::size_t place = place_of(position);
  // relaxed(under injector.head): at least as new as what the last thief saw.
  const Index tail = tail_.position.load(relaxed);
  if (position == tail) return {steal_outcome::empty};
  if (place == slots_per_block) return {steal_outcome::retry};
  std::size_t count = 1;
  if (most > 1) {
    const std::size_t there = items_before(static_cast<Index>(tail - position + static_cast<Index>(place))) - place;
    const std::size_t wanted = half ? (there + 1) / 2 : there;
    const std::size_t in_block = slots_per_block - place;
    count = wanted < most ? wanted : most;
    count = count < in_block ? count : in_block;
  }
  // relaxed(under injector.head): right if the claim below succeeds.
  block* const where = head_.where.load(relaxed);
  // order(injector.head): release; pairs with claim() and is_empty().
  //   carries the tail that this thief has seen; weaker: the next thief could see a tail behind its head.
  if (!head_.position.compare_exchange_strong(position, plus(position, count), release, relaxed)) {
    return {steal_outcome::retry};
  }
  if (place + count == slots_per_block) step_over(where, plus(position, count));
  return {steal_outcome::success, where, place, count};
}

template <class T, std::unsigned_integral Index>
T injector<T, Index>::take(cell& from) noexcept {
  backoff patience;
  // order(injector.full): acquire; pairs with push().
  //   carries the item and what its pusher did before.
  while (from.full.load(acquire) == 0) patience.snooze();
  return from.item.take();
}

template <class T, std::unsigned_integral Index>
void injector<T, Index>::count_taken(const claimed& what) noexcept {
  const auto count = static_cast<std::uint32_t>(what.count);
  // order(injector.taken): acq_rel; a lone counter, pairs with itself in count_taken().
  //   weaker: the last reader frees the block under another one that still reads its cell.
  if (what.where->taken.fetch_add(count, acq_rel) + count == slots_per_block) delete what.where;
}

template <class T, std::unsigned_integral Index>
stolen<T> injector<T, Index>::steal() noexcept {
  const claimed what = claim(1, false);
  if (what.outcome == steal_outcome::empty) return stolen<T>::empty();
  if (what.outcome == steal_outcome::retry) return stolen<T>::retry();
  stolen<T> item = stolen<T>::success(take(what.where->cells[what.first]));
  count_taken(what);
  return item;
}

template <class T, std::unsigned_integral Index>
template <discipline E, std::unsigned_integral J>
stolen<std::size_t> injector<T, Index>::steal_batch(work_deque<T, E, J>& destination) {
  if (is_empty()) return stolen<std::size_t>::empty();
  if (!destination.reserve(batch_limit)) throw std::bad_alloc();
  const claimed what = claim(batch_limit, true);
  if (what.outcome == steal_outcome::empty) return stolen<std::size_t>::empty();
  if (what.outcome == steal_outcome::retry) return stolen<std::size_t>::retry();
  for (std::size_t i = 0; i < what.count; ++i) {
    WEFT_ASSERT(destination.try_push(take(what.where->cells[what.first + i])), "a reserved push can't fail");
  }
  count_taken(what);
  return stolen<std::size_t>::success(what.count);
}

template <class T, std::unsigned_integral Index>
template <discipline E, std::unsigned_integral J>
stolen<T> injector<T, Index>::steal_batch_and_pop(work_deque<T, E, J>& destination) {
  if (is_empty()) return stolen<T>::empty();
  if (!destination.reserve(batch_limit)) throw std::bad_alloc();
  const claimed what = claim(batch_limit, true);
  if (what.outcome == steal_outcome::empty) return stolen<T>::empty();
  if (what.outcome == steal_outcome::retry) return stolen<T>::retry();
  stolen<T> first = stolen<T>::success(take(what.where->cells[what.first]));
  for (std::size_t i = 1; i < what.count; ++i) {
    WEFT_ASSERT(destination.try_push(take(what.where->cells[what.first + i])), "a reserved push can't fail");
  }
  count_taken(what);
  return first;
}

template <class T, std::unsigned_integral Index>
std::size_t injector<T, Index>::size() const noexcept {
  // order(injector.head): acquire; pairs with claim().
  const Index head = head_.position.load(acquire);
  // relaxed(under injector.head): at least as new as what the last thief saw.
  const Index tail = tail_.position.load(relaxed);
  const std::size_t place = place_of(head);
  return items_before(static_cast<Index>(tail - head + static_cast<Index>(place))) - place;
}

}  // namespace weft::inline WEFT_ABI::deque
