// The state of one spawned task, in one word: where it is, who waits for it, and who still needs its memory.
//
// Words     states                                                     moved by
//   phase     queued → running → value | error | cancelled             begin(), claim(), finish(); cancelled also by revoke()
//             running → idle → queued → running …  (futures only)      suspend(), wake()
//             running → notified (woken while it runs)                 wake(); left by suspend() or finish()
//   entry     a pool's queue holds this task (at most once)            set by spawn, wake(), suspend(); cleared by begin()
//   waiter    the handle's waker lies in the waiter slot               set_waiter(), clear_waiter(), revoke(), detach()
//   stop      a running future is to be dropped when it next suspends  revoke()
//   detached  nobody holds a handle any more                           detach()
//   visited   the handle's thread, from outside the pool, runs it there  claim(); cleared by end_visit()
//   held      the task keeps its pool from being destroyed             from the start for futures; for closures by begin(),
//                                                                      when it takes away an entry of a visited task
//   stoppable somebody without a reference may come to take one: a stop request's callback; from the start, for good
//   refs      who may still touch the memory: the handle, the queue's entry or the run that came out of it, each waker
//
// Data (in task, see task.hpp)   may be touched by
//   body      whoever moved the word to running, until it moves it on; whoever moved it to cancelled with revoke(); who took
//             refs to 0
//   result    the run that finishes, before finish(); afterwards the handle, or the finished run when detached was set
//   waiter    the handle while the bit is clear; once a final phase is published with the bit set, the run that published it
//
// Invariants
//   W1  A final phase (value, error, cancelled) never changes again.
//   W2  Exactly one thread moves the word to running, and only from queued: so the body has one user at a time.
//   W3  A wake is never lost: it leaves the word queued, notified or final, and each way out of notified queues again or ends.
//   W4  entry is set exactly while one reference belongs to a queue: a task is never in a queue twice.
//   W5  Nobody touches the task after giving up its own reference.
//   W6  The pool is touched only by its own workers, or while the entry is set, or while held is set. held is cleared, and the
//       pool let go, by the step after which the word is final without entry and visited.
//   W7  refs is counted down to 0 where somebody may come who has none (try_add_ref), and stays 0.
//
// Proof     tests/model/handle_state.cpp and handle_stop.cpp run the protocol on this word: with two threads exhaustively, with
//           three by walks.
//
// Source    the packed word after tokio's task state; entry, the claim by a waiter and the joining drop are ours.
#pragma once

#include <weft/atomic/assert.hpp>
#include <weft/atomic/seam.hpp>

#include <cstdint>

namespace weft::inline WEFT_ABI::par::detail {

enum class task_phase : std::uint64_t {
  idle = 0,
  queued = 1,
  running = 2,
  notified = 3,
  value = 4,
  error = 5,
  cancelled = 6
};

/// What the word said at one moment.
class task_state {
 public:
  constexpr explicit task_state(std::uint64_t bits) noexcept : bits_(bits) {}

  [[nodiscard]] constexpr task_phase phase() const noexcept { return task_phase{bits_ & phase_mask}; }
  [[nodiscard]] constexpr bool is_final() const noexcept { return (bits_ & phase_mask) >= 4; }
  [[nodiscard]] constexpr bool is_running() const noexcept { return (bits_ & (phase_mask - 1)) == 2; }
  [[nodiscard]] constexpr bool is_at_rest() const noexcept { return (bits_ & phase_mask) < 2; }
  [[nodiscard]] constexpr bool has_entry() const noexcept { return (bits_ & entry) != 0; }
  [[nodiscard]] constexpr bool has_waiter() const noexcept { return (bits_ & waiter) != 0; }
  [[nodiscard]] constexpr bool must_stop() const noexcept { return (bits_ & stop) != 0; }
  [[nodiscard]] constexpr bool is_detached() const noexcept { return (bits_ & detached) != 0; }
  [[nodiscard]] constexpr bool is_visited() const noexcept { return (bits_ & visited) != 0; }
  [[nodiscard]] constexpr bool is_held() const noexcept { return (bits_ & held) != 0; }
  [[nodiscard]] constexpr bool is_stoppable() const noexcept { return (bits_ & stoppable) != 0; }
  [[nodiscard]] constexpr std::uint64_t refs() const noexcept { return bits_ / one_ref; }

