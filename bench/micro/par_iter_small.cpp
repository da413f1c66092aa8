// Question   From which size on does a parallel loop cost next to nothing more than the loop, and when does it win?
// Unit       ns per call, called from outside the pool
// Baseline   the plain loop
// Guards     every sum is checked
#include <benchmark/benchmark.h>

#include <weft/par.hpp>

#include <cstdint>
#include <numeric>
#include <vector>

namespace {

struct input {
  explicit input(std::int64_t n) : numbers(static_cast<std::size_t>(n)) {
    std::iota(numbers.begin(), numbers.end(), 1);
    for (const int i : numbers) answer += std::int64_t{i} * i;
  }
  std::vector<int> numbers;
  std::int64_t answer = 0;
};

void par_iter_small_loop(benchmark::State& state) {
  input in(state.range(0));
  for (auto _ : state) {
    benchmark::ClobberMemory();
    std::int64_t sum = 0;
    for (const int i : in.numbers) sum += std::int64_t{i} * i;
    if (sum != in.answer) return state.SkipWithError("another sum came out");
  }
}

void par_iter_small(benchmark::State& state) {
  const input in(state.range(0));
  for (auto _ : state) {
    benchmark::ClobberMemory();
    const std::int64_t sum = weft::par_iter(in.numbers).map([](int i) { return std::int64_t{i} * i; }).sum();
    if (sum != in.answer) return state.SkipWithError("another sum came out");
  }
}

BENCHMARK(par_iter_small_loop)->RangeMultiplier(10)->Range(1, 1'000'000)->UseRealTime();
BENCHMARK(par_iter_small)->RangeMultiplier(10)->Range(1, 1'000'000)->UseRealTime();

}  // namespace
