// What a scope leaves behind in its participant's seat: a promise as long as there are promised jobs, and no longer. In a crowded
// pool, more awake than it has workers, a worker takes promised work only: what it takes shows what it sees.
#include <weft/par/join.hpp>
#include <weft/par/scope.hpp>
#include <weft_model/model.hpp>

#include "par_pool.hpp"

#include <functional>

using namespace weft;

namespace {

using model_support::held_pool;
using model_support::task;
using par::detail::participant;

// A pool's only worker looks around when the guest says so: once with a job in mind, and once more, lying down, before it would
// sleep.
class onlooker {
 public:
  [[nodiscard]] std::function<void()> body() {
    return [this] {
      while (asked_.load(acquire) == 0) cpu_relax();
      int questions = 0;
      par::detail::wait_until([&] { return ++questions > 3; });
      looked_.store(1, release);
    };
  }
  void look() {
    asked_.store(1, release);
    while (looked_.load(acquire) == 0) cpu_relax();
  }

 private:
  atom<int> asked_{0}, looked_{0};
};

// The worker finds a second half where promised jobs have been, and leaves it to the guest.
void join_under_its_eyes(onlooker& worker) {
  const participant* const me = participant::current();
  join([&] { worker.look(); }, [&] { model::check(participant::current() == me, "a join's half is no promise"); });
}

MODEL("par_scope_end: scope, then join || a worker in a crowd", .spurious_cas = 0) {
  const model_support::thread_records records;
  onlooker worker;
  held_pool pool(worker.body());
  pool->enter([&] {
    scope([](auto& s) { s.spawn([] {}); });
    join_under_its_eyes(worker);
  });
}

// As the thief took the last promised job, its owner hasn't found its deque empty before it left.
MODEL("par_scope_end: a promise is stolen, leave, take the seat, join || a worker in a crowd", .spurious_cas = 0) {
  const model_support::thread_records records;
  onlooker worker;
  held_pool pool(worker.body());
  task one;
  pool->enter([&] {
    model::check(participant::current()->try_push_promised(one), "there is memory");
    auto thief = model::spawn([&] { pool->enter([] { static_cast<void>(par::detail::work_once()); }); });
  });
  model::check(one.ran.read(), "the job has been stolen");
  pool->enter([&] { join_under_its_eyes(worker); });
}

// The outer scope's task stays promised when the inner one ends.
MODEL("par_scope_end: a scope within a scope || a worker in a crowd", .spurious_cas = 0) {
  const model_support::thread_records records;
  onlooker worker;
  held_pool pool(worker.body());
  plain<bool> ran{false};
  pool->enter([&] {
    const participant* const me = participant::current();
    scope([&](auto& outer) {
      outer.spawn([&] {
        ran.write() = true;
        model::check(participant::current() != me, "the worker doesn't sleep while a promised job lies there");
      });
      scope([](auto& inner) { inner.spawn([] {}); });
      worker.look();
    });
  });
  model::check(ran.read(), "the task has run");
}

}  // namespace
