// Question   What do a push and a pop cost the owner of a deque: near its bottom, in bursts, while a thief looks on?
// Unit       ns per push+pop pair
// Baseline   std::vector as a stack
// Guards     every popped word is compared with what must come
#include <benchmark/benchmark.h>

#include <weft/deque/worker.hpp>

#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

namespace {

using word = std::uint64_t;

void deque_owner_vector(benchmark::State& state) {
  std::vector<word> stack(64);
  word x = 0;
  for (auto _ : state) {
    stack.push_back(++x);
    benchmark::ClobberMemory();
    if (stack.back() != x) return state.SkipWithError("another word came back");
    stack.pop_back();
  }
}
BENCHMARK(deque_owner_vector);

template <class Deque>
void pairs(benchmark::State& state, Deque deque) {
  word x = 0;
  for (auto _ : state) {
    deque.push(++x);
    benchmark::ClobberMemory();
    if (deque.pop() != x) return state.SkipWithError("another word came back");
  }
}

void deque_owner_lifo(benchmark::State& state) { pairs(state, weft::deque::worker<word>()); }
BENCHMARK(deque_owner_lifo);

void deque_owner_fifo(benchmark::State& state) { pairs(state, weft::deque::worker<word>::fifo()); }
BENCHMARK(deque_owner_fifo);

void deque_owner_burst(benchmark::State& state) {
  weft::deque::worker<word> deque;
  const auto burst = static_cast<word>(state.range(0));
  for (auto _ : state) {
    for (word x = 1; x <= burst; ++x) deque.push(x);
    for (word x = burst; x > 0; --x) {
      if (deque.pop() != x) return state.SkipWithError("another word came back");
    }
  }
  state.counters["per pair"] = benchmark::Counter(static_cast<double>(state.iterations()) * static_cast<double>(burst),
                                                  benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}
BENCHMARK(deque_owner_burst)->Arg(8)->Arg(1000);

// The thief takes what it can get; the owner counts what it misses, and in the end both add up.
void deque_owner_with_thief(benchmark::State& state) {
  weft::deque::worker<word> deque;
  std::atomic<bool> over = false;
  word stolen = 0, popped = 0, pushed = 0;
  std::jthread thief([&, stealer = deque.stealer()] {
    while (!over.load(std::memory_order_relaxed)) {
      if (auto s = stealer.steal()) ++stolen;
    }
  });
  for (auto _ : state) {
    deque.push(++pushed);
    if (deque.pop()) ++popped;
  }
  over.store(true, std::memory_order_relaxed);
  thief.join();
  while (deque.pop()) ++popped;
  if (stolen + popped != pushed) state.SkipWithError("words were lost or doubled");
  state.counters["stolen"] = static_cast<double>(stolen) / static_cast<double>(pushed);
}
BENCHMARK(deque_owner_with_thief);

}  // namespace
