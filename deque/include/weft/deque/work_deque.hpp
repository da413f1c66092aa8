// work_deque<T>: the work-stealing deque itself, to be embedded: its owner pushes and pops, everybody else steals.
//
// Words      states                              moved by
//   top_     index of the oldest item            thieves t → t+1 by CAS; the owner likewise: lifo the last item, fifo each
//   bottom_  index after the newest item         owner only
//   ring_    the ring that holds the items       owner only, to a bigger one
//   a slot   the item with that index            owner only
// Data       may be touched by
//   slots_ mask_ limit_ most_                    owner
//   a ring's memory                              anybody, until the deque dies
// Invariants
//   D1  top_ never moves left, and top_ ≤ bottom_ except between the two stores of a pop that finds the deque empty.
//   D2  An item leaves by exactly one step of top_ past it, or (lifo) by the owner's step of bottom_ below it while top_ is
//       known to be further left. Never by both: that is what the pair of fences is for.
//   D3  A ring is never written after a bigger one is published, and never freed before the deque dies. A thief that reads a
//       slot of an outgrown ring reads the right item or fails its CAS.
//   D4  The owner writes the slot of index b only while b - top_ < capacity. So whoever reads an overwritten slot fails its
//       CAS.
//   D5  limit_ ≤ top_ + capacity: a push that stops short of limit_ need not look at top_.
// Source  Chase & Lev, "Dynamic circular work-stealing deque", 2005; orders after Lê, Pop, Cohen & Zappa Nardelli, "Correct
//         and efficient work-stealing for weak memory models", 2013. Changed: the owner's fence is the light half of an
//         asymmetric pair; every store of bottom_ is a release, because C++20 release sequences no longer go on through
//         plain stores; slots are atomic words; old rings are kept instead of collected; limit_ spares push the look at
//         top_.
#pragma once

#include <weft/atomic/abi.hpp>
#include <weft/atomic/assert.hpp>
#include <weft/atomic/orders.hpp>
#include <weft/atomic/padded.hpp>
#include <weft/atomic/seam.hpp>
#include <weft/deque/stolen.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <new>
#include <optional>
#include <type_traits>

namespace weft::inline WEFT_ABI::deque {

/// The owner takes what it pushed last.
struct lifo {};
/// The owner takes the oldest, as thieves do.
struct fifo {};

template <class D>
concept discipline = std::same_as<D, lifo> || std::same_as<D, fifo>;

/// A growing work-stealing deque of one-word items.
///
/// T is trivially copyable and one machine word: a pointer, an index. Box what is bigger.
/// Index is the unsigned type of the positions; a narrow one is for tests of the wrap-around and bounds the capacity.
///
/// Threads   push, try_push, pop, reserve: the owner, one thread at a time. steal*, size, is_empty: any thread, at any time.
/// Progress  owner: wait-free but for growth, which allocates. Thieves: lock-free.
/// Cost      owner push + pop: 1.5 ns. A steal from a non-empty lifo deque: one fence_heavy (0.4 µs) and one CAS; from a
///           fifo deque: one CAS; from an empty one: two loads. Memory: the peak's ring and all smaller ones, under 4 words
///           per item.
/// Order     linearizable, but for size(): pop and steal answer truly of one moment, `empty` too, and a steal says `retry`
///           only when somebody else took an item during the call. What the owner did before push(x) is visible to whoever
///           gets x.
/// Errors    push: bad_alloc, then the deque is as before. The deque doesn't destroy items: they are trivial.
/// Source    Chase & Lev 2005; orders after Lê et al. 2013; changes in deque/README.md.
template <class T, discipline D = lifo, std::unsigned_integral Index = std::uint64_t>
class work_deque {
  static_assert(
      std::is_trivially_copyable_v<T> && sizeof(T) <= sizeof(void*),
      "[weft] a work-stealing deque holds trivially copyable items of one word: push a pointer or an index instead");

 public:
  using value_type = T;
  using index_type = Index;

