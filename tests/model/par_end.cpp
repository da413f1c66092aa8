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

MODEL("par_end: submit, end || one worker", .spurious_cas = 0, .exhaustive = false, .walks = 8000) {
  const model_support::thread_records records;
  detached one;
  {
    registry pool(threads(1));
    pool.submit(one);
  }
  model::check(one.ran.read(), "a pool's end waits for what was submitted");
}

MODEL("par_end: submit, release || end || one worker", .spurious_cas = 0, .exhaustive = false, .walks = 3000) {
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

MODEL("par_end: release || end", .spurious_cas = 0) {
  const model_support::thread_records records;
  auto pool = std::make_unique<registry>(threads(1));
  pool->hold();
  auto client = model::spawn([raw = pool.get()] { raw->release(); });
  pool.reset();
}

MODEL("par_end: no memory at some moment of a pool's life", .spurious_cas = 0, .allocation_failures = 1) {
  const model_support::thread_records records;
  try {
    registry pool(threads(1));
  } catch (const std::bad_alloc&) {  // nothing of it is left: the checker looks for leaks
  }
}

// What runs while the pool drains may hold it again: then its end waits once more, though its stopper has been told already.
MODEL("par_end: a job holds || release || end", .spurious_cas = 0, .exhaustive = false, .walks = 8000) {
  const model_support::thread_records records;
  atom<int> held{0};
  auto pool = std::make_unique<registry>(threads(1));
  struct holder : job {
    holder(registry& p, atom<int>& h) : job{&holder::run_it}, pool(&p), held(&h) {}
    static void run_it(job& self) noexcept {
      auto& it = static_cast<holder&>(self);
      it.pool->hold();
      it.held->store(1, release);
    }
    registry* pool;
    atom<int>* held;
  } one(*pool, held);
  pool->submit(one);
  auto client = model::spawn([&, raw = pool.get()] {
    while (held.load(acquire) == 0) cpu_relax();
    raw->release();
  });
  pool.reset();
}

MODEL("par_end: a thread is refused, submit, end", .spurious_cas = 0, .thread_failures = 1, .exhaustive = false) {
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
