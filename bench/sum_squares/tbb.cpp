// oneTBB parallel_reduce, with its automatic partitioner as it comes, and with a grain of 16384 that a tuned program would
// use.
#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/parallel_reduce.h>

#include "problem.hpp"
#include "tbb_arena.hpp"

namespace {

std::int64_t sum(const std::vector<int>& input, std::size_t grain) {
  using range = tbb::blocked_range<const int*>;
  return tbb::parallel_reduce(
      range(input.data(), input.data() + input.size(), grain), std::int64_t{0},
      [](const range& r, std::int64_t partial) {
        for (const int i : r) partial += std::int64_t{i} * i;
        return partial;
      },
      std::plus<>{});
}

// The caller is outside every arena, as a program's main thread is; the limit is the process's.
double limited(unsigned threads, const std::function<double()>& f) {
  const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, threads);
  return f();
}

}  // namespace

int main(int argc, char** argv) {
  const auto counts = race::thread_counts();
  const std::string version = race::tbb_version();
  auto all = sum_squares::entries("oneTBB parallel_reduce", version, race::role::peer, counts, limited,
                                  [](const std::vector<int>& input) { return sum(input, 1); });
  const auto tuned = sum_squares::entries("oneTBB parallel_reduce grain 16384", version, race::role::peer, counts, limited,
                                          [](const std::vector<int>& input) { return sum(input, 16384); });
  all.insert(all.end(), tuned.begin(), tuned.end());
  return race::contest(argc, argv, all);
}
