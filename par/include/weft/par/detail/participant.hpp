// participant: one thread's seat in one pool: its deque, its queue, its offer, and how it waits.
//
// Words         states                     moved by
//   offer_      null → a job → null …      the owner fills it; a thief, or the owner, empties it by CAS
//   next_       the same                   the same; with it next_turn_ counts how often the owner has filled it
// Data          may be touched by
//   deque queue   as the room deque says: the owner is the thread in the seat
//   promised_ processor_   written by the owner, read by anybody as a hint; robbed_at_ by thieves
//   minded_ minded_turn_ minded_looks_ memory_ pace_   the owner
//   thread_       written when a thread takes the seat; read by whoever holds a job of that thread, or the sleep lock
//   region_     written by the thread in an isolated seat that is empty, under theft_lock_; read by it, and by thieves under
//               the lock
//   counts_as_guest_ next_free_   the thread in the isolated seat; next_free_ of a free one: who holds isolated_lock_
//   listed_ benched_ idle_ below_ above_   whoever holds the registry's sleep lock
//   next_extra_   written before the seat is shown, read by anybody
//   watch_        written before the seat is used; what it points to, as watch.hpp says
// Invariants
//   E1  A seat has one thread at a time: a worker for the pool's life, a guest while it takes part. A thread has at most one
//       seat in a pool, and one for each region in which it works, however often pools call each other: entering again finds it.
//   E2  A vacated seat's deque stays visible to thieves: nothing that was pushed is lost with the guest.
//   E3  Whoever empties offer_ or next_ owns the job. The owner fills it only when it is empty, so that a job is in it at most
//       once.
//   E4  In an isolated seat lie only jobs of its region, and it is stolen from only under its lock: so a thief that has seen the
//       region there has a job of it. No other seat holds a job that is for one region alone.
#pragma once

#include <weft/atomic/abi.hpp>
#include <weft/atomic/orders.hpp>
#include <weft/atomic/padded.hpp>
#include <weft/atomic/seam.hpp>
#include <weft/deque/work_deque.hpp>
#include <weft/par/detail/inbox.hpp>
#include <weft/par/detail/job.hpp>
#include <weft/par/detail/task_memory.hpp>
#include <weft/par/detail/theft_pace.hpp>
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
  worker,    ///< a thread of the pool
  spare,     ///< a thread of the pool that stands in for a worker that blocks
  isolated,  ///< a thread of any kind within isolate(): nothing but jobs of its region
  guest,     ///< a thread from outside that takes part
  serial     ///< a thread from outside that found no seat: its deque refuses everything, so its joins run serially
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
  /// Which isolate() this seat is for; 0: none.
  [[nodiscard]] std::uint64_t region() const noexcept { return region_; }
  /// A thread of the pool's own.
  [[nodiscard]] bool is_staff() const noexcept { return kind_ == seat_kind::worker || kind_ == seat_kind::spare; }
  /// Workers: 0 … threads − 1; spares: from threads on; guests: their seat.
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
  /// Keeps a job that this worker has woken to be run next: two tasks that wake each other stay on one core. Older ones wait in
  /// the queue. False: no memory.
  [[nodiscard]] bool try_keep_next(job& what) noexcept;
  /// Takes note that nothing is promised any more, if this thread's deque is empty.
  void settle_promises() noexcept {
    // relaxed(owner): only the owner writes it.
    if (promised_.load(relaxed) && deque_.is_empty()) promised_.store(false, relaxed);
  }
  /// The newest job of this thread's deque, or null.
  [[nodiscard]] job* pop() noexcept { return deque_.pop_or(nullptr); }

  /// What is pushed from now on lies above this mark.
  [[nodiscard]] std::uint64_t mark() const noexcept { return deque_.mark(); }
  /// Runs what this thread has pushed since, newest first, as far as nobody else has taken it.
  void run_down_to(std::uint64_t mark) noexcept;

  /// Works for the pool until the condition holds; sleeps when there is no work: at first after a short while of looking,
  /// or, tired, at once. In isolation, or deep down its stack, it works only for what it waits for.
  void wait(const wait_condition& until, bool tired = false) noexcept;
  /// In isolation, or deep down its stack.
  [[nodiscard]] bool waits_apart() const noexcept;
  /// Something was sent to the calling thread as a worker of this pool; and runs it.
  [[nodiscard]] static bool has_letters_of(const registry& pool) noexcept;
  static void open_inbox_of(const registry& pool) noexcept;
  /// Runs one piece of work if there is any. False: there was none.
  bool work_once() noexcept;
  /// The same, but only of what lies in this seat.
  bool work_once_here() noexcept;
  /// Something lies in this seat. For its thread.
  [[nodiscard]] bool has_work_here() const noexcept;

  /// Where this seat's thread was last seen running; a hint for thieves and wakers.
  // relaxed(hint): they only look for somebody near.
  void seen_on(std::uint32_t processor) noexcept { processor_.store(processor, relaxed); }
  // relaxed(hint): as above.
  [[nodiscard]] std::uint32_t last_processor() const noexcept { return processor_.load(relaxed); }

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

  /// For the thread in the seat.
  [[nodiscard]] task_memory& memory() noexcept { return memory_; }

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
  // relaxed(hint): as in has_offer().
  [[nodiscard]] bool has_next() const noexcept { return next_.load(relaxed) != nullptr; }
  void show_next(job& what) noexcept;
  [[nodiscard]] job* take_next() noexcept;
  [[nodiscard]] job* take_woken(bool oldest_first) noexcept;
  /// Whether `other`, looked at again and again, doesn't come to what it has woken. A thief minds one seat at a time.
  [[nodiscard]] bool sees_left_lying(const participant& other) noexcept;
  /// Before a look around; greedy: nothing in it is spared.
  void begin_look(bool greedy) noexcept;
  /// After a theft from there.
  void note_theft(participant& victim) noexcept;
  void has_minded_long() noexcept { minded_looks_ = mind_patience; }
  // Some microseconds: to carry a job to another core costs more than to wait for a worker that is about to run it.
