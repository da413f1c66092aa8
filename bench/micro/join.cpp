// Question   What does a join cost when nobody steals: of empty halves, and in a tree that is all joins?
// Unit       ns per join
// Baseline   the two halves called one after the other
// Guards     every tree's sum is checked
#include <benchmark/benchmark.h>

#include <weft/par.hpp>

#include <cstdint>

#include "keep.hpp"

namespace {

std::uint64_t opaque(std::uint64_t x) {
  race::keep(x);
  return x;
}

void join_empty_called(benchmark::State& state) {
  for (auto _ : state) {
    if (opaque(1) + opaque(2) != 3) return state.SkipWithError("another sum came out");
  }
}
BENCHMARK(join_empty_called);

void join_empty(benchmark::State& state) {
  weft::par::thread_pool pool(1);
  pool.install([&] {
    for (auto _ : state) {
      const auto [a, b] = weft::par::join([] { return opaque(1); }, [] { return opaque(2); });
      if (a + b != 3) return state.SkipWithError("another sum came out");
    }
  });
}
BENCHMARK(join_empty)->UseRealTime();

template <bool Parallel>
std::uint64_t leaves(unsigned depth) {
  if (opaque(depth) == 0) return 1;
  if constexpr (Parallel) {
    const auto [a, b] =
        weft::par::join([depth] { return leaves<true>(depth - 1); }, [depth] { return leaves<true>(depth - 1); });
    return a + b;
  } else {
    return leaves<false>(depth - 1) + leaves<false>(depth - 1);
  }
}

constexpr unsigned depth = 18;
constexpr auto joins = static_cast<double>((1u << depth) - 1);

void report(benchmark::State& state) {
  state.counters["per join"] = benchmark::Counter(static_cast<double>(state.iterations()) * joins,
                                                  benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void join_tree_called(benchmark::State& state) {
  for (auto _ : state) {
    if (leaves<false>(depth) != 1u << depth) return state.SkipWithError("another sum came out");
  }
  report(state);
}
BENCHMARK(join_tree_called)->UseRealTime();

void join_tree(benchmark::State& state) {
  weft::par::thread_pool pool(static_cast<std::size_t>(state.range(0)));
  pool.install([&] {
    for (auto _ : state) {
      if (leaves<true>(depth) != 1u << depth) return state.SkipWithError("another sum came out");
    }
  });
  report(state);
}
BENCHMARK(join_tree)->Arg(1)->Arg(2)->ArgName("workers")->UseRealTime();

}  // namespace