  friend constexpr bool operator==(task_state, task_state) noexcept = default;

 private:
  friend class task_word;
  static constexpr std::uint64_t phase_mask = 7, entry = 8, waiter = 16, stop = 32, detached = 64, visited = 128, held = 256,
                                 stoppable = 512, one_ref = 1024;

  [[nodiscard]] constexpr task_state with(std::uint64_t flag) const noexcept { return task_state{bits_ | flag}; }
  [[nodiscard]] constexpr task_state without(std::uint64_t flag) const noexcept { return task_state{bits_ & ~flag}; }
  [[nodiscard]] constexpr task_state at(task_phase phase) const noexcept {
    return task_state{(bits_ & ~phase_mask) | static_cast<std::uint64_t>(phase)};
  }
  /// Lets the pool go when nothing needs it any more (W6).
  [[nodiscard]] constexpr task_state settled() const noexcept {
    return is_final() && (bits_ & (entry | visited)) == 0 ? without(held) : *this;
  }
  [[nodiscard]] constexpr task_state plus_ref() const noexcept { return task_state{bits_ + one_ref}; }
  [[nodiscard]] constexpr task_state minus_ref() const noexcept { return task_state{bits_ - one_ref}; }

  std::uint64_t bits_;
};

/// Who a run works for: the queue's entry, whose reference it took over; the handle, which keeps its own; or the handle alone,
/// where nobody else has a reference.
enum class run_by : std::uint8_t { handle, entry, handle_alone };

/// A step's before and after.
struct task_step {
  task_state before;
  task_state after;
  /// True when this step let the pool go: the caller passes that on.
  [[nodiscard]] constexpr bool lets_pool_go() const noexcept { return before.is_held() && !after.is_held(); }
  /// True when this step has taken the caller's hold on the pool.
  [[nodiscard]] constexpr bool took_hold() const noexcept { return !before.is_held() && after.is_held(); }
};

/// Whether the pool must outlive the run that a claim begins.
enum class claim_from : bool { inside_the_pool, outside };

class task_word {
 public:
  /// Queued, with one reference for the handle and one for the entry.
  explicit task_word(bool holds_pool, bool stoppable = false) noexcept
      : bits_(first_bits | (holds_pool ? task_state::held : 0) | (stoppable ? task_state::stoppable : 0)) {}

  [[nodiscard]] task_state load() const noexcept {
    // order(task.done): acquire; pairs with finish().
    //   carries the result to the handle.
    // order(task.refs): acquire; pairs with drop_ref().
    //   who has the last reference sees the others' work before it destroys the task.
    return task_state{bits_.load(acquire)};
  }

  /// A worker took the entry out of its queue. Running afterwards: the body is the caller's, and so is the entry's reference.
  /// Else the entry was stale, and its reference is given up. `offers_hold`: the caller holds the pool once more, for a visited
  /// task to keep; without the offer the entry of such a task stays, and the caller comes again with one.
  task_step begin(bool offers_hold) noexcept {
    for (task_state s = glance();;) {
      const task_state after = after_begin(s, offers_hold);
      // order(task.body): acquire; pairs with suspend().
      //   carries the body from its last run; weaker: two runs of one future overlap.
      // order(task.wake): acquire; pairs with wake().
      //   carries what the waker did before it woke.
      // order(task.refs): release and acquire; pairs with drop_ref().
      //   a stale entry gives up a reference, perhaps the last.
      // order(task.visit): acquire; pairs with end_visit().
      if (bits_.compare_exchange_weak(s.bits_, after.bits_, acq_rel, relaxed)) return {s, after};
    }
  }

  /// The handle takes a queued task to run it itself; its entry, if any, stays behind and becomes stale.
  [[nodiscard]] bool claim(claim_from where) noexcept {
    const std::uint64_t mark = where == claim_from::outside ? task_state::visited : 0;
    // relaxed(hint): only queued leads on, and the exchange checks it.
    std::uint64_t old = bits_.load(relaxed);
    while (task_state{old}.phase() == task_phase::queued) {
      const std::uint64_t running = task_state{old}.at(task_phase::running).with(mark).bits_;
      // order(task.body): acquire; pairs with suspend().
      // order(task.wake): acquire; pairs with wake().
      // relaxed(hint): a failed exchange decides nothing.
      if (bits_.compare_exchange_weak(old, running, acquire, relaxed)) return true;
    }
    return false;
  }

