// No job lies in a pool whose workers sleep: submit, going to sleep, waking and the pool's end in every order.
#include <weft_model/model.hpp>

#include "par_pool.hpp"

using namespace weft;

namespace {

using model_support::task;
using model_support::threads;
using par::detail::registry;

MODEL("par_sleep: a pool without work ends", .spurious_cas = 0) {
  const model_support::thread_records records;
  registry pool(threads(1));
}

MODEL("par_sleep: submit || one worker", .spurious_cas = 0, .exhaustive = false, .walks = 8000) {
  const model_support::thread_records records;
  registry pool(threads(1));
  task one;
  pool.submit(one);
  par::detail::wait_until_set(one.done);
  model::check(one.ran.read(), "the job has run");
}

MODEL("par_sleep: submit submit || one worker", .spurious_cas = 0, .exhaustive = false, .walks = 3000) {
  const model_support::thread_records records;
  registry pool(threads(1));
  task one;
  task two;
  pool.submit(one);
  pool.submit(two);
  par::detail::wait_until_set(two.done);
  par::detail::wait_until_set(one.done);
}

MODEL("par_sleep: submit || submit || one worker", .spurious_cas = 0, .exhaustive = false, .walks = 3000) {
  const model_support::thread_records records;
  registry pool(threads(1));
  const auto client = [&] {
    task mine;
    pool.submit(mine);
    par::detail::wait_until_set(mine.done);
  };
  model::threads(client, client);
}

MODEL("par_sleep: submit || two workers", .spurious_cas = 0, .exhaustive = false, .walks = 3000) {
  const model_support::thread_records records;
  registry pool(threads(2));
  task one;
  pool.submit(one);
  par::detail::wait_until_set(one.done);
}

}  // namespace
