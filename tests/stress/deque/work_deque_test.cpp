// Under any interleaving of one owner and several thieves, each pushed item is taken exactly once.
#include <weft/deque/work_deque.hpp>

#include "weft_catch.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
constexpr std::size_t items = 20'000;
#else
constexpr std::size_t items = 2'000'000;
#endif

using weft::deque::fifo;
using weft::deque::lifo;
using weft::deque::work_deque;

namespace {

// The items are pointers to counters, each of which must be 1 in the end; what a thief reads through one was written by the
// owner.
struct item {
  std::uint64_t payload = 0;
  std::atomic<std::uint32_t> taken{0};
};

template <class D>
void owner_against_thieves(std::size_t thieves, std::size_t burst, bool batches) {
  work_deque<item*, D> d;
  const auto all = std::make_unique<item[]>(items);
  std::atomic<bool> over{false};
  std::atomic<std::size_t> wrong{0};
  const auto take = [&](item* got) {
    if (got->payload != static_cast<std::uint64_t>(got - all.get()) * 3 + 1) wrong.fetch_add(1);
    got->taken.fetch_add(1);
  };
  std::vector<std::jthread> others;
  for (std::size_t i = 0; i < thieves; ++i) {
    others.emplace_back([&] {
      work_deque<item*, fifo> own;
      while (!over.load() || !d.is_empty()) {
        if (batches) {
          if (const auto s = d.steal_batch_and_pop(own)) take(*s);
          while (const auto mine = own.pop()) take(*mine);
        } else if (const auto s = d.steal()) {
          take(*s);
        }
      }
    });
  }
  std::size_t next = 0;
  while (next < items) {
    for (std::size_t i = 0; i < burst && next < items; ++i, ++next) {
      all[next].payload = next * 3 + 1;
      d.push(&all[next]);
    }
    for (std::size_t i = 0; i < burst / 2 + 1; ++i) {
      if (const auto mine = d.pop()) take(*mine);
    }
  }
  while (const auto mine = d.pop()) take(*mine);
  over.store(true);
  others.clear();
  std::size_t once = 0;
  for (std::size_t i = 0; i < items; ++i) once += all[i].taken.load() == 1;
  CHECK(once == items);
  CHECK(wrong.load() == 0);
}

}  // namespace

TEMPLATE_TEST_CASE("work_deque stampede: single items, the last one contended", "[deque]", lifo, fifo) {
  owner_against_thieves<TestType>(2, 1, false);
}
TEMPLATE_TEST_CASE("work_deque stampede: bursts that grow the ring", "[deque]", lifo, fifo) {
  owner_against_thieves<TestType>(3, 1000, false);
}
TEMPLATE_TEST_CASE("work_deque stampede: thieves take batches", "[deque]", lifo, fifo) {
  owner_against_thieves<TestType>(2, 100, true);
}
