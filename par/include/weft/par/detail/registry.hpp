// registry: one pool's workers, guests' seats, injector and sleepers.
//
// Words            states                                     moved by
//   free_seats_    one bit per guest seat, 1 = free            guests
//   seats_[i]      null → a participant, for good              the guest that takes seat i first
//   seats_made_    1 + the highest seat ever made              the same
//   extra_seats_   newest of the spares' and isolated seats    who makes one; they are never taken out
//   stopping_      false → true                                stop()
//   holds_         how many holds there are, and above them    whoever holds: the pool itself until stop(), each worker
//                  how many have ever been taken               until it sleeps with nothing in sight, unfinished futures
// Data             may be touched by
//   free_isolated_ who holds isolated_lock_
//   spares_        who holds spares_lock_; stop() when the workers are gone
// Invariants
//   R1  A thread with a seat in this pool finds it again, however deep pools call each other (E1).
//   R2  A submitted job runs once: workers leave only when stopping_ is set and no work is in sight, and stop() joins them.
//   R3  While anybody holds the pool it isn't freed: submit() from outside holds it until after its last look at the word.
//   R4  stop() sets stopping_ when it has seen no hold, then no work, and then that no hold was taken meanwhile: whatever runs
//       in the pool runs under its worker's hold, and may hold the pool for others, so nothing runs or is bound to come.
//   R5  A letter that is put into a worker's inbox is seen by that worker before it sleeps: either it lies down after its sender
//       has looked for it in the list of sleepers, whose lock then carries the letter to its last look; or its sender finds it
//       there and wakes it.
#pragma once

#include <weft/atomic/abi.hpp>
#include <weft/atomic/orders.hpp>
#include <weft/atomic/padded.hpp>
#include <weft/atomic/seam.hpp>
#include <weft/deque/injector.hpp>
#include <weft/par/detail/job.hpp>
#include <weft/par/detail/latch.hpp>
#include <weft/par/detail/participant.hpp>
#include <weft/par/detail/placement.hpp>
#include <weft/par/detail/sleepers.hpp>
#include <weft/par/detail/ticks.hpp>
#include <weft/par/detail/thread_record.hpp>
#include <weft/par/detail/topology.hpp>
#include <weft/par/detail/watch.hpp>
#include <weft/par/pool_options.hpp>
#include <weft/par/statistics.hpp>
#include <weft/par/timeline.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace weft::inline WEFT_ABI::par::detail {

/// A job and the seat to run it in.
struct found_job {
  job* what = nullptr;
  participant* seat = nullptr;
  explicit operator bool() const noexcept { return what != nullptr; }
};

class registry {
 public:
  /// Starts the workers. Errors: bad_alloc; system_error when not even one thread can be had; invalid_argument,
  /// length_error.
  explicit registry(const pool_options& options);
  registry(const registry&) = delete;
  registry& operator=(const registry&) = delete;
  /// Waits until nobody holds the pool and everything that was submitted has run; then joins the workers.
  ~registry();

  /// The pool that the calling thread works for right now, or null.
  [[nodiscard]] static registry* current() noexcept {
    const participant* const here = participant::current();
    return here == nullptr ? nullptr : &here->owner();
  }
  /// The process's own pool, made at first use, never destroyed. Errors: as the constructor; then the next call tries again.
  [[nodiscard]] static registry& global();
  /// The same, made as the options say. False: it was there already.
  [[nodiscard]] static bool make_global(const pool_options& options);
  [[nodiscard]] static registry& current_or_global() {
    registry* const here = current();
    return here == nullptr ? global() : *here;
  }

  /// Hands over a job that some worker will run: detached work, woken tasks. A worker of this pool keeps it in its own
  /// queue, oldest first; everybody else puts it into the injector. Wakes a worker if nobody is looking.
  ///
  /// Errors    bad_alloc; then the job isn't submitted.
  void submit(job& what);
  /// As submit, for a task that the caller has woken: a worker of this pool runs it next, before what it has woken earlier.
  void submit_woken(job& what);
  /// As submit, but goes on top of the calling participant's deque, newest first: a scope's tasks.
  void submit_scoped(job& what);

  /// Puts letter_for(i) into the inbox of worker i, for the first `count` workers, and wakes those that sleep. Each pair of sends
  /// comes to all workers in one order. Once the last letter is in, none of them is touched.
  template <class LetterFor>
  void send(std::size_t count, LetterFor letter_for) noexcept;

  /// Runs f on this thread as a participant: a worker of this pool as it is, another thread in a guest's seat with a deque
  /// that thieves see. With all seats taken it runs serially. Wakes nobody.
  ///
  /// Cost      a worker: one load; a guest: four read-modify-writes (10 ns).
  /// Errors    bad_alloc when there was no memory for a seat; then f hasn't run.
  template <class F>
  decltype(auto) enter(F&& f);

