// A batch out of the injector is out of everybody's sight on its way into its taker's queue. Who looked around meanwhile, and
// went to sleep, is told: by the word, if the taker was searching, else by a notification.
#include <weft_model/model.hpp>

#include "cue.hpp"
#include "par_pool.hpp"

#include <cstddef>

using namespace weft;

namespace {

using model_support::cue;
using model_support::task;
using model_support::threads;
using par::detail::registry;

// A look from inside a job, announced to nobody.
void look_quietly() { static_cast<void>(par::detail::work_once()); }

// Three jobs come from outside, of which a batch takes two. The first waits for the second, so that both workers have to come:
// one that has been busy, and one that is born when the jobs are there. The busy one has looked in vain before, `looks` times;
// `then` is what it does when they are there.
template <class Then>
void three_submits(int looks, Then then) {
  const model_support::thread_records records;
  cue busy, submitted;
  auto options = threads(2);
  options.on_start = [&](std::size_t index) {
    while (index == 1 && !submitted.given()) cpu_relax();
  };
  registry pool(options);
  parker bed;
  task keeps_busy([&] {
    for (int i = 0; i < looks; ++i) look_quietly();
    busy.give();
    while (!submitted.given()) cpu_relax();
    then();
  });
  task first([&] { bed.park(); });
  task second([bell = bed.unparker()] { bell.unpark(); });
  task third;
  pool.submit(keeps_busy);
  while (!busy.given()) cpu_relax();
  for (task* each : {&first, &second, &third}) pool.submit(*each);
  submitted.give();
  for (task* each : {&keeps_busy, &first, &second, &third}) par::detail::wait_until_set(each->done);
}

MODEL("par_batch: a searcher takes a batch || another lies down", .spurious_cas = 0, .exhaustive = false, .walks = 3000) {
  three_submits(0, [] {});
}

// The injector is the last place of that look.
MODEL("par_batch: a busy worker takes a batch || another lies down", .spurious_cas = 0, .exhaustive = false, .walks = 3000) {
  three_submits(0, look_quietly);
}

// In its fourth turn the worker looks into the injector first.
MODEL("par_batch: a batch is first in turn || another lies down", .spurious_cas = 0, .exhaustive = false, .walks = 5000) {
  three_submits(2, look_quietly);
}

}  // namespace
