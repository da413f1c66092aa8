// Question   What does a protected section cost: alone, inside another, and with a retirement in it?
// Unit       ns per section
// Baseline   a new and a delete without any protection, for the row with a retirement
// Guards     every retired object is destroyed in the end, counted
#include <benchmark/benchmark.h>

#include <weft/epoch.hpp>

#include <atomic>
#include <cstdint>

namespace {

void pin_alone(benchmark::State& state) {
  for (auto _ : state) {
    auto guard = weft::epoch::pin();
    benchmark::ClobberMemory();
  }
}
BENCHMARK(pin_alone)->ThreadRange(1, 2);

void pin_nested(benchmark::State& state) {
  auto outer = weft::epoch::pin();
  for (auto _ : state) {
    auto guard = weft::epoch::pin();
    benchmark::ClobberMemory();
  }
}
BENCHMARK(pin_nested);

void pin_participant(benchmark::State& state) {
  weft::epoch::collector collector;
  auto participant = collector.register_thread();
  for (auto _ : state) {
    auto guard = participant.pin();
    benchmark::ClobberMemory();
  }
}
BENCHMARK(pin_participant);

std::atomic<std::int64_t> living = 0;
struct counted {
  counted() { living.fetch_add(1, std::memory_order_relaxed); }
  ~counted() { living.fetch_sub(1, std::memory_order_relaxed); }
  std::uint64_t payload[2] = {};
};

void pin_unprotected_delete(benchmark::State& state) {
  for (auto _ : state) {
    auto* object = new counted;
    benchmark::DoNotOptimize(object);
    delete object;
  }
}
BENCHMARK(pin_unprotected_delete);

void pin_retire(benchmark::State& state) {
  for (auto _ : state) {
    auto guard = weft::epoch::pin();
    auto* object = new counted;
    benchmark::DoNotOptimize(object);
    guard.retire(object);
  }
  for (int i = 0; i < 1'000'000 && living.load() != 0; ++i) weft::epoch::pin().flush();
  if (living.load() != 0) state.SkipWithError("retired objects are still there");
}
BENCHMARK(pin_retire);

}  // namespace