  /// Workers that could be started; at least 1.
  [[nodiscard]] std::size_t num_threads() const noexcept {
    // relaxed(count): written once, while the pool is made.
    return started_.load(relaxed);
  }

  /// Keeps the pool from being destroyed until release(): its destructor waits. For tasks that have been started and may
  /// have to be submitted again. The caller must know that the pool lives: it works for it, or somebody else holds it.
  void hold() noexcept {
    // relaxed(under par.holds): the caller knows that the pool lives.
    holds_.fetch_add(one_hold, relaxed);
  }
  void release() noexcept;
  /// exit() destroys the pool while some thread is within a call into it, or elsewhere than by its working maker.
  [[nodiscard]] bool is_left_by_exit() const noexcept;
  /// True in a forked child of the process that made this pool.
  [[nodiscard]] bool is_orphaned() const noexcept { return rest_.forks.is_orphaned(); }
  /// Throws fork_error then.
  void check_threads() const { rest_.forks.check(); }
  /// For who has to know later, when the pool may be gone.
  [[nodiscard]] fork_watch forks() const noexcept { return rest_.forks; }

  /// A detached task has thrown: to the pool's handler, else the process ends.
  void unhandled(std::exception_ptr what) const noexcept;

  /// An exception was dropped, because another one of the same call came first.
  void count_dropped() noexcept {
    // relaxed(count): a statistic.
    dropped_.fetch_add(1, relaxed);
    note_dropped_exception();
  }
  [[nodiscard]] std::uint64_t dropped_exceptions() const noexcept {
    // relaxed(count): a statistic.
    return dropped_.load(relaxed);
  }

  /// After a push: wakes somebody if the kind of work calls for it.
  void notify_optional() noexcept {
    // order(par.sleep): light fence; twin in sleep(); pairs with sleep().
    //   forbids: the pusher sees somebody searching, or nobody to wake, AND whoever lies down afterwards doesn't see the job.
    //   weaker: the job lies there and everybody sleeps.
    //   model: tests/model/par_wake.cpp
    fence_light();
    if (rest_.word.look().wants_helper()) [[unlikely]]
      rest_.wake_one(work_kind::optional);
  }
  void notify_promised() noexcept {
    // order(par.sleep): seq_cst fence; twin in sleep() and look_around(); pairs with look_around().
    //   forbids: as in notify_optional(), and the same of whoever stops searching.
    //   model: tests/model/par_sleep.cpp
    fence(seq_cst);
    if (rest_.word.look().wants_worker()) [[unlikely]]
      rest_.wake_one(work_kind::promised);
  }
  void notify_offered() noexcept {
    // order(par.sleep): seq_cst fence; as in notify_promised(); pairs with look_around().
    fence(seq_cst);
    if (rest_.word.look().wants_helper()) [[unlikely]]
      rest_.wake_one(work_kind::optional);
  }

  /// Something lies in the pool that any worker could take, as a hint.
  [[nodiscard]] bool has_visible_work() const noexcept { return visible_work() != work_kind::none; }
  /// So long after one piece of work, in ticks, another still belongs to the same burst.
  static constexpr auto longest_pause = static_cast<std::uint64_t>(150 * ticks_per_us);
  /// More work may come soon: for so long, participants that look for some go on looking, unless the pool is to save power.
  void expect_more_work(std::uint64_t now) noexcept;
  [[nodiscard]] bool expects_more_work(std::uint64_t now) const noexcept;
  /// How often a participant without work looks for some before it sleeps, where none is expected.
  [[nodiscard]] unsigned looks_before_sleep() const noexcept { return looks_before_sleep_; }
  /// Who is awake and who searches, as a hint.
  [[nodiscard]] sleep_word::view look() const noexcept { return rest_.word.look(); }

  /// A worker is about to block: a spare thread, if one can be had, serves in its place until return_slot().
  struct loan {
    bool granted = false;
    participant* stand_in = nullptr;
  };
  [[nodiscard]] loan lend_slot() noexcept;
  void return_slot(loan what) noexcept {
    if (what.granted) rest_.stand_down(what.stand_in);
  }
  /// A guest is about to block: it doesn't count as awake until guest_is_back().
  void guest_steps_aside() noexcept;
  void guest_is_back() noexcept { rest_.word.add_guest(); }

  /// A seat for the calling thread's work in a region; null: no memory. `as_guest`: the thread has no other seat in this pool.
  [[nodiscard]] participant* take_isolated_seat(std::uint64_t region, bool as_guest) noexcept;