  /// The handle's thread took the entry out of its own queue, and the task was as it was born: nobody else refers to it, nor may
  /// come to, as to one that is stoppable.
  [[nodiscard]] bool begin_alone() noexcept {
    // relaxed(quiet): both references are in one hand.
    if (bits_.load(relaxed) != first_bits) return false;
    bits_.store(static_cast<std::uint64_t>(task_phase::running) | task_state::one_ref, relaxed);
    return true;
  }

  /// The run of a claim from outside has left the pool.
  task_step end_visit() noexcept {
    for (task_state s = glance();;) {
      const task_state after = s.without(task_state::visited).settled();
      // order(task.visit): release; pairs with begin().
      //   what the visitor did in the pool is over before an entry that comes later lets the pool go.
      if (bits_.compare_exchange_weak(s.bits_, after.bits_, release, relaxed)) return {s, after};
    }
  }

  /// A run found its future pending. Afterwards idle: nothing to do. Queued: woken meanwhile, and when `after` has an entry that
  /// `before` had not, the caller puts it into a queue. Running still: it is to be dropped; finish(cancelled) follows.
  task_step suspend(run_by who) noexcept {
    for (task_state s = glance();;) {
      const task_state after = after_suspend(s, who);
      // order(task.body): release; pairs with begin().
      //   carries the body to its next run, or to the claim() or revoke() that takes it.
      // order(task.refs): release; pairs with load().
      if (bits_.compare_exchange_weak(s.bits_, after.bits_, release, relaxed)) return {s, after};
    }
  }

  /// Publishes the end. Gives the run's own reference back in the same step when nothing is left to do for it: when `before`
  /// has neither waiter nor detached.
  task_step finish(task_phase last, run_by who) noexcept {
    if (who == run_by::handle_alone) return finish_alone(last);
    for (task_state s = glance();;) {
      const task_state after = after_finish(s, last, who);
      // order(task.done): release; pairs with load().
      //   carries the result.
      // order(task.waiter): acquire; pairs with set_waiter().
      //   carries the waker in the slot.
      if (bits_.compare_exchange_weak(s.bits_, after.bits_, acq_rel, relaxed)) return {s, after};
    }
  }

  /// Wakes a future. When `after` has an entry that `before` had not, the caller puts it into a queue.
  task_step wake() noexcept {
    for (task_state s = glance();;) {
      const task_state after = after_wake(s);
      // order(task.wake): release; pairs with begin().
      //   also when the word stays as it is, because the next run must see what the waker did.
      if (bits_.compare_exchange_weak(s.bits_, after.bits_, release, relaxed)) return {s, after};
    }
  }

  /// The handle put a waker into the slot. False: the task has ended, and the slot still belongs to the handle.
  [[nodiscard]] bool set_waiter() noexcept {
    for (task_state s = glance();;) {
      const task_state after = s.is_final() ? s : s.with(task_state::waiter);
      // order(task.waiter): release; pairs with finish(). When it has ended, load() carries the result.
      if (bits_.compare_exchange_weak(s.bits_, after.bits_, release, relaxed)) return !s.is_final();
    }
  }

  /// The handle takes the slot back. False: the task has ended, and the slot belongs to the run that ended it.
  [[nodiscard]] bool clear_waiter() noexcept {
    for (task_state s = glance();;) {
      const task_state after = s.is_final() ? s : s.without(task_state::waiter);
      // relaxed(under task.done): what is in the slot is the handle's own; and when it has ended, load() or detach() follows.
      if (bits_.compare_exchange_weak(s.bits_, after.bits_, relaxed, relaxed)) return !s.is_final();
    }
  }

  /// The handle no longer wants the result. At rest: the task is cancelled, body and waiter slot are the caller's. Running:
  /// asked to stop. Ended: nothing changes.
  task_step revoke() noexcept {
    for (task_state s = glance();;) {
      const task_state after = after_revoke(s);
      // order(task.body): acquire; pairs with suspend().
      // order(task.wake): acquire; pairs with wake().
      // order(task.done): acquire; pairs with finish().
      if (bits_.compare_exchange_weak(s.bits_, after.bits_, acquire, relaxed)) return {s, after};
    }
  }