  /// `most` bounds the capacity; 0 makes a deque that refuses every push.
  explicit work_deque(std::size_t most = std::numeric_limits<std::size_t>::max());
  work_deque(const work_deque&) = delete;
  work_deque& operator=(const work_deque&) = delete;
  ~work_deque();

  /// Adds an item at the owner's end. Throws bad_alloc when there is no memory or the bound is reached.
  void push(T item) {
    if (!try_push(item)) throw std::bad_alloc();
  }
  /// Adds an item, or says no: no memory, or the bound is reached.
  [[nodiscard]] bool try_push(T item) noexcept {
    // relaxed(owner): only the owner moves bottom_.
    const Index b = bottom_.load(relaxed);
    if (b == limit_) [[unlikely]]
      return push_slow(item);
    put(b, item);
    return true;
  }
  /// Makes room so that the next `count` pushes don't allocate. False: no memory, or over the bound.
  [[nodiscard]] bool reserve(std::size_t count) noexcept;

  /// Takes an item from the owner's end.
  [[nodiscard]] std::optional<T> pop() noexcept {
    if constexpr (std::same_as<D, lifo>) {
      const Index b = bottom_before();
      if (take_newest(b)) return item_at(b);
      return std::nullopt;
    } else {
      return pop_oldest();
    }
  }
  /// As pop, for a T with a value that is never pushed: a null pointer. Spares the optional on the hottest path.
  [[nodiscard]] T pop_or(T none) noexcept requires std::same_as<D, lifo> {
    const Index b = bottom_before();
    if (take_newest(b)) [[likely]]
      return item_at(b);
    return none;
  }

  /// Takes the oldest item, or says why not.
  [[nodiscard]] stolen<T> steal() noexcept;

  /// Moves up to half of the items, at most batch_limit, into a deque that the caller owns. The count that was moved.
  ///
  /// The oldest is pushed first. Errors: bad_alloc when the destination has no room; then nothing has moved.
  template <discipline E, std::unsigned_integral J>
  [[nodiscard]] stolen<std::size_t> steal_batch(work_deque<T, E, J>& destination);
  /// As steal_batch, but the oldest item is handed to the caller.
  template <discipline E, std::unsigned_integral J>
  [[nodiscard]] stolen<T> steal_batch_and_pop(work_deque<T, E, J>& destination);

  /// About how many items there are: those that leave during the call may be counted. Exact while nobody pushes or takes.
  [[nodiscard]] std::size_t size() const noexcept {
    // order(deque.top): acquire; pairs with steal().
    //   top first: bottom_ read afterwards is at least as new, so the difference isn't negative but for D1's exception.
    const Index t = top_.load(acquire);
    // relaxed(hint): a moment's picture.
    const difference items = distance(t, bottom_.load(relaxed));
    return items > 0 ? static_cast<std::size_t>(items) : 0;
  }
  /// Whether it was empty at one moment during the call.
  [[nodiscard]] bool is_empty() const noexcept { return size() == 0; }
  /// The position after the newest item: an item lies above a mark that was read before it was pushed. For the owner; for others
  /// it says whether the owner has moved.
  [[nodiscard]] Index mark() const noexcept {
    // relaxed(owner): only the owner moves bottom_.
    return bottom_.load(relaxed);
  }
  /// Whether the newest item, if there is one, was pushed after the mark was read. For the owner.
  [[nodiscard]] bool is_above(Index mark_before) const noexcept { return distance(mark_before, mark()) > 0; }
  /// Items that fit without growth. For the owner.
  [[nodiscard]] std::size_t capacity() const noexcept { return slots_ == nullptr ? 0 : std::size_t{mask_} + 1; }

  /// The most that one steal_batch moves.
#ifdef WEFT_MODEL
  static constexpr std::size_t batch_limit = 2;
  static constexpr std::size_t first_capacity = 2;
#else
  static constexpr std::size_t batch_limit = 32;
  static constexpr std::size_t first_capacity = 64;
#endif

