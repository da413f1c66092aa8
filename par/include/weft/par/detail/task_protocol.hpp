// The steps of a spawned task between its handle, the pool's queues and its wakers. task gives them a body and a pool; the model
// handle_state gives them counters.
//
// Words and invariants: task_word.hpp. What the steps add:
//   T1  the body lives exactly while the word is not final (destroyed before finish(), or right after revoke() by its caller).
//   T2  the result lives from before finish() until the handle takes it, or until the finished run drops it when detached.
//   T3  a step reads what it needs of the task before it gives up its reference, and touches only that afterwards (W5).
#pragma once

#include <weft/atomic/abi.hpp>
#include <weft/atomic/seam.hpp>
#include <weft/atomic/waker.hpp>
#include <weft/par/detail/task_word.hpp>

#include <cstdint>

namespace weft::inline WEFT_ABI::par::detail {

/// What a step of the body came to. On value and error the result lives and the body is gone.
enum class task_outcome : std::uint8_t { pending, value, error };

/// Task offers: step(), drop_body(), drop_result(phase), disown_result(phase), free(), submit(), submit_woken(), is_beneath(),
/// sleep_to_end() and pool(), which can hold() and release(). All noexcept but sleep_to_end.
template <class Task>
class task_protocol {
 public:
  task_protocol(const task_protocol&) = delete;
  task_protocol& operator=(const task_protocol&) = delete;

  // The handle's side. One at a time, as a handle is one object.

  [[nodiscard]] task_state state() const noexcept { return word_.load(); }

  /// Has `who` woken at the end. False: it has ended.
  [[nodiscard]] bool wake_at_end(const waker& who) noexcept {
    const task_state now = state();
    if (now.is_final()) return false;
    if (now.has_waiter()) {
      if (!word_.clear_waiter()) return false;
      if (waiter_.read().will_wake(who)) return word_.set_waiter() || drop_waiter();
      waiter_.destroy();
    }
    waiter_.construct(who);
    return word_.set_waiter() || drop_waiter();
  }

  /// Cancels what is at rest, asks what runs to stop.
  void cancel() noexcept {
    const auto pool = self().pool();
    const task_step done = word_.revoke();
    if (!done.before.is_at_rest()) return;
    self().drop_body();
    if (done.before.has_waiter()) waiter_.take().wake();
    if (done.lets_pool_go()) pool->release();
  }

  /// Cancels what is at rest, waits for what runs, drops the result and gives up the handle's reference.
  void abandon() noexcept {
    const auto pool = self().pool();
    const task_step done = word_.revoke();
    if (done.before.is_at_rest()) {
      self().drop_body();
      if (done.before.has_waiter()) waiter_.destroy();
      release();
      if (done.lets_pool_go()) pool->release();
      return;
    }
    if (!done.before.is_final()) {
      if (self().is_beneath()) return detach();
      self().sleep_to_end();
    }
    self().drop_result(state().phase());
    release();
  }

  /// Gives up the handle's reference and lets the task run on.
  void detach() noexcept {
    if (state().has_waiter() && word_.clear_waiter()) waiter_.destroy();
    const task_step done = word_.detach();
    if (done.before.is_final()) {
      self().disown_result(done.before.phase());
      release();
    } else if (done.after.refs() == 0) {
      destroy();
    }
  }

  /// Gives up a reference: the handle's after the result was taken, or a waker's.
  void release() noexcept {
    if (word_.drop_ref()) destroy();
  }

  /// Destroys a task that nobody refers to any more.
  void destroy() noexcept {
    const auto pool = self().pool();
    const task_state last = state();
    if (!last.is_final()) self().drop_body();  // asleep for good, or never submitted
    self().free();
    if (last.is_held()) pool->release();
  }

  // The pool's side.

  /// A queue's entry has been taken out: runs the task, or drops the stale entry.
  void take_entry() noexcept {
    const auto pool = self().pool();
    task_step taken = word_.begin(false);
    if (taken.after.has_entry()) [[unlikely]] {
      // A thread from outside runs the task in this pool: the pool has to last until it has left.
      pool->hold();
      taken = word_.begin(true);
      if (!taken.took_hold()) pool->release();
    }
    if (taken.after.is_running() && taken.before.is_at_rest()) return run(run_by::entry);
    if (taken.after.refs() == 0) destroy();
    if (taken.lets_pool_go()) pool->release();
  }

  void wake_by_ref() noexcept {
    const task_step done = word_.wake();
    if (done.after.has_entry() && !done.before.has_entry()) self().submit_woken();
  }
  void add_ref() noexcept { word_.add_ref(); }

  // A stop request's side: who has no reference, but knows that the memory is there for now. Any thread, at any moment.

  void cancel_from_elsewhere() noexcept {
    if (!word_.try_add_ref()) return;
    cancel();
    release();
  }

 protected:
  /// `held`: the caller has taken, or takes at once, a hold on the pool for this task. `stoppable`: cancel_from_elsewhere() may
  /// come.
  explicit task_protocol(bool held, bool stoppable = false) noexcept : word_(held, stoppable) {}
  ~task_protocol() = default;

  /// The handle's thread runs the task if it is queued.
  void claim_and_run(claim_from where) noexcept {
    if (word_.claim(where)) run(run_by::handle);
  }
  /// The same from outside the pool; enter(run) calls run() as a participant of the pool.
  template <class Enter>
  void visit(Enter enter) noexcept {
    const auto pool = self().pool();
    if (!word_.claim(claim_from::outside)) return;
    enter([this] { run(run_by::handle); });
    if (word_.end_visit().lets_pool_go()) pool->release();
  }
  /// The handle's thread has taken the entry out of its own queue.
  void run_popped() noexcept {
    if (word_.begin_alone()) return run(run_by::handle_alone);
    take_entry();
  }

 private:
  [[nodiscard]] Task& self() noexcept { return static_cast<Task&>(*this); }

  void run(run_by who) noexcept {
    const task_outcome how = self().step();
    if (how == task_outcome::pending) return suspend(who);
    end(how == task_outcome::value ? task_phase::value : task_phase::error, who);
  }

  void suspend(run_by who) noexcept {
    const task_step done = word_.suspend(who);
    if (done.after.is_running()) {
      self().drop_body();
      end(task_phase::cancelled, who);
    } else if (done.after.refs() == 0) {
      destroy();  // nobody is left who could wake it
    } else if (done.after.phase() == task_phase::queued && !done.before.has_entry()) {
      self().submit();
    }
  }

  void end(task_phase last, run_by who) noexcept {
    const auto pool = self().pool();
    const task_step done = word_.finish(last, who);
    if (who != run_by::entry || done.before.has_waiter() || done.before.is_detached()) {
      if (done.before.has_waiter()) waiter_.take().wake();
      if (done.before.is_detached()) self().disown_result(last);
      if (who == run_by::entry) release();
    }
    if (done.lets_pool_go()) pool->release();
  }

  [[nodiscard]] bool drop_waiter() noexcept {
    waiter_.destroy();
    return false;
  }

  task_word word_;
  slot<waker> waiter_;
};

}  // namespace weft::inline WEFT_ABI::par::detail
