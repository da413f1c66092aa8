// sleepers: the workers of one pool that sleep, the last one on top, beside the word that counts them; and the bench, on which the
// spare workers wait that stand in for nobody.
//
// Words        states                                  moved by
//   surplus_   awake spares that nobody needs any more   whoever holds lock_; read by spares as a hint
// Data         may be touched by
//   word       anybody, through its transitions
//   near       nobody but its pool's maker
//   top_ bench_   whoever holds lock_; also the listed/benched/idle/below/above fields of every worker in them
// Invariants
//   Z1  A worker is in the list exactly while word.workers_asleep() counts it, seen by a holder of lock_.
//   Z2  Whoever takes a worker off the list makes it count as searching in the same step: so the next pusher doesn't wake a
//       second one for the same job.
//   Z3  Workers of the pool + surplus_ = workers that neither block nor sit on the bench. A benched spare counts nowhere in the
//       word. So a pool of n has n workers that are awake or can be woken, however many block.
//   Z4  Only a spare that is idle, asleep at the bottom of its stack, is put on the bench by others: it waits for nothing there.
#pragma once

#include <weft/atomic/abi.hpp>
#include <weft/atomic/padded.hpp>
#include <weft/atomic/seam.hpp>
#include <weft/par/detail/fork_watch.hpp>
#include <weft/par/detail/sleep_word.hpp>

#include <cstddef>

namespace weft::inline WEFT_ABI::par::detail {

class participant;
class thread_record;
class topology;

/// What kind of work waits for somebody.
enum class work_kind {
  none,
  optional,  ///< its pusher will run it if nobody else does: worth a wake-up while a core is free
  kept,  ///< a worker has woken it and runs it next: worth somebody who minds it, in case it doesn't; may hide optional work
  promised  ///< nobody else is bound to run it: owed a wake-up while a worker sleeps
};

class sleepers {
 public:
  sleepers() = default;
  sleepers(const sleepers&) = delete;
  sleepers& operator=(const sleepers&) = delete;

  /// The searching worker goes on the list.
  void lie_down(participant& worker) noexcept;
  /// It goes off the list, unless a waker has done that already: true. A spare that sits on the bench sleeps on until it is called
  /// up and woken.
  bool get_up(participant& worker) noexcept;
  /// Wakes a worker, if that is (still) called for: the one that suits the caller best by topology::wake_rank(), and of
  /// equals the one that fell asleep last, whose cache is the warmest.
  void wake_one(work_kind reason) noexcept;
  /// Wakes this worker if it sleeps, or is about to.
  void wake(participant& worker) noexcept;
  void wake_all() noexcept;

  /// How a worker that blocks is replaced.
  struct stand_in {
    bool found;
    participant* asleep;  ///< null: a spare that was awake and not needed any more
  };
  /// Somebody who was not needed serves from now on in place of a worker that is about to block; who sleeps goes on sleeping,
  /// on the list. The caller looks around afterwards, as one who has lain down.
  [[nodiscard]] stand_in stand_in_for_blocked() noexcept;
  /// The blocked worker is back: a spare that sleeps, its stand-in before others, or else one that is awake, as soon as it can,
  /// serves no longer.
  void stand_down(participant* substitute) noexcept;
  /// True when a spare is awake that nobody needs; a hint.
  [[nodiscard]] bool has_surplus() const noexcept {
    // relaxed(hint): decided under the lock; a spare asks again before it sleeps.
    return surplus_.load(relaxed) != 0;
  }
  /// A spare that has lain down at the bottom of its stack asks whether it may sleep there. No: it isn't needed any more.
  [[nodiscard]] bool may_idle(participant& spare) noexcept;
  /// An awake spare that doesn't search goes to the bench, if it isn't needed.
  [[nodiscard]] bool try_bench(participant& spare) noexcept;
  /// Calls everybody from the bench, for the pool's end.
  void dismiss() noexcept;

  sleep_word word;
  /// By what to choose; null: all processors are alike.
  const topology* near = nullptr;
  const fork_watch forks;

 private:
  [[nodiscard]] bool is_resting(participant& worker, bool& was_woken) noexcept;
  void list(participant& worker) noexcept;
  void bench(participant& spare) noexcept;
  /// A listed spare that sleeps at the bottom of its stack, or null.
  [[nodiscard]] participant* idle_spare(participant* first_choice) const noexcept;
  void unlink(participant& worker) noexcept;
  [[nodiscard]] bool is_called_for(work_kind reason) const noexcept;
  /// The one to wake of the topmost ones.
  [[nodiscard]] participant& best() const noexcept;
  /// Takes a worker off the list; says whom to unpark.
  [[nodiscard]] thread_record& rouse(participant& worker) noexcept;

  alignas(atomic::interference_size) bare_mutex lock_;
  participant* top_ = nullptr;
  participant* bench_ = nullptr;
  atom<std::size_t> surplus_{0};
};

}  // namespace weft::inline WEFT_ABI::par::detail
