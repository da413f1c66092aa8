// A job that was pushed while somebody searched, or while workers slept, is seen by whoever stops searching last.
#include <weft_model/model.hpp>

#include "par_pool.hpp"

using namespace weft;

namespace {

using model_support::task;
using model_support::threads;
using par::detail::registry;

// For walks; a model that is exhausted rather gives up what isn't asleep yet.
void wait_for_sleepers(const registry& pool, std::size_t count) {
  while (pool.look().workers_asleep() != count) cpu_relax();
}

// A guest that waits for what comes true at the third look: it starts to search and stops again.
void search_and_stop(registry& pool) {
  int looks = 0;
  pool.enter([&] { par::detail::wait_until([&] { return ++looks == 3; }); });
}

void submit_to_a_sleeper() {
  const model_support::thread_records records;
  registry pool(threads(1));
  if (pool.look().workers_asleep() != 1) return;
  task one;
  pool.submit(one);
  par::detail::wait_until_set(one.done);
}
MODEL("par_wake: submit || one worker asleep", .spurious_cas = 0, .exhaustive = false) { submit_to_a_sleeper(); }
MODEL("par_wake: submit || one worker asleep, real fences", .spurious_cas = 0, .asymmetric_fences = false,
      .exhaustive = false) {
  submit_to_a_sleeper();
}

// Who submits sees the guest search and leaves its job to it; but that one is about to stop.
void submit_beside_a_searcher() {
  const model_support::thread_records records;
  registry pool(threads(1));
  wait_for_sleepers(pool, 1);
  auto guest = model::spawn([&] { search_and_stop(pool); });
  task one;
  pool.submit(one);
  par::detail::wait_until_set(one.done);
}
MODEL("par_wake: submit || a guest stops searching || one asleep", .spurious_cas = 0, .exhaustive = false, .walks = 4000) {
  submit_beside_a_searcher();
}
MODEL("par_wake: submit || a guest stops searching || one asleep, real fences", .spurious_cas = 0,
      .asymmetric_fences = false, .exhaustive = false, .walks = 4000) {
  submit_beside_a_searcher();
}

MODEL("par_wake: two sleepers, one submit", .spurious_cas = 0, .exhaustive = false, .walks = 3000) {
  const model_support::thread_records records;
  registry pool(threads(2));
  wait_for_sleepers(pool, 2);
  task one;
  pool.submit(one);
  par::detail::wait_until_set(one.done);
}

// The worker that runs the first job offers the second one, and doesn't come back to it.
void optional_work() {
  const model_support::thread_records records;
  registry pool(threads(2));
  parker bed;
  task second([bell = bed.unparker()] { bell.unpark(); });
  task first([&] {
    model::check(par::detail::participant::current()->try_push_optional(second), "there is memory");
    bed.park();
  });
  pool.submit(first);
  par::detail::wait_until_set(first.done);
  par::detail::wait_until_set(second.done);
}
MODEL("par_wake: an optional job || the other worker lies down", .spurious_cas = 0, .exhaustive = false, .walks = 4000) {
  optional_work();
}
MODEL("par_wake: an optional job || the other worker lies down, real fences", .spurious_cas = 0, .asymmetric_fences = false,
      .exhaustive = false, .walks = 4000) {
  optional_work();
}

}  // namespace
