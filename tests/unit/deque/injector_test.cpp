// One thread alone: an injector is a first-in-first-out queue across any number of blocks, and destroys what is left in it.
#include <weft/deque/injector.hpp>

#include "weft_catch.hpp"

#include <cstdint>
#include <memory>
#include <vector>

using weft::deque::injector;
using weft::deque::worker;

TEST_CASE("injector smoke", "[deque][injector]") {
  injector<int> q;
  CHECK(q.is_empty());
  CHECK(q.steal().is_empty());
  q.push(1);
  q.push(2);
  CHECK(q.size() == 2);
  CHECK(*q.steal() == 1);
  CHECK(*q.steal() == 2);
  CHECK(q.steal().is_empty());
  CHECK(q.is_empty());
}

TEST_CASE("injector grows: order survives many blocks", "[deque][injector]") {
  injector<int> q;
  for (int i = 0; i < 10'000; ++i) q.push(i);
  CHECK(q.size() == 10'000);
  for (int i = 0; i < 10'000; ++i) REQUIRE(*q.steal() == i);
  CHECK(q.is_empty());
  CHECK(q.size() == 0);
}

TEST_CASE("injector steps over each block boundary with one item at a time", "[deque][injector]") {
  injector<int> q;
  for (int i = 0; i < 1000; ++i) {
    q.push(i);
    REQUIRE(q.size() == 1);
    REQUIRE(*q.steal() == i);
    REQUIRE(q.is_empty());
    REQUIRE(q.steal().is_empty());
  }
}

TEST_CASE("injector move_only, and drops what is left", "[deque][injector]") {
  const auto token = std::make_shared<int>(3);
  {
    injector<std::shared_ptr<int>> q;
    for (int i = 0; i < 200; ++i) q.push(token);
    for (int i = 0; i < 70; ++i) REQUIRE(q.steal().is_success());
    CHECK(token.use_count() == 131);
  }
  CHECK(token.use_count() == 1);
  injector<std::unique_ptr<int>> unique;
  unique.push(std::make_unique<int>(8));
  auto got = unique.steal();
  CHECK(*std::move(got).take() == 8);
}

TEST_CASE("injector over_aligned", "[deque][injector]") {
  struct alignas(64) wide {
    int value;
  };
  injector<wide> q;
  for (int i = 0; i < 100; ++i) q.push(wide{i});
  for (int i = 0; i < 100; ++i) {
    const auto got = q.steal();
    REQUIRE((*got).value == i);
    REQUIRE(reinterpret_cast<std::uintptr_t>(&*got) % 64 == 0);
  }
}

TEST_CASE("injector steal_batch takes at most half, within one block, in order", "[deque][injector]") {
  injector<int> q;
  auto mine = worker<int>::fifo();
  CHECK(q.steal_batch(mine).is_empty());
  CHECK(q.steal_batch_and_pop(mine).is_empty());
  for (int i = 0; i < 20; ++i) q.push(i);
  CHECK(*q.steal_batch(mine) == 10);
  CHECK(*q.steal_batch_and_pop(mine) == 10);
  CHECK(mine.size() == 14);
  for (int i = 0; i < 10; ++i) REQUIRE(mine.pop() == i);
  for (int i = 11; i < 15; ++i) REQUIRE(mine.pop() == i);
  CHECK(*q.steal() == 15);
}

TEST_CASE("injector batches empty it however the blocks lie", "[deque][injector]") {
  for (int count = 1; count < 300; count += 7) {
    injector<int> q;
    auto mine = worker<int>::fifo();
    for (int i = 0; i < count; ++i) q.push(i);
    int next = 0;
    while (!q.is_empty()) {
      REQUIRE(*q.steal_batch_and_pop(mine) == next++);
      while (const auto got = mine.pop()) REQUIRE(*got == next++);
    }
    REQUIRE(next == count);
  }
}
