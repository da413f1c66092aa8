// oneTBB: task_group, whose wait() runs the task itself when nobody has taken it, and task_arena::enqueue, which hands it
// over.
#include <oneapi/tbb/task_group.h>

#include <atomic>

#include "problem.hpp"
#include "tbb_arena.hpp"

namespace {

double by_group(const race::pace& how) {
  const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, spawn_wait::threads);
  return spawn_wait::measure(how, [](std::uint64_t x) {
    std::uint64_t answer = 0;
    tbb::task_group group;
    group.run([&] { answer = spawn_wait::task(x); });
    group.wait();
    return answer;
  });
}

double by_enqueue(const race::pace& how) {
  race::tbb_arena arena(spawn_wait::threads);
  // One word for all requests: the task's last touch of it may come after the waiter has gone on.
  std::uint64_t answer = 0;
  std::atomic<std::uint64_t> finished = 0;
  return spawn_wait::measure(how, [&](std::uint64_t x) {
    const std::uint64_t before = finished.load(std::memory_order_relaxed);
    arena.arena().enqueue([&answer, &finished, before, x] {
      answer = spawn_wait::task(x);
      finished.store(before + 1, std::memory_order_release);
      finished.notify_one();
    });
    finished.wait(before, std::memory_order_acquire);
    return answer;
  });
}

}  // namespace

int main(int argc, char** argv) {
  return race::contest(
      argc, argv,
      {{"oneTBB task_group", race::tbb_version(), race::role::peer, spawn_wait::round_trip, spawn_wait::threads, by_group},
       {"oneTBB enqueue + atomic wait", race::tbb_version(), race::role::peer, spawn_wait::round_trip, spawn_wait::threads,
        by_enqueue}});
}
