// Guests: seats that are made, taken, left and looked into by thieves, and what joins and scopes from outside bring back.
#include <weft/par/join.hpp>
#include <weft/par/scope.hpp>
#include <weft_model/model.hpp>

#include "cue.hpp"
#include "par_pool.hpp"

#include <new>

using namespace weft;

namespace {

using model_support::cue;
using model_support::held_pool;
using model_support::threads;
using par::detail::registry;

constexpr auto steal_once = [] { static_cast<void>(par::detail::work_once()); };
MODEL("par_guest: join || steal", .spurious_cas = 0) {
  const model_support::thread_records records;
  held_pool pool(steal_once);
  plain<int> first{0}, second{0};
  pool->enter([&] { join([&] { first.write() = 1; }, [&] { second.write() = 2; }); });
  model::check(first.read() == 1 && second.read() == 2, "both halves have run");
}

MODEL("par_guest: join whose second half throws || steal", .spurious_cas = 0) {
  struct refusal {};
  const model_support::thread_records records;
  held_pool pool(steal_once);
  bool caught = false;
  try {
    pool->enter([&] { join([] {}, [&] { throw refusal{}; }); });
  } catch (const refusal&) {
    caught = true;
  }
  model::check(caught, "what the second half throws leaves the join");
}

MODEL("par_guest: enter || enter", .spurious_cas = 0, .exhaustive = false, .walks = 8000) {
  const model_support::thread_records records;
  held_pool pool;
  const auto visit = [&] { pool->enter([] {}); };
  model::threads(visit, visit);
}

MODEL("par_guest: no memory for a seat", .spurious_cas = 0, .allocation_failures = 1) {
  const model_support::thread_records records;
  try {
    held_pool pool;
    plain<int> second{0};
    pool->enter([&] { join([] {}, [&] { second.write() = 2; }); });
    model::check(second.read() == 2, "without a seat a join runs serially");
    pool->enter([] {});
  } catch (const std::bad_alloc&) {  // nothing of it is left: the checker looks for leaks
  }
}

// The second guest gets the seat that the first one has left, and its deque as it was left.
MODEL("par_guest: join, leave || take the seat, join", .spurious_cas = 0) {
  const model_support::thread_records records;
  held_pool pool;
  cue left;
  const auto visit = [&] {
    plain<int> second{0};
    pool->enter([&] { join([] {}, [&] { second.write() = 2; }); });
    model::check(second.read() == 2, "the second half has run");
  };
  model::threads(
      [&] {
        visit();
        left.give();
      },
      [&] {
        if (left.given()) visit();
      });
}

MODEL("par_guest: scope of a task || steal", .spurious_cas = 0) {
  const model_support::thread_records records;
  held_pool pool(steal_once);
  plain<int> done{0};
  pool->enter([&] { scope([&](auto& s) { s.spawn([&] { done.write() = 1; }); }); });
  model::check(done.read() == 1, "the task has run");
}

MODEL("par_guest: scope of two tasks || steal", .spurious_cas = 0, .exhaustive = false, .walks = 8000) {
  const model_support::thread_records records;
  held_pool pool(steal_once);
  plain<int> first{0}, second{0};
  pool->enter([&] {
    scope([&](auto& s) {
      s.spawn([&] { first.write() = 1; });
      s.spawn([&] { second.write() = 2; });
    });
  });
  model::check(first.read() == 1 && second.read() == 2, "all tasks have run");
}

}  // namespace
