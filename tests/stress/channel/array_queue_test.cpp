// array_queue<T> under many threads: nothing is lost, doubled, invented or overtaken.
#include "flow.hpp"
#include "weft_catch.hpp"

#include <weft/channel/array_queue.hpp>

#include <atomic>
#include <cstdint>
#include <optional>
#include <thread>
#include <vector>

using flow::scaled;
using weft::channel::array_queue;

namespace {
bool flows(std::size_t producers, std::size_t consumers, std::size_t capacity) {
  // With a handful of places every message costs a change of threads when there are more of these than cores.
  const std::size_t total = scaled(capacity < 16 ? 4'000 : 100'000);
  array_queue<std::uint64_t> queue(capacity);
  const bool all = flow::run(
      producers, consumers, total / producers,
      [&queue](std::uint64_t what) {
        while (!queue.push(what)) std::this_thread::yield();
      },
      [&queue] { return queue.pop(); });
  return all && queue.is_empty() && queue.len() == 0;
}
}  // namespace

TEST_CASE("array_queue spsc", "[array_queue]") {
  // One producer and one consumer: everything arrives once and in order.
  for (std::size_t capacity : {1u, 2u, 3u, 1024u}) REQUIRE(flows(1, 1, capacity));
}

TEST_CASE("array_queue mpsc", "[array_queue]") {
  // Several producers and one consumer: likewise, in each producer's order.
  for (std::size_t capacity : {1u, 3u, 1024u}) REQUIRE(flows(4, 1, capacity));
}

TEST_CASE("array_queue mpmc", "[array_queue]") {
  // Several of both.
  for (std::size_t capacity : {1u, 2u, 3u, 7u, 1024u}) REQUIRE(flows(4, 4, capacity));
}

TEST_CASE("array_queue stampede", "[array_queue]") {
  // Many more threads than cores on a tiny queue.
  REQUIRE(flows(16, 16, 2));
}

TEST_CASE("array_queue linearizable", "[array_queue]") {
  // With as many places as threads, a push never finds the queue full, and a pop after an own push never finds it empty.
  constexpr std::size_t threads = 4;
  array_queue<std::size_t> queue(threads);
  std::atomic<int> broken{0};
  {
    flow::crew all(threads);
    for (std::size_t t = 0; t < threads; ++t) {
      all.add([&, t] {
        for (std::size_t i = 0; i < scaled(50'000); ++i) {
          if (!queue.push(t)) ++broken;
          if (!queue.pop()) ++broken;
        }
      });
    }
  }
  REQUIRE(broken == 0);
}

TEST_CASE("array_queue force_push evicts what it replaces", "[array_queue]") {
  // Every value comes out once: popped, evicted, or left.
  constexpr std::size_t producers = 3;
  const std::size_t count = scaled(30'000);
  array_queue<std::uint64_t> queue(4);
  std::vector<std::vector<std::uint64_t>> out(producers + 1);
  std::atomic<std::size_t> busy{producers};
  {
    flow::crew all(producers + 1);
    for (std::size_t p = 0; p < producers; ++p) {
      all.add([&, p] {
        for (std::size_t i = 0; i < count; ++i) {
          if (auto old = queue.force_push(flow::message(p, i))) out[p].push_back(*old);
        }
        --busy;
      });
    }
    all.add([&] {
      while (busy != 0) {
        if (auto what = queue.pop()) out[producers].push_back(*what);
      }
    });
  }
  while (auto what = queue.pop()) out[producers].push_back(*what);
  std::vector<std::vector<bool>> seen(producers, std::vector<bool>(count, false));
  std::size_t total = 0;
  for (const auto& each : out) {
    for (std::uint64_t what : each) {
      const auto from = static_cast<std::size_t>(what >> 32) - 1;
      const auto index = static_cast<std::size_t>(static_cast<std::uint32_t>(what));
      REQUIRE(from < producers);
      REQUIRE(!seen[from][index]);
      seen[from][index] = true;
      ++total;
    }
  }
  REQUIRE(total == producers * count);
}

TEST_CASE("array_queue len", "[array_queue]") {
  // The length is never more than the capacity, whatever goes on.
  array_queue<int> queue(3);
  std::atomic<bool> stop{false};
  std::atomic<int> broken{0};
  {
    flow::crew all(3);
    all.add([&] {
      for (std::size_t i = 0; i < scaled(50'000); ++i) static_cast<void>(queue.push(1));
      stop = true;
    });
    all.add([&] {
      while (!stop) static_cast<void>(queue.pop());
    });
    all.add([&] {
      while (!stop) {
        if (queue.len() > 3) ++broken;
      }
    });
  }
  REQUIRE(broken == 0);
}
