// record: one thread's place in a collector: is it pinned, since which epoch, and the garbage that it has not yet freed.
//
// Words       states                                  moved by
//   state_    0 unpinned; e pinned since epoch e      the owner
//   open_*    what the open bag holds                 the owner; a gauge for others
// Data        may be touched by
//   mine_     the owner: the one thread that uses the record. Records change owners through block::used (domain.hpp)
// Invariants
//   R1  state_ != 0 exactly while a guard of this record lives that hasn't stepped aside (repin_after).
//   R2  Between storing state_ and the first load of the critical section stands a light fence.
//   R3  `nested` counts the living guards that found the record pinned. The guard that pinned it, the head, isn't counted;
//       so the usual pin and unpin change one word only. If the head dies first, `nested` is made negative (headless), so
//       that each of the others looks whether it was the last.
//   R4  An abandoned record (its participant is gone, or it never had one) has `abandoned` added to `nested`, so that the
//       guard that unpins it finds more than zero and gives the record back.
#pragma once

#include <weft/atomic/abi.hpp>
#include <weft/atomic/padded.hpp>
#include <weft/atomic/seam.hpp>
#include <weft/epoch/detail/bag.hpp>

#include <array>
#include <cstddef>
#include <cstdint>

namespace weft::inline WEFT_ABI::epoch::detail {

class domain;

/// The word that every pin reads, alone on its lines.
struct epoch_clock {
  static constexpr std::uint64_t first = 1;
  atom<std::uint64_t> now{first};
};

class alignas(atomic::interference_size) record {
 public:
  record() noexcept = default;
  record(const record&) = delete;
  record& operator=(const record&) = delete;

  // ---- the hot path

  /// One more guard. True if it is the head, that is, has pinned.
  [[nodiscard]] bool enter() noexcept {
    // relaxed(owner): written by this thread alone.
    if (state_.load(relaxed) == 0) {
      pin();
      return true;
    }
    ++mine_.write().nested;
    return false;
  }

  /// One guard less.
  void leave(bool is_head) noexcept {
    if (is_head) {
      if (mine_.read().nested == 0) [[likely]] {
        unpin();
      } else {
        leave_head();
      }
    } else if (--mine_.write().nested < 0) [[unlikely]] {
      leave_headless();
    }
  }

  /// Puts an entry of Words payload words into the open bag.
  ///
  /// Errors    bad_alloc if a new bag is needed and there is no memory; then nothing has changed.
  template <std::size_t Words>
  void defer(entry_function function, const std::array<word, Words>& payload, std::size_t bytes) {
    static_assert(Words < largest_entry);
    while (room() < Words + 1) [[unlikely]] renew_bag();
    bag_word* const at = mine_.read().cursor;
    at[0].write() = reinterpret_cast<word>(function);
    for (std::size_t i = 0; i < Words; ++i) at[i + 1].write() = payload[i];
    mine_.write().cursor = at + Words + 1;
    // relaxed(owner): a gauge that others only look at.
    open_objects_.store(open_objects_.load(relaxed) + 1, relaxed);
    // relaxed(owner): as above.
    open_bytes_.store(open_bytes_.load(relaxed) + bytes, relaxed);
  }

  /// Makes room for one more entry of any size.
  void reserve() {
    while (room() < largest_entry) [[unlikely]] renew_bag();
  }

  // ---- the cold half (record.cpp)

  /// Seals the open bag, tries to move the epoch on and frees what is ready.
  void flush() noexcept;
  /// Moves the pin to the current epoch, if this guard is the only one.
  void repin(bool is_head) noexcept;
  /// Unpins for a while, if this guard is the only one. True if so; then step_back() must follow, which says whether it is
  /// the head.
  [[nodiscard]] bool step_aside(bool is_head) noexcept;
  [[nodiscard]] bool step_back() noexcept;
  /// The participant is gone: gives the record back now, or when the last guard dies.
  void abandon() noexcept;
  /// Pins and abandons at once: for a guard without a participant, whose enter() must follow.
  void enter_abandoned() noexcept;

  // relaxed(owner): the owner's own word.
  [[nodiscard]] bool is_pinned() const noexcept { return state_.load(relaxed) != 0; }
  [[nodiscard]] domain& home() const noexcept { return *home_; }

 private:
  friend class domain;

  struct owned {
    std::int64_t nested = 0;     // R3, R4
    bag_word* cursor = nullptr;  // the open bag's next free word
    bag_word* limit = nullptr;   // and its end
    bag* open = nullptr;
    bag* spare = nullptr;  // emptied bags, to be filled again
    std::size_t spares = 0;
    bag_queue pending;            // sealed bags that are not ready
    std::uint64_t last_seen = 0;  // the epoch when this thread last thought of advancing it
    unsigned seals = 0;           // since then
    unsigned aside = 0;           // guards between step_aside() and step_back()
    bool reclaiming = false;      // a deferred function is running: it may retire, but not reclaim
  };
  static constexpr std::int64_t abandoned = std::int64_t{1} << 40;
  static constexpr std::int64_t headless = std::int64_t{1} << 41;
  static constexpr std::int64_t most_nested = abandoned - 1;

  void pin() noexcept {
    // order(epoch.advance): acquire; pairs with try_advance().
    //   weaker: this thread, pinned at e, may still find an object whose unlinking was published with e (G3 in README.md).
    const std::uint64_t now = clock_->now.load(acquire);
    // order(epoch.state): release; pairs with has_laggard().
    //   carries the accesses of the pins before this one to an advancer that sees this one.
    state_.store(now, release);
    // order(epoch.pin): light fence; twin in try_advance(); pairs with try_advance().
    //   forbids: this thread loads a pointer that was unlinked before the fence there AND the advancer finds state_
    //   unpinned. model: tests/model/epoch_reclaim.cpp
    fence_light();
  }
  void unpin() noexcept {
    // order(epoch.state): release; pairs with has_laggard().
    //   carries the critical section's accesses to whoever frees what it could see.
    state_.store(0, release);
  }

  [[nodiscard]] std::size_t room() const noexcept {
    return static_cast<std::size_t>(mine_.read().limit - mine_.read().cursor);
  }

  [[nodiscard]] bool is_only_guard(bool is_head) const noexcept;
  void leave_head() noexcept;
  void leave_headless() noexcept;
  void unpin_last() noexcept;
  void renew_bag();
  void seal_open() noexcept;
  void after_seal() noexcept;
  void reclaim(std::uint64_t epoch, std::size_t most_bags) noexcept;
  void run(bag* ready) noexcept;
  void recycle(bag* emptied) noexcept;
  void give_back() noexcept;
  bag* take_bag();

  // The first cache line is all that pin() and retire() touch.
  atom<std::uint64_t> state_{0};
  const epoch_clock* clock_ = nullptr;  // set before the record is seen by anybody, as is home_
  atom<std::size_t> open_objects_{0};
  atom<std::size_t> open_bytes_{0};
  plain<owned> mine_;
  domain* home_ = nullptr;
};

#ifndef WEFT_MODEL
static_assert(sizeof(record) == 2 * atomic::interference_size || sizeof(void*) != 8 || atomic::interference_size != 128);
#endif

}  // namespace weft::inline WEFT_ABI::epoch::detail
