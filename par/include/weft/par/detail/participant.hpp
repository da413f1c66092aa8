// participant: one thread's seat in one pool: its deque, its queue, its offer, and how it waits.
//
// Words         states                     moved by
//   offer_      null → a job → null …      the owner fills it; a thief, or the owner, empties it by CAS
// Data          may be touched by
//   deque queue   as the room deque says: the owner is the thread in the seat
//   promised_ processor_   written by the owner, read by anybody as a hint
//   thread_       written when a thread takes the seat; read by whoever holds a job of that thread, or the sleep lock
//   listed_ below_ above_   whoever holds the registry's sleep lock
//   watch_        written before the seat is used; what it points to, as watch.hpp says
// Invariants
//   E1  A seat has one thread at a time: a worker for the pool's life, a guest while it takes part. A thread has at most one
//       seat in a pool, however often pools call each other: entering again finds it.
//   E2  A vacated seat's deque stays visible to thieves: nothing that was pushed is lost with the guest.
//   E3  Whoever empties offer_ owns the job. The owner fills it only when it is empty, so that a job is in it at most once.
#pragma once

#include <weft/atomic/abi.hpp>
#include <weft/atomic/orders.hpp>
#include <weft/atomic/padded.hpp>
#include <weft/atomic/seam.hpp>
#include <weft/deque/work_deque.hpp>
#include <weft/par/detail/job.hpp>
#include <weft/par/detail/thread_record.hpp>
#include <weft/par/timeline.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>

namespace weft::inline WEFT_ABI::par::detail {

class registry;
class watch;

/// What a wait waits for. `may_sleep` is asked right before sleeping; a no means: done already.
struct wait_condition {
  bool (*is_done)(void* data) noexcept;
  bool (*may_sleep)(void* data) noexcept;
  void* data;
};

enum class seat_kind : std::uint8_t {
  worker,  ///< a thread of the pool
  guest,   ///< a thread from outside that takes part
  serial   ///< a thread from outside that found no seat: its deque refuses everything, so its joins run serially
};

class participant {
 public:
  participant(registry& owner, seat_kind kind, std::size_t index);
  ~participant();

  /// In which pool and seat the calling thread works right now; null outside.
  [[nodiscard]] static participant* current() noexcept { return current_word(); }
  /// The calling thread's seat as a worker; null for all others.
  [[nodiscard]] static participant* home() noexcept { return atomic::thread_word<home_tag, participant*>::get(); }

  [[nodiscard]] registry& owner() const noexcept { return *owner_; }
  [[nodiscard]] seat_kind kind() const noexcept { return kind_; }
  /// Workers: 0 … threads − 1; guests: their seat.
  [[nodiscard]] std::size_t index() const noexcept { return index_; }
  [[nodiscard]] thread_record& thread() const noexcept { return *thread_; }

  /// Pushes a job that this thread will take back itself if nobody else does. False: no room, so run it serially.
  [[nodiscard]] bool try_push_optional(job& what) noexcept;
  /// Pushes a job that must start even if this thread never comes back to it. False: no room.
  [[nodiscard]] bool try_push_promised(job& what) noexcept;
  /// Shows a job to thieves in the one place where taking it costs them no heavy fence: for parts of a loop, which take long.
  /// False: no room; the last one still lies there.
  [[nodiscard]] bool try_offer(job& what) noexcept;
  /// True when this thread has its offer back; false when somebody has taken it.
  [[nodiscard]] bool take_back(job& what) noexcept;
  /// Takes note that nothing is promised any more, if this thread's deque is empty.
  void settle_promises() noexcept {
    // relaxed(owner): only the owner writes it.
    if (promised_.load(relaxed) && deque_.is_empty()) promised_.store(false, relaxed);
  }
  /// The newest job of this thread's deque, or null.
  [[nodiscard]] job* pop() noexcept { return deque_.pop_or(nullptr); }

  /// Works for the pool until the condition holds; sleeps when there is no work: at first after a short while of looking,
  /// or, tired, at once.
  void wait(const wait_condition& until, bool tired = false) noexcept;
  /// Runs one piece of work if there is any. False: there was none.
  bool work_once() noexcept;
  /// Runs a job that this thread has taken out of a deque, a queue, an offer or the injector.
  void run(job& what) noexcept {
    if (watch_ == nullptr) [[likely]] {
      what.run(what);
    } else {
      run_watched(what);
    }
  }

  /// Tells who looks on, if anybody does (watch.hpp). Only the thread in the seat.
  void note(happening what) noexcept {
    if (watch_ != nullptr) [[unlikely]]
      note_to_watch(what);
  }

  /// Somebody looks for work, or could be woken, and finds nothing here.
  [[nodiscard]] bool has_nothing_to_steal() const noexcept { return deque_.is_empty() && !has_offer(); }

 private:
  friend class registry;
  friend class seat_guard;
  friend class sleepers;
  friend class idler;
  struct current_tag;
  struct home_tag;
  [[nodiscard]] static participant*& current_word() noexcept {
    return atomic::thread_word<current_tag, participant*>::get();
  }
  static void set_home(participant* seat) noexcept { atomic::thread_word<home_tag, participant*>::get() = seat; }

  // relaxed(hint): the CAS of whoever takes it decides; who must not miss it has a fence before (par.sleep).
  [[nodiscard]] bool has_offer() const noexcept { return offer_.load(relaxed) != nullptr; }
  /// For thieves, and for the owner while it waits for something else.
  [[nodiscard]] job* take_offer() noexcept;
  [[nodiscard]] job* take_local() noexcept;
  [[nodiscard]] std::uint64_t next_random() noexcept;
  void note_to_watch(happening what, std::uint32_t whom = 0) noexcept;
  void run_watched(job& what) noexcept;

  deque::work_deque<job*> deque_;
  alignas(atomic::interference_size) atom<job*> offer_{nullptr};
  registry* owner_;
  thread_record* thread_ = nullptr;
  std::unique_ptr<watch> watch_;  // null: nobody looks on; set before the seat is used
  std::size_t index_;
  std::uint64_t random_;
  std::uint32_t turns_ = 0;
  /// Where this seat's thread was last seen running; a hint for thieves.
  atom<std::uint32_t> processor_{0};
  seat_kind kind_;
  atom<bool> promised_{false};
  /// Detached and woken jobs of a worker, oldest first.
  deque::work_deque<job*, deque::fifo> queue_;

  bool listed_ = false;
  participant* below_ = nullptr;
  participant* above_ = nullptr;
};

}  // namespace weft::inline WEFT_ABI::par::detail
