// The cold half of spawned tasks: running, ending, waiting and waking. The protocol is in detail/task_word.hpp.
#include <weft/par/handle.hpp>

#include <weft/atomic/assert.hpp>

#include <new>
#include <utility>

namespace weft::inline WEFT_ABI::par {

cancelled_error::cancelled_error() : std::runtime_error("weft: the task was cancelled before it gave a result") {}

deadlock_error::deadlock_error()
    : std::logic_error("weft: a task waits for itself: the awaited task is under way beneath the caller on this very thread") {}

}  // namespace weft::inline WEFT_ABI::par

namespace weft::inline WEFT_ABI::par::detail {

namespace {
struct innermost_tag {};
using innermost = atomic::thread_word<innermost_tag, task::running*>;

/// Stands in the thread's list of runs for a block (T3).
class run_mark {
 public:
  explicit run_mark(const task& what) noexcept : here_{&what, innermost::get()} { innermost::get() = &here_; }
  ~run_mark() { innermost::get() = here_.below; }
  run_mark(const run_mark&) = delete;
  run_mark& operator=(const run_mark&) = delete;

 private:
  task::running here_;
};
}  // namespace

void throw_cancelled() { throw cancelled_error(); }
void throw_deadlock() { throw deadlock_error(); }

// ---------------------------------------------------------------------------------------------- running

void task::run_entry(job& self) noexcept { static_cast<task&>(self).take_entry(); }

void task::take_entry() noexcept {
  registry& pool = *pool_;
  task_step taken = word_.begin(false);
  if (taken.after.has_entry()) [[unlikely]] {
    // A thread from outside runs the task in this pool: the pool has to last until it has left.
    pool.hold();
    taken = word_.begin(true);
    if (!taken.took_hold()) pool.release();
  }
  if (taken.after.is_running() && taken.before.is_at_rest()) return run(run_by::entry);
  if (taken.after.refs() == 0) destroy();
  if (taken.lets_pool_go()) pool.release();
}

void task::run(run_by who) noexcept {
  outcome how;
  {
    const run_mark mark(*this);
    how = step();
  }
  if (how == outcome::pending) return suspend(who);
  end(how == outcome::value ? task_phase::value : task_phase::error, who);
}

void task::suspend(run_by who) noexcept {
  const task_step done = word_.suspend(who);
  if (done.after.is_running()) {
    drop_body();
    end(task_phase::cancelled, who);
  } else if (done.after.refs() == 0) {
    destroy();  // nobody is left who could wake it
  } else if (done.after.phase() == task_phase::queued && !done.before.has_entry()) {
    submit_woken();
  }
}

void task::end(task_phase last, run_by who) noexcept {
  registry& pool = *pool_;
  const task_step done = word_.finish(last, who);
  const bool ours = who != run_by::entry || done.before.has_waiter() || done.before.is_detached();  // W5
  if (ours) {
    if (done.before.has_waiter()) waiter_.take().wake();
    if (done.before.is_detached()) disown_result(last);
    if (who == run_by::entry) release();
  }
  if (done.lets_pool_go()) pool.release();
}

void task::disown_result(task_phase phase) noexcept {
  if (phase == task_phase::error) return pool_->unhandled(take_error());
  drop_result(phase);
}

void task::destroy() noexcept {
  const task_state last = state();
  registry& pool = *pool_;
  // T1: asleep for good, or never submitted.
  if (!last.is_final()) drop_body();
  delete this;
  if (last.is_held()) pool.release();
}

// ---------------------------------------------------------------------------------------------- the handle's side

void task::wait() {
  if (state().phase() == task_phase::queued) run_here();
  if (state().is_final()) return;
  if (is_beneath()) throw_deadlock();
  sleep_to_end();
}

void task::run_here() noexcept {
  participant* const here = participant::current();
  if (here != nullptr && &here->owner() == pool_) return run_inside(*here);
  registry& pool = *pool_;
  if (!word_.claim(claim_from::outside)) return;
  bool entered = false;
  try {
    pool.enter([this, &entered] {
      entered = true;
      run(run_by::handle);
    });
  } catch (const std::bad_alloc&) {
    // No memory for a seat: without one the task runs just as well, but what it spawns goes elsewhere.
    if (!entered) run(run_by::handle);
  }
  if (word_.end_visit().lets_pool_go()) pool.release();
}

// A task spawned last lies on top of this thread's deque: then entry and handle are in one hand, and nothing is left behind.
void task::run_inside(participant& here) noexcept {
  job* const top = pop_live(here);
  if (top == this) return run_popped();
  if (top != nullptr && !push_back(here, *top)) top->run(*top);
  if (word_.claim(claim_from::inside_the_pool)) run(run_by::handle);
}

void task::run_popped() noexcept {
  if (word_.begin_alone()) return run(run_by::handle_alone);
  take_entry();
}

// The newest job of the deque; entries of tasks that others have run already are dropped on the way.
job* task::pop_live(participant& here) noexcept {
  for (;;) {
    job* const top = here.pop();
    if (top == nullptr || top->run != &task::run_entry) return top;
    task& found = static_cast<task&>(*top);
    if (found.state().phase() == task_phase::queued) return top;
    found.take_entry();
  }
}

bool task::push_back(participant& here, job& top) noexcept {
  return top.run == &task::run_entry ? here.try_push_promised(top) : here.try_push_optional(top);
}

void task::sleep_to_end() {
  if (wake_at_end(thread_waker())) wait_until([this] { return state().is_final(); });
}

bool task::wake_at_end(const waker& who) {
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

bool task::drop_waiter() noexcept {
  waiter_.destroy();
  return false;
}

bool task::is_beneath() const noexcept {
  for (const running* run = innermost::get(); run != nullptr; run = run->below) {
    if (run->what == this) return true;
  }
  return false;
}

void task::cancel() noexcept {
  registry& pool = *pool_;
  const task_step done = word_.revoke();
  if (!done.before.is_at_rest()) return;
  drop_body();
  if (done.before.has_waiter()) waiter_.take().wake();
  if (done.lets_pool_go()) pool.release();
}

void task::abandon() noexcept {
  registry& pool = *pool_;
  const task_step done = word_.revoke();
  if (done.before.is_at_rest()) {
    drop_body();
    if (done.before.has_waiter()) waiter_.destroy();
    release();
    if (done.lets_pool_go()) pool.release();
    return;
  }
  if (!done.before.is_final()) {
    if (is_beneath()) return detach();
    sleep_to_end();
  }
  drop_result(state().phase());
  release();
}

void task::detach() noexcept {
  if (state().has_waiter() && word_.clear_waiter()) waiter_.destroy();
  const task_step done = word_.detach();
  if (done.before.is_final()) {
    disown_result(done.before.phase());
    release();
  } else if (done.after.refs() == 0) {
    destroy();
  }
}

// ---------------------------------------------------------------------------------------------- waking

const atomic::waker_vtable task::waker_functions{&task::waker_clone, &task::waker_wake, &task::waker_wake_by_ref,
                                         &task::waker_drop};

void task::wake_by_ref() noexcept {
  const task_step done = word_.wake();
  if (done.after.has_entry() && !done.before.has_entry()) submit_woken();
}

void task::submit_woken() noexcept {
  try {
    pool_->submit(*this);
  } catch (const std::bad_alloc&) {
    WEFT_ASSERT(false, "no memory to queue a woken task, and a wake has nobody to report it to");
  }
}

void* task::waker_clone(void* self) noexcept {
  static_cast<task*>(self)->word_.add_ref();
  return self;
}

void task::waker_wake(void* self) noexcept {
  static_cast<task*>(self)->wake_by_ref();
  static_cast<task*>(self)->release();
}

void task::waker_wake_by_ref(void* self) noexcept { static_cast<task*>(self)->wake_by_ref(); }

void task::waker_drop(void* self) noexcept { static_cast<task*>(self)->release(); }

}  // namespace weft::inline WEFT_ABI::par::detail