 private:
  template <class, discipline, std::unsigned_integral>
  friend class work_deque;

  using difference = std::make_signed_t<Index>;

  // A block of slots; the older one behind it stays for thieves that still look there.
  struct ring {
    explicit ring(std::size_t count) : slots(std::make_unique<atom<T>[]>(count)), mask(static_cast<Index>(count - 1)) {}
    std::unique_ptr<atom<T>[]> slots;
    Index mask;
    ring* older = nullptr;
  };

  [[nodiscard]] static Index plus(Index a, std::size_t b) noexcept { return static_cast<Index>(a + static_cast<Index>(b)); }
  [[nodiscard]] static Index minus(Index a, std::size_t b) noexcept { return static_cast<Index>(a - static_cast<Index>(b)); }
  /// How far `to` is right of `from`; right across the wrap-around.
  [[nodiscard]] static difference distance(Index from, Index to) noexcept {
    return static_cast<difference>(static_cast<Index>(to - from));
  }
  /// Half the range of Index: positions must stay comparable.
  [[nodiscard]] static constexpr std::size_t most_possible() noexcept {
    const auto half = static_cast<std::uint64_t>(std::numeric_limits<difference>::max()) / 2 + 1;
    const auto memory = std::uint64_t{std::numeric_limits<std::ptrdiff_t>::max()} / (2 * sizeof(T));
    std::size_t power = 1;
    while (power * 2 <= half && power * 2 <= memory) power *= 2;
    return power;
  }

  void put(Index b, T item) noexcept {
    // relaxed(under deque.bottom): published by the store below.
    slots_[b & mask_].store(item, relaxed);
    // order(deque.bottom): release; pairs with has_item_for_thief().
    //   carries the slot, the ring and what the owner did before; weaker: a thief gets an item whose contents aren't there
    //   yet.
    bottom_.store(plus(b, 1), release);
  }

  [[nodiscard]] Index bottom_before() const noexcept {
    // relaxed(owner): only the owner moves bottom_.
    return minus(bottom_.load(relaxed), 1);
  }
  [[nodiscard]] T item_at(Index i) const noexcept {
    // relaxed(owner): the owner's own store.
    return slots_[i & mask_].load(relaxed);
  }

  /// Takes the item of index b, one below bottom_, off the deque. Its slot stays as it is until the owner's next push.
  [[nodiscard]] bool take_newest(Index b) noexcept {
    // order(deque.bottom): release; pairs with has_item_for_thief().
    //   a thief that reads this value, not the push's, must see the items below it just as well.
    bottom_.store(b, release);
    // order(deque.last): light fence; twin in has_item_for_thief(), pairs with has_item_for_thief().
    //   forbids: the owner sees top_ ≤ b - 1 AND a thief that takes index b sees bottom_ > b.
    //   weaker: both take the item b.
    //   model: tests/model/deque_steal.cpp
    fence_light();
    // relaxed(under deque.last): the fence has ordered it.
    const Index t = top_.load(relaxed);
    if (distance(t, b) > 0) [[likely]]
      return true;
    return take_last(b, t);
  }

  [[nodiscard]] bool take_last(Index b, Index t) noexcept;
  [[nodiscard]] std::optional<T> pop_oldest() noexcept;
  [[nodiscard]] bool push_slow(T item) noexcept;
  [[nodiscard]] bool grow(std::size_t least) noexcept;
  /// Whether a steal finds an item at t; for lifo after the heavy fence.
  [[nodiscard]] bool has_item_for_thief(Index t) const noexcept;
  /// Moves one item after another, each by its own CAS.
  template <class W>
  std::size_t move_one_by_one(W& destination, std::size_t count) noexcept;

