// A stop request cancels a task from outside of every reference: at any moment, once, and whoever hears of it finds the body gone.
#include "handle_stage.hpp"

#include <utility>

using namespace weft;
using namespace handle_stage;

namespace {

// A stop request comes while a worker and the handle's owner are about.
struct stop_stage {
  books counts;
  sleeper bed, other;
  stop_callback stop;
  small_pool* const pool = new small_pool();
  cell* const task;
  const owner how;
  int value = -1;

  stop_stage(owner acts, kind what) : task(new cell(what, *pool, bed, counts, &stop)), how(acts) {
    if (how == owner::waits_inside) pool->hold();
  }
  auto acting() {
    return [this] { value = use(*task, *pool, how, other); };
  }
  auto stopping() {
    return [this] { stop.request([task = task] { task->cancel_from_elsewhere(); }); };
  }
  ~stop_stage() {
    model::check(counts.cells == 0, "the task's memory is given back");
    model::check(counts.results == 0, "its result is destroyed");
    model::check(counts.ran + counts.dropped == 1, "it runs to its end or is dropped, and only once");
    model::check(value == -1 || value == (counts.ran ? 7 : 0), "cancelled or run");
  }
};

void stopped(owner how, kind what = kind::closure) {
  stop_stage s(how, what);
  run_threads(*s.task, s.acting(), s.stopping());
}

// An idle future whose last waker goes without waking it.
void stopped_asleep() {
  stop_stage s(owner::detaches, kind::future);
  auto waker = s.task->make_waker();
  s.task->run_entry();
  model::threads(s.acting(), s.stopping(), [mine = std::move(waker)]() mutable { const auto last = std::move(mine); });
}

MODEL("handle: stop || closure || wait from outside", .exhaustive = false) { stopped(owner::waits_outside); }
MODEL("handle: stop || closure || wait inside the pool", .exhaustive = false) { stopped(owner::waits_inside); }
MODEL("handle: stop || closure || cancel, wait", .exhaustive = false) { stopped(owner::cancels_then_waits); }
MODEL("handle: stop || closure || drop", .exhaustive = false) { stopped(owner::drops); }
MODEL("handle: stop || closure || detach", .exhaustive = false) { stopped(owner::detaches); }
MODEL("handle: stop || closure || poll, wait", .exhaustive = false) { stopped(owner::polls_then_waits); }
MODEL("handle: stop || closure || poll, drop", .exhaustive = false) { stopped(owner::polls_then_drops); }
MODEL("handle: stop || closure || poll, detach", .exhaustive = false) { stopped(owner::polls_then_detaches); }
MODEL("handle: stop || suspended future || drop", .exhaustive = false) { stopped(owner::drops, kind::future); }
MODEL("handle: stop || suspended future || detach", .exhaustive = false) { stopped(owner::detaches, kind::future); }
MODEL("handle: stop || idle future, detached || its last waker goes", .exhaustive = false) { stopped_asleep(); }

}  // namespace
