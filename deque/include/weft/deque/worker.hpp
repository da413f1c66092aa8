// worker<T> and stealer<T>: the two kinds of handle to one work-stealing deque that lives as long as any of them.
#pragma once

#include <weft/atomic/abi.hpp>
#include <weft/deque/stolen.hpp>
#include <weft/deque/work_deque.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

namespace weft::inline WEFT_ABI::deque {

template <class T, discipline D, std::unsigned_integral Index>
class worker;

/// Takes items from the end where they have waited longest. Copies serve the same deque and keep it alive.
///
/// Threads   any, at the same time as every other call on this deque.
template <class T, discipline D = lifo, std::unsigned_integral Index = std::uint64_t>
class stealer {
 public:
  /// Takes the oldest item, or says why not.
  ///
  /// Returns   stolen<T>: an item, `empty`, or `retry` (another thread won this round).
  /// Progress  lock-free: `retry` means that somebody else made progress.
  /// Cost      O(1); one CAS, and for a lifo deque one fence_heavy once it isn't empty; no allocation.
  /// Order     what the owner did before push(x) is visible to the thread that gets x.
  /// Source    Chase & Lev 2005; orders after Lê et al. 2013; changes in deque/README.md.
  ///
  ///     weft::deque::worker<int> mine;
  ///     mine.push(7);
  ///     auto thief = mine.stealer();
  ///     if (auto s = thief.steal()) std::printf("%d\n", *s);
  [[nodiscard]] stolen<T> steal() const noexcept { return deque_->steal(); }

  /// Moves up to half of the items, at most 32, into a deque that this thread owns; says how many.
  ///
  /// Errors    bad_alloc when the destination has no room; then nothing has moved.
  template <discipline E, std::unsigned_integral J>
  [[nodiscard]] stolen<std::size_t> steal_batch(worker<T, E, J>& destination) const {
    return deque_->steal_batch(*destination.deque_);
  }
  /// As steal_batch, but hands the oldest item to the caller.
  template <discipline E, std::unsigned_integral J>
  [[nodiscard]] stolen<T> steal_batch_and_pop(worker<T, E, J>& destination) const {
    return deque_->steal_batch_and_pop(*destination.deque_);
  }

  [[nodiscard]] std::size_t size() const noexcept { return deque_->size(); }
  [[nodiscard]] bool is_empty() const noexcept { return deque_->is_empty(); }

 private:
  friend class worker<T, D, Index>;
  explicit stealer(std::shared_ptr<work_deque<T, D, Index>> deque) noexcept : deque_(std::move(deque)) {}

  std::shared_ptr<work_deque<T, D, Index>> deque_;
};

/// The owner's handle of a work-stealing deque: pushes and pops. T is trivially copyable and one word.
///
/// worker<T> pops what it pushed last; worker<T>::fifo() makes one that pops the oldest.
///
/// Threads   one at a time; stealer() and the questions too.
/// Progress  wait-free but for growth, which allocates.
/// Cost      push + pop: 1.5 ns (lifo), 3 ns (fifo).
/// Errors    push: bad_alloc, then nothing has changed.
///
///     weft::deque::worker<int> mine;
///     mine.push(1);
///     mine.push(2);
///     if (std::optional<int> newest = mine.pop()) std::printf("%d\n", *newest);  // 2
template <class T, discipline D = lifo, std::unsigned_integral Index = std::uint64_t>
class worker {
 public:
  worker() : deque_(std::make_shared<work_deque<T, D, Index>>()) {}
  worker(worker&&) noexcept = default;
  worker& operator=(worker&&) noexcept = default;

  /// A deque whose owner, too, takes the oldest item first.
  [[nodiscard]] static worker<T, deque::fifo, Index> fifo() { return {}; }

  void push(T item) { deque_->push(item); }
  [[nodiscard]] std::optional<T> pop() noexcept { return deque_->pop(); }
  /// Makes room so that the next `count` pushes don't allocate. Errors: bad_alloc.
  void reserve(std::size_t count) {
    if (!deque_->reserve(count)) throw std::bad_alloc();
  }

  [[nodiscard]] deque::stealer<T, D, Index> stealer() const noexcept { return deque::stealer<T, D, Index>(deque_); }
  [[nodiscard]] std::size_t size() const noexcept { return deque_->size(); }
  [[nodiscard]] bool is_empty() const noexcept { return deque_->is_empty(); }
  [[nodiscard]] std::size_t capacity() const noexcept { return deque_->capacity(); }

 private:
  template <class, discipline, std::unsigned_integral>
  friend class deque::stealer;
  template <class U, std::unsigned_integral J>
  friend class injector;

  std::shared_ptr<work_deque<T, D, Index>> deque_;
};

}  // namespace weft::inline WEFT_ABI::deque
