// A scope ends after all of its tasks, with what they did and the first of their exceptions, and is not touched after its end.
#include <weft/par/pool_options.hpp>
#include <weft/par/scope.hpp>
#include <weft_model/model.hpp>

#include "thread_records.hpp"

#include <cstddef>

using namespace weft;

namespace {

using par::detail::registry;

par::pool_options one_worker() {
  par::pool_options options;
  options.threads = 1;
  return options;
}

MODEL("par_scope: the body || one task", .exhaustive = false, .walks = 5000) {
  const model_support::thread_records records;
  registry pool(one_worker());
  plain<int> result{0};
  pool.enter([&] {
    auto body = [&](par::scope_handle& s) { s.spawn([&] { result.write() = 7; }); };
    par::detail::run_scope<par::scope_handle>(pool, body);
  });
  model::check(result.read() == 7, "the task has run, and what it did is seen");
}

MODEL("par_scope: a task spawns another", .exhaustive = false, .walks = 5000) {
  const model_support::thread_records records;
  registry pool(one_worker());
  plain<int> first{0}, second{0};
  pool.enter([&] {
    auto body = [&](par::scope_handle& s) {
      s.spawn([&](par::scope_handle& inner) {
        inner.spawn([&] { second.write() = 2; });
        first.write() = 1;
      });
    };
    par::detail::run_scope<par::scope_handle>(pool, body);
  });
  model::check(first.read() == 1 && second.read() == 2, "both have run");
}

MODEL("par_scope: two tasks throw", .exhaustive = false, .walks = 5000) {
  const model_support::thread_records records;
  registry pool(one_worker());
  plain<int> ran{0};
  int caught = 0;
  pool.enter([&] {
    auto body = [&](par::scope_handle& s) {
      s.spawn([] { throw 1; });
      s.spawn([] { throw 2; });
      ran.write() = 1;
    };
    try {
      par::detail::run_scope<par::scope_handle>(pool, body);
    } catch (int which) {
      caught = which;
    }
  });
  model::check(caught == 1 || caught == 2, "one of the exceptions leaves the scope");
}

MODEL("par_scope: two threads enter a pool", .exhaustive = false, .walks = 5000) {
  const model_support::thread_records records;
  registry pool(one_worker());
  plain<int> one{0}, two{0};
  const auto client = [&pool](plain<int>& result) {
    return [&] {
      pool.enter([&] {
        auto body = [&](par::scope_handle& s) { s.spawn([&] { result.write() = 7; }); };
        par::detail::run_scope<par::scope_handle>(pool, body);
      });
      model::check(result.read() == 7, "the task has run");
    };
  };
  model::threads(client(one), client(two));
}

}  // namespace
