// Part 3: producers and consumers on one lock-free queue, and a look at every message that came out.
#include "parts.hpp"
#include "report.hpp"

#include <weft/weft.hpp>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

namespace quickstart {

namespace {

constexpr std::size_t producers = 2;
constexpr std::size_t consumers = 2;

using message = std::uint64_t;

/// Pushes the producer's own stretch of numbers.
void produce(weft::channel::seg_queue<message>& queue, std::size_t producer, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) queue.push(producer * count + i);
}

/// Pops until the queue is empty after the last producer has finished.
void consume(weft::channel::seg_queue<message>& queue, const std::atomic<std::size_t>& running,
             std::vector<message>& taken) {
  while (true) {
    const bool was_last_look = running.load(std::memory_order_acquire) == 0;
    if (const auto next = queue.pop()) {
      taken.push_back(*next);
    } else if (was_last_look) {
      return;
    } else {
      std::this_thread::yield();
    }
  }
}

/// Whether the messages are 0, 1, 2 … count - 1, in whatever order, each once.
bool is_each_once(std::vector<message> taken, std::size_t count) {
  std::sort(taken.begin(), taken.end());
  for (std::size_t i = 0; i < taken.size(); ++i) {
    if (taken[i] != i) return false;
  }
  return taken.size() == count;
}

}  // namespace

bool fill_a_queue(const options& chosen) {
  const std::size_t total = producers * chosen.messages;
  heading(3, grouped(total) + " messages through a seg_queue, " + std::to_string(producers) + " producers, " +
                 std::to_string(consumers) + " consumers");

  weft::channel::seg_queue<message> queue;
  std::atomic<std::size_t> running = producers;
  std::vector<std::vector<message>> taken(consumers);
  for (auto& mine : taken) mine.reserve(total);
  const auto time = time_of([&] {
    std::vector<std::jthread> threads;
    for (auto& mine : taken) threads.emplace_back([&] { consume(queue, running, mine); });
    for (std::size_t producer = 0; producer < producers; ++producer) {
      threads.emplace_back([&, producer] {
        produce(queue, producer, chosen.messages);
        running.fetch_sub(1, std::memory_order_release);
      });
    }
  });

  std::vector<message> all;
  for (const auto& mine : taken) all.insert(all.end(), mine.begin(), mine.end());
  const bool right = is_each_once(std::move(all), total);
  line("time", readable(time));
  line("throughput", grouped(static_cast<std::uint64_t>(static_cast<double>(total) / time.count())) + " messages/s");
  line("lost or doubled", right ? "none" : "SOME");
  return right;
}

}  // namespace quickstart
