// seg_queue<T> under many threads: nothing is lost, doubled, invented or overtaken, and memory comes back.
#include "flow.hpp"
#include "weft_catch.hpp"

#include <weft/channel/seg_queue.hpp>

#include <atomic>
#include <cstdint>
#include <memory>
#include <thread>
#include <utility>

using flow::scaled;
using weft::channel::seg_queue;

namespace {
bool flows(std::size_t producers, std::size_t consumers, std::size_t total) {
  seg_queue<std::uint64_t> queue;
  const bool all = flow::run(
      producers, consumers, total / producers, [&queue](std::uint64_t what) { queue.push(std::move(what)); },
      [&queue] { return queue.pop(); });
  return all && queue.is_empty() && queue.len() == 0;
}
}  // namespace

TEST_CASE("seg_queue spsc", "[seg_queue]") {
  // One producer and one consumer: everything arrives once and in order.
  REQUIRE(flows(1, 1, scaled(300'000)));
}

TEST_CASE("seg_queue mpsc", "[seg_queue]") {
  // Several producers and one consumer: likewise, in each producer's order.
  REQUIRE(flows(4, 1, scaled(300'000)));
}

TEST_CASE("seg_queue mpmc", "[seg_queue]") {
  // Several of both.
  REQUIRE(flows(4, 4, scaled(300'000)));
}

TEST_CASE("seg_queue stampede", "[seg_queue]") {
  // Many more threads than cores; putters are stopped in the middle of a call, and takers go past them.
  REQUIRE(flows(16, 16, scaled(160'000)));
}

TEST_CASE("seg_queue starts once", "[seg_queue]") {
  // Many threads that push first all at once find one and the same queue.
  for (std::size_t round = 0; round < scaled(300); ++round) {
    seg_queue<std::uint64_t> queue;
    REQUIRE(flow::run(
        3, 1, 2, [&queue](std::uint64_t what) { queue.push(std::move(what)); }, [&queue] { return queue.pop(); }));
  }
}

TEST_CASE("seg_queue linearizable", "[seg_queue]") {
  // A pop after an own push never finds the queue empty.
  constexpr std::size_t threads = 4;
  seg_queue<std::size_t> queue;
  std::atomic<int> broken{0};
  {
    flow::crew all(threads);
    for (std::size_t t = 0; t < threads; ++t) {
      all.add([&, t] {
        for (std::size_t i = 0; i < scaled(100'000); ++i) {
          queue.push(std::size_t{t});
          if (!queue.pop()) ++broken;
        }
      });
    }
  }
  REQUIRE(broken == 0);
  REQUIRE(queue.is_empty());
}

TEST_CASE("seg_queue values with owners", "[seg_queue]") {
  // Heap values pass from thread to thread, and those left behind are destroyed with the queue.
  const auto everybody = std::make_shared<int>(0);
  {
    seg_queue<std::shared_ptr<int>> queue;
    flow::crew all(4);
    for (int t = 0; t < 4; ++t) {
      all.add([&queue, everybody] {
        for (std::size_t i = 0; i < scaled(20'000); ++i) {
          queue.push(std::shared_ptr<int>(everybody));
          if (i % 3 != 0) static_cast<void>(queue.pop());
        }
      });
    }
    all.join();
  }
  REQUIRE(everybody.use_count() == 1);
}
