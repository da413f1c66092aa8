// A pool's birth and end: what was submitted runs, whoever holds the pool outlives nothing of it, and a refused thread is no
// loss.
#include <weft_model/model.hpp>

#include "par_pool.hpp"

#include <memory>
#include <new>
#include <system_error>

using namespace weft;

namespace {

using par::detail::job;
using par::detail::registry;

using model_support::threads;

// Nobody waits for it but the pool's end.
struct detached : job {
  detached() : job{&detached::run_it} {}
  static void run_it(job& self) noexcept { static_cast<detached&>(self).ran.write() = true; }
  plain<bool> ran{false};
};

MODEL("par_end: submit, end || one worker") {
  const model_support::thread_records records;
  detached one;
  {
    registry pool(threads(1));
    pool.submit(one);
  }
  model::check(one.ran.read(), "a pool's end waits for what was submitted");
}

MODEL("par_end: submit, release || end || one worker", .exhaustive = false, .walks = 3000) {
  const model_support::thread_records records;
  detached one;
  {
    auto pool = std::make_unique<registry>(threads(1));
    pool->hold();
    auto client = model::spawn([&, raw = pool.get()] {
      raw->submit(one);
      raw->release();
    });
    pool.reset();
  }
  model::check(one.ran.read(), "a pool's end waits for those who hold it");
}

MODEL("par_end: release || end") {
  const model_support::thread_records records;
  auto pool = std::make_unique<registry>(threads(1));
  pool->hold();
  auto client = model::spawn([raw = pool.get()] { raw->release(); });
  pool.reset();
}

MODEL("par_end: no memory at some moment of a pool's life", .allocation_failures = 1) {
  const model_support::thread_records records;
  try {
    registry pool(threads(1));
  } catch (const std::bad_alloc&) {  // nothing of it is left: the checker looks for leaks
  }
}

MODEL("par_end: a thread is refused, submit, end", .thread_failures = 1) {
  const model_support::thread_records records;
  detached one;
  try {
    registry pool(threads(2));
    if (pool.num_threads() == 2) model::discard();  // both were granted
    pool.submit(one);
  } catch (const std::system_error&) {
    return;  // not even one thread
  }
  model::check(one.ran.read(), "fewer threads do all the work");
}

}  // namespace
