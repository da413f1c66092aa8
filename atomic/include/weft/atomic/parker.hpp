// parker and unparker: one thread sleeps until another hands it the token.
//
// Words           states                     moved by
//   word_         empty → token              unparker
//                 empty → asleep             parker
//                 asleep → token             unparker, which then wakes the sleeper
//                 token, asleep → empty      parker
//   references_   parkers and unparkers that hold the cell, and wakers made of them
// Invariants
//   P1  Only the parker leaves `token`, only an unparker enters it: a token is never lost and never doubled.
//   P2  The parker sleeps only while word_ == asleep, and whoever moves it on from there by unpark() calls futex_wake.
//   P3  All writes of word_ after the first are read-modify-writes or the parker's own, so that taking a token synchronises with
//       every unpark() since the last one was taken, also with those that found a token already there.
// Source  own; the three states are those of most thread parkers on a futex.
#pragma once

#include <weft/atomic/abi.hpp>
#include <weft/atomic/assert.hpp>
#include <weft/atomic/seam.hpp>
#include <weft/atomic/waker.hpp>

#include <chrono>
#include <cstdint>
#include <utility>

namespace weft::inline WEFT_ABI::atomic {

namespace detail {

/// The token and its reference count. On the heap, because an unparker may outlive the parker.
class parking_cell {
 public:
  /// Takes the token, or sleeps until there is one. False: the deadline passed and there was none.
  bool park_until(clock::time_point deadline) noexcept {
    if (take()) return true;
    std::uint32_t expected = empty;
    // relaxed(under parker.token): a token that this finds is taken below, with acquire.
    if (word_.compare_exchange_strong(expected, asleep, relaxed, relaxed)) sleep(deadline);
    return take();
  }

  void unpark() noexcept {
    // order(parker.token): release; pairs with take().
    //   carries what the waker did before; weaker: the parker runs on and sees the old state, and parks again for good.
    if (word_.exchange(token, release) == asleep) futex_wake(word_, 1);
  }

  void retain() noexcept {
    // relaxed(count): whoever retains holds a reference already.
    const std::uint32_t before = references_.fetch_add(1, relaxed);
    WEFT_ASSERT(before < most_references, "an unparker was copied more than 2^31 times without its copies dying: a leak");
  }

  void release_reference() noexcept {
    // order(parker.references): acq_rel; pairs with release_reference().
    //   weaker: the last holder frees the cell under another holder's futex_wake or unpark.
    if (references_.fetch_sub(1, acq_rel) == 1) delete this;
  }

 private:
  static constexpr std::uint32_t empty = 0;
  static constexpr std::uint32_t token = 1;
  static constexpr std::uint32_t asleep = 2;
  static constexpr std::uint32_t most_references = 1u << 31;

  /// Moves to `empty`; true if that took a token.
  bool take() noexcept {
    // order(parker.token): acquire; pairs with unpark().
    return word_.exchange(empty, acquire) == token;
  }

  void sleep(clock::time_point deadline) noexcept {
    // relaxed(hint): only asks whether to go on sleeping; take() follows.
    while (word_.load(relaxed) == asleep) {
      if (futex_wait(word_, asleep, deadline) == futex_outcome::timed_out) return;
    }
  }

  atom<std::uint32_t> word_{empty};
  atom<std::uint32_t> references_{1};
};

}  // namespace detail

/// Hands a parker its token. Copies serve the same parker, and may outlive it.
///
/// Threads   any, at the same time.
class unparker {
 public:
  unparker(const unparker& other) noexcept : cell_(other.cell_) {
    if (cell_) cell_->retain();
  }
  unparker(unparker&& other) noexcept : cell_(std::exchange(other.cell_, nullptr)) {}
  unparker& operator=(unparker other) noexcept {
    std::swap(cell_, other.cell_);
    return *this;
  }
  ~unparker() {
    if (cell_) cell_->release_reference();
  }

  /// Leaves one token and wakes the parker if it sleeps. A token that is there already stays one. On a moved-from unparker: nothing.
  ///
  /// Progress  wait-free; one read-modify-write (2 ns), and a system call only if the parker sleeps (8 µs).
  /// Order     what happened before unpark() is visible to the park() that takes the token, even if the token was there before.
  void unpark() const noexcept {
    if (cell_) cell_->unpark();
  }

  /// True when both serve the same parker.
  [[nodiscard]] friend bool operator==(const unparker&, const unparker&) noexcept = default;

  /// Gives the reference up as a word, for from_raw(), which must follow exactly once.
  [[nodiscard]] void* into_raw() && noexcept { return std::exchange(cell_, nullptr); }
  [[nodiscard]] static unparker from_raw(void* raw) noexcept { return unparker(static_cast<detail::parking_cell*>(raw)); }

 private:
  friend class parker;
  explicit unparker(detail::parking_cell* cell) noexcept : cell_(cell) {}

  detail::parking_cell* cell_;
};

/// Puts its thread to sleep until an unparker hands it the token.
///
/// Threads   park() by one thread at a time; everything else through unparkers.
/// Errors    bad_alloc at construction; afterwards none.
///
///     weft::parker bed;
///     weft::unparker bell = bed.unparker();
///     bell.unpark();
///     bed.park();  // the token is there: returns at once
class parker {
 public:
  parker() : cell_(new detail::parking_cell) {}
  parker(const parker&) = delete;
  parker& operator=(const parker&) = delete;
  ~parker() { cell_->release_reference(); }

  /// Takes the token; sleeps until there is one. Never returns without.
  ///
  /// Progress  blocks. With the token there: wait-free, one read-modify-write.
  /// Order     after every unpark() since the last token was taken.
  void park() noexcept { static_cast<void>(cell_->park_until(clock::time_point::max())); }

  /// As park(), but gives up at the deadline. A token that is there wins over a deadline that has passed.
  ///
  /// Returns   true with the token, false without.
  [[nodiscard]] bool park_until(clock::time_point deadline) noexcept { return cell_->park_until(deadline); }
  template <class Rep, class Period>
  [[nodiscard]] bool park_for(std::chrono::duration<Rep, Period> duration) noexcept {
    return park_until(deadline_after(duration));
  }

  [[nodiscard]] atomic::unparker unparker() const noexcept {
    cell_->retain();
    return atomic::unparker(cell_);
  }

 private:
  detail::parking_cell* cell_;
};

namespace detail {
inline constexpr waker_vtable unpark_vtable{
    .clone = [](void* data) noexcept -> void* {
      static_cast<parking_cell*>(data)->retain();
      return data;
    },
    .wake =
        [](void* data) noexcept {
          static_cast<parking_cell*>(data)->unpark();
          static_cast<parking_cell*>(data)->release_reference();
        },
    .wake_by_ref = [](void* data) noexcept { static_cast<parking_cell*>(data)->unpark(); },
    .drop = [](void* data) noexcept { static_cast<parking_cell*>(data)->release_reference(); },
};
}  // namespace detail

/// A waker whose wake() is the unparker's unpark(): how a plain thread waits for what tasks wait for.
///
/// Cost      one reference; no allocation.
[[nodiscard]] inline waker unpark_waker(unparker bell) noexcept {
  return waker(detail::unpark_vtable, std::move(bell).into_raw());
}

}  // namespace weft::inline WEFT_ABI::atomic

namespace weft::inline WEFT_ABI {
using atomic::parker;
using atomic::unpark_waker;
using atomic::unparker;
}  // namespace weft::inline WEFT_ABI