  /// What its threads have done so far; nothing unless the options have asked for it. Any thread. Errors: bad_alloc.
  [[nodiscard]] pool_statistics statistics() const;
  [[nodiscard]] pool_timeline timeline() const;

  static constexpr std::size_t guest_seats = 64;

 private:
  friend class participant;
  friend class seat_guard;
  friend class idler;
  friend class par::worker_main;

  struct worker {
    worker(registry& owner, std::size_t index, seat_kind kind = seat_kind::worker) : seat(owner, kind, index) {}
    void say_gone() noexcept;
    void await_gone() const noexcept;

    participant seat;
    spare_record record;
    atomic::thread thread;
    bool is_foreign = false;      // somebody else has made its thread
    bool is_refused = false;      // or couldn't
    atom<std::uint32_t> gone{0};  // a foreign one has ended
  };

  struct shift;
  void start_workers(const pool_options& options, std::size_t count);
  void start_thread(const pool_options& options, worker& born);
  void start(worker& spare);
  template <class Start>
  void bear(const participant& seat, Start start);
  [[nodiscard]] bool is_born_searching(const participant& seat) const noexcept;
  static void check_maker();
  void seat_maker();
  static void unseat_maker() noexcept;
  [[nodiscard]] bool is_maker_here() const noexcept;
  [[nodiscard]] bool has_guests() const noexcept;
  void call_handler(const std::function<void(std::size_t)>& handler, std::size_t index) const noexcept;
  void work(worker& self) noexcept;
  void sit_out(participant& spare) noexcept;
  [[nodiscard]] participant* start_spare() noexcept;
  void stop() noexcept;
  void forsake() noexcept;
  [[nodiscard]] bool is_quiet() const noexcept;
  [[nodiscard]] participant* take_seat();
  [[nodiscard]] participant* make_seat(std::size_t index) noexcept;
  void leave_seat(participant& seat) noexcept;
  void leave_isolated_seat(participant& seat) noexcept;
  [[nodiscard]] participant* free_isolated_seat() noexcept;
  void inject(job& what);
  /// The injector's oldest job, or the oldest of the nearest participant that has some of this kind or a more pressing one;
  /// null when none was found.
  [[nodiscard]] job* find_work(participant& thief, work_kind least_kind) noexcept;
  /// The same out of isolated seats, with a seat of that region to run it in.
  [[nodiscard]] found_job find_isolated_work(work_kind least_kind) noexcept;
  /// Out of isolated seats of the thief's own region.
  [[nodiscard]] job* find_region_work(const participant& thief) noexcept;
  [[nodiscard]] job* take_injected(participant& thief) noexcept;
  [[nodiscard]] static job* steal_from(participant& victim, work_kind least_kind) noexcept;
  [[nodiscard]] participant* nearest_victim(participant& thief, work_kind least_kind) const noexcept;
  /// A spare that has something.
  [[nodiscard]] participant* extra_victim(participant& thief, work_kind least_kind) const noexcept;
  /// The i-th seat, workers first; null for a guest's seat that hasn't been made yet.
  [[nodiscard]] participant* seat_at(std::size_t i) const noexcept;
  /// The most pressing kind of work that can be seen anywhere in the pool.
  [[nodiscard]] work_kind visible_work() const noexcept;
  [[nodiscard]] static work_kind visible_work_of(const participant& seat, bool is_deque_spared = false) noexcept;
  /// The same without what the victim is about to run by itself, and what the thief spares.
  [[nodiscard]] static work_kind stealable_work_of(participant& thief, const participant& victim) noexcept;
  /// For who has stopped searching: passes on what is left, if somebody sleeps.
  void look_around(sleep_word::view after) noexcept;
  template <class Visit>
  void each_seat(Visit visit) const noexcept;
  template <class Visit>
  void each_guest_seat(Visit visit) const noexcept;
  /// Seats beyond the workers' and the guests' are shown one by one, for good.
  void show_extra_seat(participant& seat) noexcept;
  [[nodiscard]] participant* newest_extra_seat() const noexcept {
    // order(par.seats): acquire; pairs with show_extra_seat().
    return extra_seats_.load(acquire);
  }
  template <class Visit>
  void each_extra_seat(Visit visit) const noexcept {
    for (participant* seat = newest_extra_seat(); seat != nullptr; seat = seat->next_extra_) visit(*seat);
  }
  /// After a look round the pool, with the victim of a steal or null.
  void note_search(participant& thief, const participant* victim) const noexcept;
  /// visit(watch or null, name, is_worker) for each seat, by their lanes: workers first.
  template <class Visit>
  void each_watch(Visit visit) const;
  /// Workers first, then guests; spares have no lane: one beyond all others.
  [[nodiscard]] std::size_t lane_of(const participant& seat) const noexcept;

