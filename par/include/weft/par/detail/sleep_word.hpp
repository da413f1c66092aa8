// sleep_word: who is awake and who is looking for work, in one word that a pusher reads with one load.
//
// Words   fields, from the top                                        moved by
//   bits_   searching  16: participants that look for work            who starts and stops searching; a waker for its sleeper
//           room       24: threads of the pool − participants awake   workers and waiting guests to and from sleep;
//                          (biased: guests may bring it below zero)   guests coming and going
//           asleep     24: workers asleep                             workers going to sleep; their wakers
// Invariants
//   S1  Each field is the sum of its participants' contributions; every transition is one read-modify-write.
//   S2  room > 0 implies asleep > 0: fewer awake than threads, and guests and spares too many only lower room.
//   S3  Whoever takes `searching` from 1 to 0 looks around once more behind a fence, or goes to sleep, which does so
//       too. So a pusher that has seen searching > 0 may leave its job to the searcher; the one gap, of joins, is in the
//       proof: par/SLEEP.md.
// Source  own; the single counter word of Go's and rayon's schedulers, with the guests in it.
#pragma once

#include <weft/atomic/abi.hpp>
#include <weft/atomic/assert.hpp>
#include <weft/atomic/orders.hpp>
#include <weft/atomic/seam.hpp>

#include <cstddef>
#include <cstdint>

namespace weft::inline WEFT_ABI::par::detail {

class sleep_word {
 public:
  /// The most workers of one pool: the fields must not run over.
  static constexpr std::size_t most_workers = 1u << 15;

  /// What the word said at one moment.
  class view {
   public:
    constexpr explicit view(std::uint64_t bits) noexcept : bits_(bits) {}
    [[nodiscard]] constexpr std::uint64_t searching() const noexcept { return bits_ >> searching_shift; }
    [[nodiscard]] constexpr std::int64_t room() const noexcept {
      return static_cast<std::int64_t>((bits_ >> room_shift) & field_mask) - static_cast<std::int64_t>(room_bias);
    }
    [[nodiscard]] constexpr std::uint64_t workers_asleep() const noexcept { return bits_ & field_mask; }

    /// Nobody is looking and a core is free: work that may run in parallel is worth a wake-up. The bias makes it one shift
    /// and one comparison: the top bit of room's field says room > 0.
    [[nodiscard]] constexpr bool wants_helper() const noexcept { return bits_ >> (searching_shift - 1) == 1; }
    /// More are awake than the pool has workers, because guests have come: a worker without work had better sleep.
    [[nodiscard]] constexpr bool is_crowded() const noexcept { return room() < 0; }
    /// Nobody is looking and a worker sleeps: work that must start without the pusher is owed a wake-up.
    [[nodiscard]] constexpr bool wants_worker() const noexcept { return searching() == 0 && workers_asleep() != 0; }

   private:
    std::uint64_t bits_;
  };

  // relaxed(under par.sleep): the caller's fences order this look; see par/SLEEP.md.
  [[nodiscard]] view look() const noexcept { return view(bits_.load(relaxed)); }

  /// A guest takes part, busy.
  void add_guest() noexcept { add(0 - one_room); }
  /// It leaves. The word before.
  view remove_guest() noexcept { return add_and_view_before(one_room); }

  void start_searching() noexcept { add(one_searching); }
  /// The word afterwards: who took `searching` to 0 owes a look around (S3).
  view stop_searching() noexcept {
    // order(par.moved): acq_rel; pairs with itself in stop_searching() and with lie_down().
    //   model: tests/model/par_word.cpp
    //   carries the jobs that one searcher has moved into its queue to the next, who looks around after it has stopped.
    return view(bits_.fetch_sub(one_searching, acq_rel) - one_searching);
  }

  /// A searching worker lies down. The word afterwards.
  view worker_sleeps() noexcept { return lie_down(one_room + one_asleep - one_searching); }
  /// It gets up and searches; done by its waker, or by itself if nobody woke it.
  void worker_wakes() noexcept { add(one_searching - one_room - one_asleep); }
  /// A searching guest waits without working. The word afterwards.
  view guest_sleeps() noexcept { return lie_down(one_room - one_searching); }
  void guest_wakes() noexcept { add(one_searching - one_room); }

  /// A busy worker is about to block, and a sleeping spare stands in for it: one awake less, one asleep more.
  void sleeper_stands_in() noexcept { add(one_room + one_asleep); }
  /// The worker is back, and a sleeping spare goes to the bench.
  void sleeper_stands_down() noexcept { add(0 - one_room - one_asleep); }

 private:
  static constexpr unsigned room_shift = 24;
  static constexpr unsigned searching_shift = 48;
  static constexpr std::uint64_t field_mask = (std::uint64_t{1} << 24) - 1;
  static constexpr std::uint64_t room_bias = (std::uint64_t{1} << 23) - 1;
  static constexpr std::uint64_t one_asleep = 1;
  static constexpr std::uint64_t one_room = std::uint64_t{1} << room_shift;
  static constexpr std::uint64_t one_searching = std::uint64_t{1} << searching_shift;

  // relaxed(under par.sleep): the caller's fences order it, see par/SLEEP.md.
  void add(std::uint64_t change) noexcept { bits_.fetch_add(change, relaxed); }
  view lie_down(std::uint64_t change) noexcept {
    // order(par.moved): acquire; pairs with stop_searching().
    return view(bits_.fetch_add(change, acquire) + change);
  }
  view add_and_view_before(std::uint64_t change) noexcept {
    // relaxed(under par.sleep): as in add().
    return view(bits_.fetch_add(change, relaxed));
  }

  atom<std::uint64_t> bits_{room_bias << room_shift};
};

}  // namespace weft::inline WEFT_ABI::par::detail
