// Question   What do the channels cost one thread alone, and what does a blocking hand-over between two threads cost?
// Unit       ns per send+recv pair; ns per round trip; ns per one-shot
// Baseline   std::promise and std::future, for the one-shot
// Guards     values come out in the order in which they went in
#include <benchmark/benchmark.h>

#include <weft/channel.hpp>

#include <cstdint>
#include <future>
#include <optional>
#include <thread>

namespace {

using word = std::uint64_t;

template <class Channel>
void pairs(benchmark::State& state, Channel channel) {
  auto& [tx, rx] = channel;
  word x = 0;
  for (auto _ : state) {
    if (!tx.send(++x)) return state.SkipWithError("the channel refused a value");
    auto received = rx.recv();
    if (!received || *received != x) return state.SkipWithError("another value came out");
  }
}

void channel_pair_bounded(benchmark::State& state) { pairs(state, weft::channel::bounded<word>(1024)); }
BENCHMARK(channel_pair_bounded);

void channel_pair_unbounded(benchmark::State& state) { pairs(state, weft::channel::unbounded<word>()); }
BENCHMARK(channel_pair_unbounded);

void channel_pair_mpsc(benchmark::State& state) { pairs(state, weft::channel::mpsc<word>(1024)); }
BENCHMARK(channel_pair_mpsc);

void channel_ping_pong(benchmark::State& state) {
  auto [ping_tx, ping_rx] = weft::channel::bounded<word>(1);
  auto [pong_tx, pong_rx] = weft::channel::bounded<word>(1);
  std::jthread other([rx = std::move(ping_rx), tx = std::move(pong_tx)]() mutable {
    for (auto& message : rx) {
      if (!tx.send(message + 1)) return;
    }
  });
  word x = 0;
  for (auto _ : state) {
    if (!ping_tx.send(x)) return state.SkipWithError("the other side is gone");
    auto answer = pong_rx.recv();
    if (!answer || *answer != x + 1) return state.SkipWithError("another answer came back");
    ++x;
  }
  const auto hang_up = std::move(ping_tx);
}
BENCHMARK(channel_ping_pong)->UseRealTime();

void oneshot_std_promise(benchmark::State& state) {
  word x = 0;
  for (auto _ : state) {
    std::promise<word> promise;
    auto future = promise.get_future();
    promise.set_value(++x);
    if (future.get() != x) return state.SkipWithError("another value came out");
  }
}
BENCHMARK(oneshot_std_promise);

void oneshot(benchmark::State& state) {
  word x = 0;
  for (auto _ : state) {
    auto [tx, rx] = weft::channel::oneshot<word>();
    if (!std::move(tx).send(++x)) return state.SkipWithError("the channel refused a value");
    auto received = std::move(rx).recv();
    if (!received || *received != x) return state.SkipWithError("another value came out");
  }
}
BENCHMARK(oneshot);

}  // namespace
