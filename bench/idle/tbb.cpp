// oneTBB: an arena of which no place is kept for the caller.
#include "problem.hpp"
#include "tbb_arena.hpp"

int main(int argc, char** argv) {
  const auto beside_an_arena = [](unsigned n, auto f) {
    const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, n + 1);
    tbb::task_arena arena(static_cast<int>(n), 0);
    arena.initialize();
    return f(arena);
  };
  const auto meet = [](unsigned n, idle::meeting& task, tbb::task_arena& arena) {
    idle::finish finish(n);
    for (unsigned i = 0; i < n; ++i) {
      arena.enqueue([&] {
        task();
        finish.cross();
      });
    }
    finish.wait();
  };
  return race::contest(argc, argv, idle::entries("oneTBB", race::tbb_version(), race::role::peer, beside_an_arena, meet));
}
