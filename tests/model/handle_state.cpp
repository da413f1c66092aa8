// A spawned task between its handle, its pool's worker and its waker: run once or cancelled, no wake lost, nothing touched
// late.
#include "handle_stage.hpp"

#include <utility>

using namespace weft;
using namespace handle_stage;

namespace {

void expect(const books& counts, owner how, int value) {
  model::check(counts.cells == 0, "the task's memory is given back");
  model::check(counts.results == 0, "its result is destroyed");
  model::check(counts.ran + counts.dropped == 1, "it runs to its end or is dropped, and only once");
  switch (how) {
    case owner::waits_outside:
    case owner::waits_inside:
    case owner::polls_then_waits:
      model::check(value == 7, "who waits gets the result");
      break;
    case owner::cancels_then_waits:
      model::check(value == (counts.ran ? 7 : 0), "cancelled or run");
      break;
    case owner::detaches:
    case owner::polls_then_detaches:
      model::check(counts.ran == 1 && counts.disowned == 1, "a detached task runs to its end");
      break;
    default:
      break;
  }
}

void closure(owner how, kind what = kind::closure) {
  books counts;
  sleeper bed, other;
  auto* const pool = new small_pool();
  auto* const task = new cell(what, *pool, bed, counts);
  if (how == owner::waits_inside) pool->hold();
  int value = 0;
  run_threads(*task, [&] { value = use(*task, *pool, how, other); });
  expect(counts, how, value);
}

// A future that suspends once unless it sees that it was woken.
struct future_stage {
  books counts;
  sleeper bed, other;
  small_pool* const pool = new small_pool();
  cell* const task = new cell(kind::future, *pool, bed, counts);
  const owner how;
  int value = 0;

  explicit future_stage(owner acts) : how(acts) {
    if (how == owner::waits_inside) pool->hold();
  }
  auto waking() {
    return [task = task, mine = task->make_waker()]() mutable {
      task->set_by_waker();
      std::move(mine).wake();
    };
  }
  void act() { value = use(*task, *pool, how, other); }
  ~future_stage() { expect(counts, how, value); }
};

void woken_by_owner(owner how) {
  future_stage s(how);
  run_threads(*s.task, [&, wake = s.waking()]() mutable {
    wake();
    s.act();
  });
}

void woken_by_another(owner how) {
  future_stage s(how);
  run_threads(
      *s.task, [&] { s.act(); }, s.waking());
}

// The worker has polled it before: it is idle.
void idle(owner how) {
  future_stage s(how);
  auto wake = s.waking();
  s.task->run_entry();
  model::threads([&] { s.act(); },
                 [wake = std::move(wake)]() mutable {
                   wake();
                   small_pool::run_entries();
                 });
}

MODEL("handle: closure || wait from outside") { closure(owner::waits_outside); }
MODEL("handle: closure || wait inside the pool") { closure(owner::waits_inside); }
MODEL("handle: closure || drop") { closure(owner::drops); }
MODEL("handle: closure || cancel, wait") { closure(owner::cancels_then_waits); }
MODEL("handle: closure || detach") { closure(owner::detaches); }
MODEL("handle: closure || poll, wait") { closure(owner::polls_then_waits); }
MODEL("handle: closure || poll, drop") { closure(owner::polls_then_drops); }
MODEL("handle: closure || poll, detach") { closure(owner::polls_then_detaches); }

MODEL("handle: throwing closure || wait from outside") { closure(owner::waits_outside, kind::throwing); }
MODEL("handle: throwing closure || drop") { closure(owner::drops, kind::throwing); }
MODEL("handle: throwing closure || detach") { closure(owner::detaches, kind::throwing); }
MODEL("handle: throwing closure || poll, detach") { closure(owner::polls_then_detaches, kind::throwing); }

MODEL("handle: future || wake, wait from outside", .spurious_cas = 0) { woken_by_owner(owner::waits_outside); }
MODEL("handle: future || wake, wait inside the pool", .spurious_cas = 0) { woken_by_owner(owner::waits_inside); }
MODEL("handle: future || wake, drop", .spurious_cas = 0) { woken_by_owner(owner::drops); }
MODEL("handle: future || wake, cancel, wait", .spurious_cas = 0) { woken_by_owner(owner::cancels_then_waits); }
MODEL("handle: future || wake, detach", .spurious_cas = 0) { woken_by_owner(owner::detaches); }
MODEL("handle: future || wake, poll, drop", .spurious_cas = 0) { woken_by_owner(owner::polls_then_drops); }
MODEL("handle: future || wake, poll, wait", .spurious_cas = 0) { woken_by_owner(owner::polls_then_waits); }

MODEL("handle: idle future: wake || wait from outside", .spurious_cas = 0) { idle(owner::waits_outside); }
MODEL("handle: idle future: wake || wait inside the pool", .spurious_cas = 0) { idle(owner::waits_inside); }
MODEL("handle: idle future: wake || drop") { idle(owner::drops); }
MODEL("handle: idle future: wake || cancel, wait") { idle(owner::cancels_then_waits); }
MODEL("handle: idle future: wake || detach") { idle(owner::detaches); }
MODEL("handle: idle future: wake || poll, wait", .spurious_cas = 0) { idle(owner::polls_then_waits); }
MODEL("handle: idle future: wake || poll, drop", .spurious_cas = 0) { idle(owner::polls_then_drops); }
MODEL("handle: idle future: wake || poll, detach", .spurious_cas = 0) { idle(owner::polls_then_detaches); }

MODEL("handle: future || wake || wait from outside", .exhaustive = false) { woken_by_another(owner::waits_outside); }
MODEL("handle: future || wake || wait inside the pool", .exhaustive = false) { woken_by_another(owner::waits_inside); }
MODEL("handle: future || wake || drop", .exhaustive = false) { woken_by_another(owner::drops); }
MODEL("handle: future || wake || cancel, wait", .exhaustive = false) { woken_by_another(owner::cancels_then_waits); }
MODEL("handle: future || wake || detach", .spurious_cas = 0) { woken_by_another(owner::detaches); }
MODEL("handle: future || wake || poll, drop", .exhaustive = false) { woken_by_another(owner::polls_then_drops); }
MODEL("handle: future || wake || poll, wait", .exhaustive = false) { woken_by_another(owner::polls_then_waits); }

}  // namespace
