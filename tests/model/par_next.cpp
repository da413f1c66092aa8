// What a worker has woken is run next by that worker, or by another if it doesn't come to it: never by both, never by nobody.
#include <weft_model/model.hpp>

#include "par_pool.hpp"

using namespace weft;

namespace {

using model_support::task;
using model_support::threads;
using par::detail::job;
using par::detail::participant;
using par::detail::registry;

// Counts how often it runs; whoever waits for it looks at the word.
struct counted : job {
  counted() : job{&counted::run_it} {}
  static void run_it(job& self) noexcept {
    auto& it = static_cast<counted&>(self);
    it.runs.write() = it.runs.read() + 1;
    it.done.store(1, release);
  }
  plain<int> runs{0};
  atom<int> done{0};
};

MODEL("par_next: a worker wakes two, and ends || a thief", .spurious_cas = 0, .exhaustive = false, .walks = 3000) {
  const model_support::thread_records records;
  counted first, second;
  {
    registry pool(threads(2));
    task waker_of_both([&] {
      participant::home()->owner().submit_woken(first);
      participant::home()->owner().submit_woken(second);
    });
    pool.submit(waker_of_both);
    par::detail::wait_until_set(waker_of_both.done);
  }
  model::check(first.runs.read() == 1 && second.runs.read() == 1, "what was woken runs once");
}

MODEL("par_next: a worker that never comes to what it has woken", .spurious_cas = 0, .exhaustive = false, .walks = 3000) {
  const model_support::thread_records records;
  counted woken;
  registry pool(threads(2));
  task busy([&] {
    woken.runs.write() = 0;  // what it does before it wakes is seen by who runs
    participant::home()->owner().submit_woken(woken);
    while (woken.done.load(acquire) == 0) cpu_relax();
  });
  pool.submit(busy);
  par::detail::wait_until_set(busy.done);
  model::check(woken.runs.read() == 1, "somebody else has run it");
}

// The thief looks without counting as a searcher, so that no fence comes between its theft and the job.
MODEL("par_next: a quiet thief", .spurious_cas = 0, .exhaustive = false, .walks = 3000) {
  const model_support::thread_records records;
  counted woken;
  model_support::held_pool pool([&] {
    woken.runs.write() = 0;
    participant::home()->owner().submit_woken(woken);
  });
  pool->enter([&] {
    while (woken.done.load(acquire) == 0) {
      participant::current()->work_once();
      cpu_relax();
    }
  });
}

}  // namespace
