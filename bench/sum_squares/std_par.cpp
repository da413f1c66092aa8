// std::transform_reduce(std::execution::par): libstdc++'s parallel algorithms, which run on oneTBB.
#include <execution>
#include <numeric>

#include "problem.hpp"
#include "tbb_arena.hpp"

int main(int argc, char** argv) {
  const auto limited = [](unsigned threads, auto f) {
    const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, threads);
    return f();
  };
  const auto sum = [](const std::vector<int>& input) {
    return std::transform_reduce(std::execution::par, input.begin(), input.end(), std::int64_t{0}, std::plus<>{},
                                 [](int i) { return std::int64_t{i} * i; });
  };
  return race::contest(argc, argv,
                       sum_squares::entries("std::execution::par", "on oneTBB " + race::tbb_version(), race::role::peer,
                                            race::thread_counts(), limited, sum));
}
