// oneTBB parallel_invoke; the caller takes part.
#include <oneapi/tbb/parallel_invoke.h>

#include "problem.hpp"
#include "tbb_arena.hpp"

int main(int argc, char** argv) {
  const auto limited = [](auto f) {
    const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, coarse::threads);
    return f();
  };
  return race::contest(argc, argv,
                       coarse::entries("oneTBB parallel_invoke", race::tbb_version(), race::role::peer, coarse::threads,
                                       limited, [](auto f, auto g) { tbb::parallel_invoke(f, g); }));
}
