// The cold half of spawned tasks: what the protocol (detail/task_protocol.hpp) asks of a thread and its pool.
#include <weft/par/handle.hpp>

#include <weft/atomic/assert.hpp>
#include <weft/par/fork_error.hpp>

#include <new>
#include <utility>

namespace weft::inline WEFT_ABI::par {

deadlock_error::deadlock_error()
    : std::logic_error(
          "weft: a task waits for itself: the awaited task is under way beneath the caller on this very thread") {}

}  // namespace weft::inline WEFT_ABI::par

namespace weft::inline WEFT_ABI::par::detail {

namespace {
struct innermost_tag {};
using innermost = atomic::thread_word<innermost_tag, task::running*>;

/// Stands in the thread's list of runs for a block (T4).
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

void throw_deadlock() { throw deadlock_error(); }

template class task_protocol<task>;

// ---------------------------------------------------------------------------------------------- running

task_outcome task::step() noexcept {
  const run_mark mark(*this);
  return run_body();
}

void task::disown_result(task_phase phase) noexcept {
  if (phase == task_phase::error) return pool_->unhandled(take_error());
  drop_result(phase);
}

void task::enqueue(void (registry::*how)(job&)) noexcept {
  if (forks_.is_orphaned()) return;  // whoever waits for it in the child is told so
  try {
    (pool_->*how)(*this);
  } catch (const std::bad_alloc&) {
    WEFT_ASSERT(false, "no memory to queue a woken task, and a wake has nobody to report it to");
  }
}

// ---------------------------------------------------------------------------------------------- waiting

void task::wait() {
  if (state().is_final()) return;
  forks_.check();
  if (state().phase() == task_phase::queued) run_here();
  if (state().is_final()) return;
  check_reachable();
  sleep_to_end();
}

void task::run_here() noexcept {
  participant* const here = participant::current();
  if (here != nullptr && &here->owner() == pool_) return run_inside(*here);
  visit([this](auto run) noexcept {
    bool entered = false;
    try {
      pool_->enter([&] {
        entered = true;
        run();
      });
    } catch (const std::bad_alloc&) {
      // No memory for a seat: without one the task runs just as well, but what it spawns goes elsewhere.
      if (!entered) run();
    }
  });
}

// A task spawned last lies on top of this thread's deque: then entry and handle are in one hand, and nothing is left behind.
void task::run_inside(participant& here) noexcept {
  job* const top = pop_live(here);
  if (top == this) return run_popped();
  if (top != nullptr && !push_back(here, *top)) here.run(*top);
  claim_and_run(claim_from::inside_the_pool);
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
  return here.try_push_promised(top);  // what it was can't be told from outside
}

void task::check_reachable() const {
  if (is_beneath()) throw_deadlock();
  forks_.check();
}

void task::sleep_to_end() {
  if (forks_.is_orphaned()) return;  // its run isn't here, and never ends
  if (wake_at_end(thread_waker())) wait_until([this] { return state().is_final(); });
}

bool task::is_beneath() const noexcept {
  for (const running* run = innermost::get(); run != nullptr; run = run->below) {
    if (run->what == this) return true;
  }
  return false;
}

// ---------------------------------------------------------------------------------------------- waking

namespace {
task& task_of(void* data) noexcept { return *static_cast<task*>(data); }
}  // namespace

const atomic::waker_vtable task::waker_functions{
    [](void* data) noexcept {
      task_of(data).add_ref();
      return data;
    },
    [](void* data) noexcept {
      task_of(data).wake_by_ref();
      task_of(data).release();
    },
    [](void* data) noexcept { task_of(data).wake_by_ref(); },
    [](void* data) noexcept { task_of(data).release(); },
};

}  // namespace weft::inline WEFT_ABI::par::detail
