// No job lies in a pool whose workers sleep: submit, going to sleep, waking and the pool's end in every order.
#include <weft/par/detail/engine.hpp>
#include <weft/par/detail/registry.hpp>
#include <weft/par/pool_options.hpp>
#include <weft_model/model.hpp>

#include "thread_records.hpp"

using namespace weft;

namespace {

using par::detail::job;
using par::detail::latch;
using par::detail::registry;

par::pool_options threads(std::size_t count) {
  par::pool_options options;
  options.threads = count;
  return options;
}

// A job whose end its submitter waits for.
struct task : job {
  explicit task(par::detail::thread_record& who) : job{&task::run_it}, waiter(&who) {}
  static void run_it(job& self) noexcept {
    auto& it = static_cast<task&>(self);
    par::detail::thread_record& who = *it.waiter;
    it.ran.write() = true;
    if (it.done.set()) who.unpark();
  }
  par::detail::thread_record* waiter;
  plain<bool> ran{false};
  latch done;
};

MODEL("par_sleep: a pool without work ends") {
  const model_support::thread_records records;
  registry pool(threads(1));
}

MODEL("par_sleep: submit || one worker") {
  const model_support::thread_records records;
  registry pool(threads(1));
  task one(par::detail::thread_record::mine());
  pool.submit(one);
  par::detail::wait_until_set(one.done);
  model::check(one.ran.read(), "the job has run");
}

MODEL("par_sleep: submit submit || one worker", .exhaustive = false, .walks = 3000) {
  const model_support::thread_records records;
  registry pool(threads(1));
  task one(par::detail::thread_record::mine());
  task two(par::detail::thread_record::mine());
  pool.submit(one);
  pool.submit(two);
  par::detail::wait_until_set(two.done);
  par::detail::wait_until_set(one.done);
}

MODEL("par_sleep: submit || submit || one worker", .exhaustive = false, .walks = 3000) {
  const model_support::thread_records records;
  registry pool(threads(1));
  const auto client = [&] {
    task mine(par::detail::thread_record::mine());
    pool.submit(mine);
    par::detail::wait_until_set(mine.done);
  };
  model::threads(client, client);
}

MODEL("par_sleep: submit || two workers", .exhaustive = false, .walks = 3000) {
  const model_support::thread_records records;
  registry pool(threads(2));
  task one(par::detail::thread_record::mine());
  pool.submit(one);
  par::detail::wait_until_set(one.done);
}

}  // namespace
