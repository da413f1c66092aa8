// sleepers: the workers of one pool that sleep, last in first out, beside the word that counts them.
//
// Data       may be touched by
//   word     anybody, through its transitions
//   top_     whoever holds lock_; also the listed/below/above fields of every worker in the list
// Invariants
//   Z1  A worker is in the list exactly while word.workers_asleep() counts it, seen by a holder of lock_.
//   Z2  Whoever takes a worker off the list makes it count as searching in the same step: so the next pusher doesn't wake a
//       second one for the same job.
#pragma once

#include <weft/atomic/abi.hpp>
#include <weft/atomic/padded.hpp>
#include <weft/atomic/seam.hpp>
#include <weft/par/detail/sleep_word.hpp>

namespace weft::inline WEFT_ABI::par::detail {

class participant;
class thread_record;

/// What kind of work waits for somebody.
enum class work_kind {
  none,
  optional,  ///< its pusher will run it if nobody else does: worth a wake-up while a core is free
  promised   ///< nobody else is bound to run it: owed a wake-up while a worker sleeps
};

class sleepers {
 public:
  sleepers() = default;
  sleepers(const sleepers&) = delete;
  sleepers& operator=(const sleepers&) = delete;

  /// The searching worker goes on the list.
  void lie_down(participant& worker) noexcept;
  /// It goes off the list, unless a waker has done that already: true.
  [[nodiscard]] bool get_up(participant& worker) noexcept;
  /// Wakes the worker that fell asleep last, if that is (still) called for.
  void wake_one(work_kind reason) noexcept;
  void wake_all() noexcept;

  sleep_word word;

 private:
  void unlink(participant& worker) noexcept;
  [[nodiscard]] bool is_called_for(work_kind reason) const noexcept;
  /// Takes the worker on top off the list; says whom to unpark.
  [[nodiscard]] thread_record& rouse_top() noexcept;

  alignas(atomic::interference_size) bare_mutex lock_;
  participant* top_ = nullptr;
};

}  // namespace weft::inline WEFT_ABI::par::detail