  /// Thieves' end.
  alignas(atomic::interference_size) atom<Index> top_{0};
  /// Owner's end, and beside it what only the owner writes.
  alignas(atomic::interference_size) atom<Index> bottom_{0};
  Index limit_ = 0;
  Index mask_ = 0;
  atom<T>* slots_ = nullptr;
  atom<ring*> ring_{nullptr};
  std::size_t most_;
};

template <class T, discipline D, std::unsigned_integral Index>
work_deque<T, D, Index>::work_deque(std::size_t most) : most_(most < most_possible() ? most : most_possible()) {}

template <class T, discipline D, std::unsigned_integral Index>
work_deque<T, D, Index>::~work_deque() {
  // relaxed(quiet): nobody else may use a dying deque.
  ring* block = ring_.load(relaxed);
  while (block != nullptr) {
    ring* const older = block->older;
    delete block;
    block = older;
  }
}

template <class T, discipline D, std::unsigned_integral Index>
bool work_deque<T, D, Index>::push_slow(T item) noexcept {
  // relaxed(owner): only the owner moves bottom_.
  const Index b = bottom_.load(relaxed);
  // order(deque.top): acquire; pairs with steal().
  //   a thief read its slot before it moved top_, so the slot may be written over; weaker: the thief reads the new item
  //   (D4).
  const Index t = top_.load(acquire);
  const auto size = static_cast<std::size_t>(static_cast<Index>(b - t));
  if (size == capacity() && !grow(size + 1)) return false;
  limit_ = plus(t, capacity());
  put(b, item);
  return true;
}

template <class T, discipline D, std::unsigned_integral Index>
bool work_deque<T, D, Index>::reserve(std::size_t count) noexcept {
  // relaxed(owner): only the owner moves bottom_.
  const Index b = bottom_.load(relaxed);
  // order(deque.top): acquire; pairs with steal().
  const Index t = top_.load(acquire);
  const auto size = static_cast<std::size_t>(static_cast<Index>(b - t));
  if (count > most_ - size) return false;
  if (size + count > capacity() && !grow(size + count)) return false;
  limit_ = plus(t, capacity());
  return true;
}

template <class T, discipline D, std::unsigned_integral Index>
bool work_deque<T, D, Index>::grow(std::size_t least) noexcept {
  if (least > most_) return false;
  std::size_t wanted = first_capacity < most_possible() ? first_capacity : most_possible();
  while (wanted < least) wanted *= 2;
  ring* bigger = nullptr;
  try {
    bigger = new ring(wanted);
  } catch (const std::bad_alloc&) {
    return false;
  }
  // relaxed(owner): only the owner moves bottom_ and ring_.
  const Index b = bottom_.load(relaxed);
  // relaxed(hint): an older top_ only copies items that are gone.
  for (Index i = top_.load(relaxed); i != b; i = plus(i, 1)) {
    // relaxed(under deque.ring): published by the store below.
    bigger->slots[i & bigger->mask].store(slots_[i & mask_].load(relaxed), relaxed);
  }
  // relaxed(owner): only the owner moves ring_.
  bigger->older = ring_.load(relaxed);
  slots_ = bigger->slots.get();
  mask_ = bigger->mask;
  // order(deque.ring): release; pairs with steal().
  //   carries the copied slots; weaker: a thief reads slots of the new ring before they are filled.
  //   model: tests/model/deque_grow.cpp
  ring_.store(bigger, release);
  return true;
}

template <class T, discipline D, std::unsigned_integral Index>
bool work_deque<T, D, Index>::take_last(Index b, Index t) noexcept {
  // relaxed(under deque.last): which of the two gets the last item is decided by the word itself.
  const bool won = b == t && top_.compare_exchange_strong(t, plus(t, 1), relaxed, relaxed);
  // order(deque.bottom): release; pairs with has_item_for_thief().
  bottom_.store(plus(b, 1), release);
  return won;
}

template <class T, discipline D, std::unsigned_integral Index>
std::optional<T> work_deque<T, D, Index>::pop_oldest() noexcept {
  // relaxed(owner): only the owner moves bottom_.
  const Index b = bottom_.load(relaxed);
  // relaxed(hint): the CAS checks it.
  Index t = top_.load(relaxed);
  while (t != b) {
    // relaxed(owner): the owner's own store.
    const T item = slots_[t & mask_].load(relaxed);
    // order(deque.top): release; pairs with steal().
    //   carries the owner's pushes up to here; weaker: a thief could see this step, but not a push before it, and say
    //   `empty` of a deque that never was.
    //   model: tests/model/linear_deque.cpp
    if (top_.compare_exchange_weak(t, plus(t, 1), release, relaxed)) return item;
  }
  return std::nullopt;
}

template <class T, discipline D, std::unsigned_integral Index>
bool work_deque<T, D, Index>::has_item_for_thief(Index t) const noexcept {
  if constexpr (std::same_as<D, lifo>) {
    // relaxed(hint): read again behind the fence; this spares an empty deque's thief the fence.
    if (distance(t, bottom_.load(relaxed)) <= 0) return false;
    // order(deque.last): heavy fence; twin in take_newest(), pairs with take_newest().
    fence_heavy();
  }
  // order(deque.bottom): acquire; pairs with put(), take_newest() and take_last().
  return distance(t, bottom_.load(acquire)) > 0;
}

template <class T, discipline D, std::unsigned_integral Index>
stolen<T> work_deque<T, D, Index>::steal() noexcept {
  // order(deque.top): acquire; pairs with steal(), pop_oldest(), push_slow() and reserve().
  //   read before bottom_ and before the heavy fence: the proof of D2 needs this order.
  Index t = top_.load(acquire);
  if (!has_item_for_thief(t)) return stolen<T>::empty();
  // order(deque.ring): acquire; pairs with grow().
  //   read after bottom_: an item pushed into a newer ring brings that ring along.
  const ring* const block = ring_.load(acquire);
  // relaxed(under deque.bottom): has_item_for_thief() has acquired the push of index t.
  const T item = block->slots[t & block->mask].load(relaxed);
  // order(deque.top): release; pairs with push_slow() and reserve(), and with the next thief's steal().
  //   weaker: the slot could be read after the owner has written it over.
  if (!top_.compare_exchange_strong(t, plus(t, 1), release, relaxed)) return stolen<T>::retry();
  return stolen<T>::success(item);
}

template <class T, discipline D, std::unsigned_integral Index>
template <class W>
std::size_t work_deque<T, D, Index>::move_one_by_one(W& destination, std::size_t count) noexcept {
  std::size_t moved = 0;
  while (moved < count) {
    const stolen<T> next = steal();
    if (!next) break;
    WEFT_ASSERT(destination.try_push(*next), "a reserved push can't fail");
    ++moved;
  }
  return moved;
}

template <class T, discipline D, std::unsigned_integral Index>
template <discipline E, std::unsigned_integral J>
stolen<std::size_t> work_deque<T, D, Index>::steal_batch(work_deque<T, E, J>& destination) {
  const std::size_t half = (size() + 1) / 2;
  const std::size_t count = half < batch_limit ? half : batch_limit;
  if (count == 0) return stolen<std::size_t>::empty();
  if (!destination.reserve(count)) throw std::bad_alloc();
  const std::size_t moved = move_one_by_one(destination, count);
  return moved == 0 ? stolen<std::size_t>::retry() : stolen<std::size_t>::success(moved);
}

template <class T, discipline D, std::unsigned_integral Index>
template <discipline E, std::unsigned_integral J>
stolen<T> work_deque<T, D, Index>::steal_batch_and_pop(work_deque<T, E, J>& destination) {
  const std::size_t half = (size() + 1) / 2;
  const std::size_t count = half < batch_limit ? half : batch_limit;
  if (count > 1 && !destination.reserve(count - 1)) throw std::bad_alloc();
  stolen<T> first = steal();
  if (first && count > 1) move_one_by_one(destination, count - 1);
  return first;
}

}  // namespace weft::inline WEFT_ABI::deque