#ifdef WEFT_MODEL
  static constexpr std::uint32_t mind_patience = 1;
#else
  static constexpr std::uint32_t mind_patience = 8;
#endif
  [[nodiscard]] job* take_local() noexcept;
  /// What take_local() takes when it isn't the turn of something else.
  [[nodiscard]] job* take_own() noexcept;
  /// What comes round when its turn has come, or null.
  [[nodiscard]] job* take_due() noexcept;
  /// After a look into the injector by a thread that doesn't count as searching: what came along into this seat's queue was out
  /// of everybody's sight for a moment.
  void notify_moved() noexcept;
  /// The thread in an empty isolated seat.
  void move_to_region(std::uint64_t region) noexcept;
  /// As take_local, but nothing of other regions.
  [[nodiscard]] job* take_of_region() noexcept;
  /// In a forked child, which has only this thread.
  void wait_alone(const wait_condition& until) noexcept;
  void wait_apart(const wait_condition& until) noexcept;
  /// Between two looks around. Mostly gives the core away: whoever was woken for our work may be waiting for just this core.
  static void pause(unsigned round) noexcept;
  [[nodiscard]] std::uint64_t next_random() noexcept;
  void note_to_watch(happening what, std::uint32_t whom = 0) noexcept;
  void run_watched(job& what) noexcept;

  deque::work_deque<job*> deque_;
  alignas(atomic::interference_size) atom<job*> offer_{nullptr};
  atom<job*> next_{nullptr};
  atom<std::uint32_t> next_turn_{0};
  atom<std::uint64_t> robbed_at_{0};  // the deque's mark at the last theft
  registry* owner_;
  thread_record* thread_ = nullptr;
  std::unique_ptr<watch> watch_;  // null: nobody looks on; set before the seat is used
  std::size_t index_;
  std::uint64_t random_;
  std::uint32_t turns_ = 0;
  std::uint32_t minded_turn_ = 0;
  std::uint32_t minded_looks_ = 0;
  const participant* minded_ = nullptr;
  atom<std::uint32_t> processor_{0};
  seat_kind kind_;
  atom<bool> promised_{false};
  /// Detached and woken jobs of a worker, oldest first.
  deque::work_deque<job*, deque::fifo> queue_;
  /// What this worker alone may run.
  inbox inbox_;
  task_memory memory_;
  theft_pace pace_;

  bool listed_ = false;
  bool benched_ = false;
  bool idle_ = false;
  participant* below_ = nullptr;
  participant* above_ = nullptr;
  participant* next_extra_ = nullptr;

  bare_mutex theft_lock_;
  std::uint64_t region_ = 0;
  bool counts_as_guest_ = false;
  participant* next_free_ = nullptr;
};

inline task_memory* task_memory::here() noexcept {
#if defined(WEFT_MODEL) || defined(WEFT_ASAN)
  return nullptr;
#else
  participant* const seat = participant::current();
  return seat == nullptr ? nullptr : &seat->memory();
#endif
}

/// An exception ends here unheard. Defined in participant.cpp.
void note_dropped_exception() noexcept;

}  // namespace weft::inline WEFT_ABI::par::detail