  /// The handle goes and lets the task run on. Not yet ended: its reference is given up; it emptied the waiter slot before.
  /// Ended: nothing changes.
  task_step detach() noexcept {
    for (task_state s = glance();;) {
      const task_state after = s.is_final() ? s : s.with(task_state::detached).minus_ref();
      // order(task.done): acquire; pairs with finish().
      // order(task.refs): release and acquire; pairs with drop_ref().
      if (bits_.compare_exchange_weak(s.bits_, after.bits_, acq_rel, relaxed)) return {s, after};
    }
  }

  void add_ref() noexcept {
    // relaxed(count): whoever copies a reference holds one.
    const std::uint64_t old = bits_.fetch_add(task_state::one_ref, relaxed);
    WEFT_ASSERT(old < ~std::uint64_t{0} / 2,
                "a task has more wakers than fit into memory: a waker is copied but never destroyed");
  }

  /// For who has none. False: there is none left, and the task is about to be destroyed.
  [[nodiscard]] bool try_add_ref() noexcept {
    for (task_state s = glance();;) {
      if (s.refs() == 0) return false;
      // relaxed(count): as in add_ref(); that the memory is there, the caller knows from elsewhere.
      if (bits_.compare_exchange_weak(s.bits_, s.plus_ref().bits_, relaxed, relaxed)) return true;
    }
  }

  /// True when it was the last.
  [[nodiscard]] bool drop_ref() noexcept {
    // relaxed(under task.refs): the last reference can't be copied by anybody else, so it needn't be counted down (but see W7);
    //   destroy() loads the word once more.
    const task_state now{bits_.load(relaxed)};
    if (now.refs() == 1 && !now.is_stoppable()) return true;
    // order(task.refs): release; pairs with load().
    //   every use of the task is over before destroy(), which loads the word first.
    return task_state{bits_.fetch_sub(task_state::one_ref, release)}.refs() == 1;
  }

 private:
  static constexpr std::uint64_t first_bits =
      static_cast<std::uint64_t>(task_phase::queued) | task_state::entry | 2 * task_state::one_ref;

  task_step finish_alone(task_phase last) noexcept {
    // relaxed(quiet): nobody else refers to the task.
    const task_state before{bits_.load(relaxed)};
    bits_.store(before.at(last).bits_, relaxed);
    return {before, before.at(last)};
  }

  static constexpr task_state after_begin(task_state s, bool offers_hold) noexcept {
    const task_state taken = s.without(task_state::entry);
    if (s.phase() == task_phase::queued) return taken.at(task_phase::running);
    if (!s.is_visited() || s.is_held()) return taken.minus_ref().settled();
    return offers_hold ? taken.minus_ref().with(task_state::held) : s;
  }

  static constexpr task_state after_suspend(task_state s, run_by who) noexcept {
    if (s.must_stop()) return s;
    const task_state left = who == run_by::entry ? s.minus_ref() : s;
    if (s.phase() == task_phase::running) return left.at(task_phase::idle);
    return with_entry(left.at(task_phase::queued));
  }

  static constexpr task_state after_finish(task_state s, task_phase last, run_by who) noexcept {
    const task_state ended = s.at(last).settled();
    return who == run_by::entry && !s.has_waiter() && !s.is_detached() ? ended.minus_ref() : ended;
  }

  static constexpr task_state after_wake(task_state s) noexcept {
    if (s.phase() == task_phase::running) return s.at(task_phase::notified);
    return s.phase() == task_phase::idle ? with_entry(s.at(task_phase::queued)) : s;
  }

  static constexpr task_state after_revoke(task_state s) noexcept {
    if (s.is_final()) return s;
    if (s.is_running()) return s.with(task_state::stop);
    return s.at(task_phase::cancelled).without(task_state::waiter).settled();
  }

  /// W4: an entry that is still in a queue serves again.
  static constexpr task_state with_entry(task_state s) noexcept {
    return s.has_entry() ? s : s.with(task_state::entry).plus_ref();
  }

  /// What a step starts from.
  [[nodiscard]] task_state glance() const noexcept {
    // relaxed(hint): each step's exchange checks it, and a failed one decides nothing.
    return task_state{bits_.load(relaxed)};
  }

  atom<std::uint64_t> bits_;
};

static_assert(sizeof(task_word) == 8);

}  // namespace weft::inline WEFT_ABI::par::detail