  sleepers rest_;
  bare_mutex post_;  // held while letters are put into the inboxes
  homebound<deque::injector<job*>> injector_;
  std::vector<std::unique_ptr<worker>> workers_;
  const topology* near_ = nullptr;  // null: not worth asking
  placement places_;
  std::array<atom<participant*>, guest_seats> seats_{};
  alignas(atomic::interference_size) atom<std::uint64_t> free_seats_{~std::uint64_t{0}};
  atom<std::size_t> seats_made_{0};
  atom<std::size_t> started_{0};
  atom<bool> stopping_{false};
  atom<std::uint64_t> dropped_{0};
  alignas(atomic::interference_size) atom<std::uint64_t> more_work_until_{0};
  static constexpr std::uint64_t holds_now = 0xffff'ffff;  // the mask of the count; taking one also counts above it
  static constexpr std::uint64_t one_hold = holds_now + 2;
  alignas(atomic::interference_size) atom<std::uint64_t> holds_{one_hold};
  plain<thread_record*> stopper_{nullptr};
  spare_record stopper_record_;
  atom<participant*> extra_seats_{nullptr};
  bare_mutex isolated_lock_;
  participant* free_isolated_ = nullptr;
  bare_mutex spares_lock_;
  std::vector<std::unique_ptr<worker>> spares_;
  watch_plan watching_;
  std::string name_;
  std::size_t stack_size_;
  std::size_t most_spares_;
  bool maker_works_;  // worker 0 is the thread that has made the pool
  unsigned looks_before_sleep_;
  std::function<void(std::size_t)> on_start_;
  std::function<void(std::size_t)> on_exit_;
  std::function<void(std::exception_ptr)> on_exception_;
};

/// Makes the calling thread a participant of a pool for a block. In isolation it stays in its region, whatever pool it enters.
class seat_guard {
 public:
  explicit seat_guard(registry& pool) : before_(participant::current()) {
    if (before_ == nullptr || &before_->owner() != &pool) [[unlikely]]
      enter(pool);
  }
  /// Works in this isolated seat, and leaves it at the end.
  explicit seat_guard(participant& apart) noexcept;
  seat_guard(const seat_guard&) = delete;
  seat_guard& operator=(const seat_guard&) = delete;
  /// The seat that this thread already has in the pool, for this region, however deep below; or null.
  [[nodiscard]] static participant* find(const registry& pool, std::uint64_t region = 0) noexcept;
  /// Whether this thread has any seat in the pool.
  [[nodiscard]] static bool is_inside(const registry& pool) noexcept;
  ~seat_guard() {
    if (here_ != nullptr) [[unlikely]]
      leave();
  }

 private:
  struct tag;
  [[nodiscard]] static seat_guard*& innermost() noexcept { return atomic::thread_word<tag, seat_guard*>::get(); }
  void enter(registry& pool);
  void link() noexcept;
  void leave() noexcept;

  participant* before_;
  participant* here_ = nullptr;  // null: nothing has changed
  seat_guard* below_ = nullptr;
  bool taken_ = false;  // the seat goes back at the end
};

template <class Visit>
void registry::each_seat(Visit visit) const noexcept {
  for (const auto& each : workers_) visit(each->seat);
  each_guest_seat(visit);
  each_extra_seat(visit);
}

template <class Visit>
void registry::each_guest_seat(Visit visit) const noexcept {
  // relaxed(under par.sleep): as in make_seat().
  const std::size_t made = seats_made_.load(relaxed);
  for (std::size_t i = 0; i < made; ++i) {
    // order(par.seats): acquire; pairs with make_seat().
    if (participant* const seat = seats_[i].load(acquire)) visit(*seat);
  }
}

template <class F>
decltype(auto) registry::enter(F&& f) {
  const seat_guard seated(*this);
  return std::forward<F>(f)();
}

// Held, because the last letter may run, and its owner destroy the pool, before this thread has woken everybody (R3).
template <class LetterFor>
void registry::send(std::size_t count, LetterFor letter_for) noexcept {
  hold();
  {
    const bare_lock held(post_);
    for (std::size_t i = 0; i < count; ++i) workers_[i]->seat.inbox_.put(letter_for(i));
  }
  for (std::size_t i = 0; i < count; ++i) rest_.wake(workers_[i]->seat);
  release();
}

inline bool participant::try_push_optional(job& what) noexcept {
  if (!deque_.try_push(&what)) [[unlikely]]
    return false;
  owner_->notify_optional();
  return true;
}

}  // namespace weft::inline WEFT_ABI::par::detail
