// Question   What do the queues cost one thread alone, and a producer beside a consumer?
// Unit       ns per push+pop pair; million messages per s
// Baseline   std::deque behind a std::mutex
// Guards     values come out in the order in which they went in
#include <benchmark/benchmark.h>

#include <weft/channel/array_queue.hpp>
#include <weft/channel/seg_queue.hpp>

#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>

namespace {

using word = std::uint64_t;

class mutex_queue {
 public:
  bool push(word x) {
    const std::lock_guard lock(mutex_);
    items_.push_back(x);
    return true;
  }
  std::optional<word> pop() {
    const std::lock_guard lock(mutex_);
    if (items_.empty()) return std::nullopt;
    const word x = items_.front();
    items_.pop_front();
    return x;
  }

 private:
  std::mutex mutex_;
  std::deque<word> items_;
};

struct unbounded {
  weft::channel::seg_queue<word> queue;
  bool push(word x) {
    queue.push(x);
    return true;
  }
  auto pop() { return queue.pop(); }
};

struct bounded {
  weft::channel::array_queue<word> queue{1024};
  bool push(word x) { return bool{queue.push(x)}; }
  auto pop() { return queue.pop(); }
};

template <class Queue>
void queue_pair(benchmark::State& state) {
  Queue queue;
  word x = 0;
  for (auto _ : state) {
    queue.push(++x);
    if (queue.pop() != x) return state.SkipWithError("another value came out");
  }
}
BENCHMARK(queue_pair<mutex_queue>)->Name("queue_pair_mutex_deque");
BENCHMARK(queue_pair<unbounded>)->Name("queue_pair_seg_queue");
BENCHMARK(queue_pair<bounded>)->Name("queue_pair_array_queue");

template <class Queue>
void queue_burst(benchmark::State& state) {
  Queue queue;
  constexpr word burst = 512;
  for (auto _ : state) {
    for (word x = 1; x <= burst; ++x) queue.push(x);
    for (word x = 1; x <= burst; ++x) {
      if (queue.pop() != x) return state.SkipWithError("another value came out");
    }
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(burst));
}
BENCHMARK(queue_burst<mutex_queue>)->Name("queue_burst_mutex_deque");
BENCHMARK(queue_burst<unbounded>)->Name("queue_burst_seg_queue");
BENCHMARK(queue_burst<bounded>)->Name("queue_burst_array_queue");

template <class Queue>
void queue_1p1c(benchmark::State& state) {
  constexpr word messages = 100'000;
  Queue queue;
  bool in_order = true;
  for (auto _ : state) {
    std::jthread producer([&] {
      for (word x = 1; x <= messages; ++x) {
        while (!queue.push(x)) std::this_thread::yield();
      }
    });
    for (word x = 1; x <= messages; ++x) {
      std::optional<word> popped;
      while (!(popped = queue.pop())) std::this_thread::yield();
      in_order &= *popped == x;
    }
  }
  if (!in_order) state.SkipWithError("another value came out");
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(messages));
}
BENCHMARK(queue_1p1c<mutex_queue>)->Name("queue_1p1c_mutex_deque")->UseRealTime();
BENCHMARK(queue_1p1c<unbounded>)->Name("queue_1p1c_seg_queue")->UseRealTime();
BENCHMARK(queue_1p1c<bounded>)->Name("queue_1p1c_array_queue")->UseRealTime();

}  // namespace
