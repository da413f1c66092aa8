// worker and stealer are handles to one deque that lives as long as any of them.
#include <weft/deque/worker.hpp>

#include "weft_catch.hpp"

#include <optional>
#include <utility>

using weft::deque::stealer;
using weft::deque::worker;

TEST_CASE("worker smoke", "[deque]") {
  worker<int> mine;
  const auto thief = mine.stealer();
  mine.push(1);
  mine.push(2);
  CHECK(thief.size() == 2);
  CHECK(*thief.steal() == 1);
  CHECK(mine.pop() == 2);
  CHECK(mine.is_empty());
}

TEST_CASE("worker fifo", "[deque]") {
  auto mine = worker<int>::fifo();
  mine.push(1);
  mine.push(2);
  CHECK(mine.pop() == 1);
  CHECK(*mine.stealer().steal() == 2);
}

TEST_CASE("worker drops: a stealer keeps the deque alive", "[deque]") {
  std::optional<stealer<int>> thief;
  {
    worker<int> mine;
    mine.push(9);
    thief = mine.stealer();
  }
  CHECK(*thief->steal() == 9);
  CHECK(thief->steal().is_empty());
}

TEST_CASE("worker moves with its items", "[deque]") {
  worker<int> a;
  a.push(4);
  worker<int> b = std::move(a);
  CHECK(b.pop() == 4);
}

TEST_CASE("stealer batches go into a worker of either discipline", "[deque]") {
  worker<int> from;
  auto queue = worker<int>::fifo();
  worker<int> stack;
  for (int i = 0; i < 16; ++i) from.push(i);
  CHECK(*from.stealer().steal_batch(queue) == 8);
  CHECK(*from.stealer().steal_batch_and_pop(stack) == 8);
  CHECK(queue.pop() == 0);
  CHECK(stack.size() == 3);
  queue.reserve(100);
  CHECK(queue.capacity() >= 107);
}
