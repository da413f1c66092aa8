// A seat of its own for who is in isolation: whoever steals from it knows it to be made.
#include <weft/par/isolate.hpp>
#include <weft/par/join.hpp>
#include <weft/par/scope.hpp>
#include <weft_model/model.hpp>

#include "par_pool.hpp"

using namespace weft;

namespace {

MODEL("par_isolate: join in isolation || steal", .spurious_cas = 0, .exhaustive = false, .walks = 4000) {
  const model_support::thread_records records;
  model_support::held_pool pool;
  plain<int> first{0}, second{0};
  pool->enter([&] {
    pool.free_worker();
    par::isolate([&] { par::join([&] { first.write() = 1; }, [&] { second.write() = 1; }); });
  });
  model::check(first.read() == 1 && second.read() == 1, "both halves have run");
}

// The worker waits for a scope in isolation, asleep or about to be, and its own copy of what the task broadcasts elsewhere is for
// nobody else: a token that is forgotten is a deadlock.
MODEL("par_isolate: a task of an isolated scope broadcasts", .spurious_cas = 0, .exhaustive = false, .walks = 3000) {
  const model_support::thread_records records;
  auto options = model_support::threads(1);
  options.most_spares = 0;
  par::detail::registry pool(options);
  atom<int> begun{0};
  plain<int> copies{0};
  model_support::task only([&] {
    par::isolate([&] {
      par::scope([&](auto& s) {
        s.spawn([&] {
          begun.store(1, release);
          s.spawn_broadcast([&] { ++copies.write(); });
        });
        while (begun.load(acquire) == 0) cpu_relax();
      });
    });
  });
  pool.enter([&] {
    pool.submit(only);
    while (begun.load(acquire) == 0) {  // awake: a sleeping guest is woken for nobody's promise
      if (!par::detail::work_once()) cpu_relax();
    }
    par::detail::wait_until_set(only.done);
  });
  model::check(copies.read() == 1, "the worker has come to its copy");
}

}  // namespace
