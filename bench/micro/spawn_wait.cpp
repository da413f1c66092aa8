// Question   What does one spawned task cost: waited for at once, after it has begun elsewhere, and a thousand of them?
// Unit       ns per task
// Baseline   std::async
// Guards     every answer is checked
#include <benchmark/benchmark.h>

#include <weft/par.hpp>

#include <cstdint>
#include <future>
#include <utility>
#include <vector>

#include "keep.hpp"

namespace {

std::uint64_t opaque(std::uint64_t x) {
  race::keep(x);
  return x * 2;
}

void spawn_wait_std_async(benchmark::State& state) {
  std::uint64_t x = 0;
  for (auto _ : state) {
    if (std::async(std::launch::async, [x] { return opaque(x); }).get() != x * 2) {
      return state.SkipWithError("another answer came back");
    }
    ++x;
  }
}
BENCHMARK(spawn_wait_std_async)->UseRealTime();

void spawn_wait_outside(benchmark::State& state) {
  weft::par::thread_pool pool(static_cast<std::size_t>(state.range(0)));
  std::uint64_t x = 0;
  for (auto _ : state) {
    if (pool.spawn([x] { return opaque(x); }).wait() != x * 2) return state.SkipWithError("another answer came back");
    ++x;
  }
}
BENCHMARK(spawn_wait_outside)->Arg(1)->Arg(2)->ArgName("workers")->UseRealTime();

void spawn_wait_inside(benchmark::State& state) {
  weft::par::thread_pool pool(static_cast<std::size_t>(state.range(0)));
  auto whole = pool.spawn([&] {
    std::uint64_t x = 0;
    for (auto _ : state) {
      if (pool.spawn([x] { return opaque(x); }).wait() != x * 2) return state.SkipWithError("another answer came back");
      ++x;
    }
  });
  std::move(whole).wait();
}
BENCHMARK(spawn_wait_inside)->Arg(1)->Arg(2)->ArgName("workers")->UseRealTime();

void spawn_thousand(benchmark::State& state) {
  weft::par::thread_pool pool(static_cast<std::size_t>(state.range(0)));
  constexpr std::uint64_t tasks = 1000;
  for (auto _ : state) {
    std::vector<weft::par::handle<std::uint64_t>> handles;
    handles.reserve(tasks);
    for (std::uint64_t x = 0; x < tasks; ++x) handles.push_back(pool.spawn([x] { return opaque(x); }));
    std::uint64_t sum = 0;
    for (auto& handle : handles) sum += std::move(handle).wait();
    if (sum != tasks * (tasks - 1)) return state.SkipWithError("another sum came out");
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(tasks));
}
BENCHMARK(spawn_thousand)->Arg(1)->Arg(2)->ArgName("workers")->UseRealTime();

}  // namespace
