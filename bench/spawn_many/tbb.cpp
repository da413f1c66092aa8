// oneTBB: from within the arena task_group, from outside task_arena::enqueue.
#include <oneapi/tbb/task_group.h>

#include "problem.hpp"
#include "tbb_arena.hpp"

namespace {

double from_within(const race::pace& how) {
  race::tbb_arena arena(spawn_many::threads);
  spawn_many::total sum;
  return arena.execute([&] {
    return spawn_many::measure_inside(how, sum, [](spawn_many::total& all) {
      tbb::task_group group;
      for (std::uint64_t i = 1; i <= spawn_many::tasks; ++i) group.run([&all, i] { all.add(i); });
      group.wait();
    });
  });
}

}  // namespace

int main(int argc, char** argv) {
  const auto beside_an_arena = [](auto f) {
    const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, spawn_many::threads + 1);
    tbb::task_arena arena(spawn_many::threads, 0);
    return f(arena);
  };
  auto all = spawn_many::entries_outside("oneTBB enqueue", race::tbb_version(), race::role::peer, beside_an_arena,
                                         [](auto task, tbb::task_arena& arena) { arena.enqueue(task); });
  all.push_back(
      {"oneTBB task_group", race::tbb_version(), race::role::peer, spawn_many::inside, spawn_many::threads, from_within});
  return race::contest(argc, argv, all);
}
