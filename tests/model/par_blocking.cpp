// A worker that blocks is replaced: what its pool has to do is done by a spare, which starts, sleeps, is called up and sent away in
// every order.
#include <weft/par/blocking.hpp>
#include <weft_model/model.hpp>

#include "par_pool.hpp"

#include <system_error>

using namespace weft;

namespace {

using model_support::task;
using model_support::threads;
using par::detail::registry;

void await(const atom<int>& flag) {
  while (flag.load(acquire) == 0) cpu_relax();
}

// The only worker waits for the job that comes next.
MODEL("par_blocking: block until submit || one worker", .spurious_cas = 0, .exhaustive = false, .walks = 4000) {
  const model_support::thread_records records;
  atom<int> ran{0};
  registry pool(threads(1));
  task first([&] { par::blocking([&] { await(ran); }); });
  task second([&] { ran.store(1, release); });
  pool.submit(first);
  pool.submit(second);
  par::detail::wait_until_set(first.done);
  par::detail::wait_until_set(second.done);
}

// The same with a spare that may be on the bench, on the way there, or awake still.
MODEL("par_blocking: block, block until submit || one worker", .spurious_cas = 0, .exhaustive = false, .walks = 4000,
      .by_priorities = true) {
  const model_support::thread_records records;
  atom<int> ran{0};
  registry pool(threads(1));
  task first([&] {
    par::blocking([] {});
    par::blocking([&] { await(ran); });
  });
  task second([&] { ran.store(1, release); });
  pool.submit(first);
  pool.submit(second);
  par::detail::wait_until_set(first.done);
  par::detail::wait_until_set(second.done);
}

// Whatever was lent is given back: when all is over one worker sleeps, and nobody is awake on top.
MODEL("par_blocking: block, end || one worker", .spurious_cas = 0, .exhaustive = false, .walks = 4000) {
  const model_support::thread_records records;
  registry pool(threads(1));
  task only([&] { par::blocking([] {}); });
  pool.submit(only);
  par::detail::wait_until_set(only.done);
}

MODEL("par_blocking: a thread is refused", .spurious_cas = 0, .thread_failures = 1, .exhaustive = false, .walks = 4000) {
  const model_support::thread_records records;
  try {
    registry pool(threads(1));
    plain<bool> called{false};
    task only([&] { par::blocking([&] { called.write() = true; }); });
    pool.submit(only);
    par::detail::wait_until_set(only.done);
    model::check(called.read(), "without a spare it is called all the same");
  } catch (const std::system_error&) {  // not even the worker
  }
}

}  // namespace
