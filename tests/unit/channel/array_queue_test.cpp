// array_queue<T> is a first-in-first-out queue whose capacity is exact.
#include "payload.hpp"
#include "weft_catch.hpp"

#include <weft/channel/array_queue.hpp>

#include <atomic>
#include <cstdint>
#include <limits>
#include <memory>
#include <stdexcept>
#include <string>
#include <type_traits>

using weft::channel::array_queue;

TEST_CASE("array_queue smoke", "[array_queue]") {
  // What goes in comes out, oldest first.
  array_queue<std::string> queue(3);
  REQUIRE(queue.push("a"));
  REQUIRE(queue.push("b"));
  REQUIRE(queue.pop() == "a");
  REQUIRE(queue.push("c"));
  REQUIRE(queue.pop() == "b");
  REQUIRE(queue.pop() == "c");
  REQUIRE(queue.pop() == std::nullopt);
}

TEST_CASE("array_queue empty", "[array_queue]") {
  // A new queue is empty, and says so again after it has been used up.
  array_queue<int> queue(1);
  REQUIRE(queue.is_empty());
  REQUIRE(!queue.is_full());
  REQUIRE(queue.len() == 0);
  REQUIRE(!queue.pop());
  REQUIRE(queue.push(1));
  REQUIRE(!queue.is_empty());
  REQUIRE(queue.pop() == 1);
  REQUIRE(queue.is_empty());
}

TEST_CASE("array_queue capacity", "[array_queue]") {
  // A queue of n takes exactly n values, powers of two or not, and hands the next one back.
  for (std::size_t n : {1u, 2u, 3u, 4u, 5u, 7u, 8u, 100u}) {
    array_queue<int> queue(n);
    REQUIRE(queue.capacity() == n);
    for (int round = 0; round < 3; ++round) {
      for (std::size_t i = 0; i < n; ++i) {
        REQUIRE(queue.len() == i);
        REQUIRE(queue.push(static_cast<int>(i)));
      }
      REQUIRE(queue.is_full());
      REQUIRE(queue.len() == n);
      auto refused = queue.push(-7);
      REQUIRE(refused.is_full());
      REQUIRE(std::move(refused).take() == -7);
      for (std::size_t i = 0; i < n; ++i) REQUIRE(queue.pop() == static_cast<int>(i));
      REQUIRE(!queue.pop());
    }
  }
}

TEST_CASE("array_queue capacity_zero", "[array_queue]") {
  // A queue of nothing is refused.
  REQUIRE_THROWS_AS(array_queue<int>(0), std::invalid_argument);
}

TEST_CASE("array_queue capacity_too_large", "[array_queue]") {
  // Capacities beyond the address space are refused before any arithmetic overflows.
  REQUIRE_THROWS_AS(array_queue<int>(std::numeric_limits<std::size_t>::max()), std::length_error);
  REQUIRE_THROWS_AS(array_queue<int>(array_queue<int>::max_capacity() + 1), std::length_error);
  REQUIRE_THROWS_AS((array_queue<int, std::uint8_t>(array_queue<int, std::uint8_t>::max_capacity() + 1)), std::length_error);
}

TEST_CASE("array_queue capacity_max_of_a_narrow_index", "[array_queue]") {
  // The largest capacity of a narrow index works through many laps.
  array_queue<int, std::uint8_t> queue(array_queue<int, std::uint8_t>::max_capacity());
  for (int i = 0; i < 5000; ++i) {
    while (!queue.is_full()) REQUIRE(queue.push(i));
    REQUIRE(queue.pop());
  }
}

TEST_CASE("array_queue wraps", "[array_queue]") {
  // Positions that wrap around keep order, count, "empty" and "full" right.
  for (std::size_t n : {1u, 2u, 3u, 5u}) {
    array_queue<int, std::uint8_t> queue(n);
    int in = 0;
    int out = 0;
    for (int round = 0; round < 2000; ++round) {
      while (queue.push(in)) ++in;
      REQUIRE(queue.len() == n);
      REQUIRE(queue.is_full());
      for (std::size_t i = 0; i < 1 + static_cast<std::size_t>(round) % n; ++i) REQUIRE(queue.pop() == out++);
    }
    while (auto left = queue.pop()) REQUIRE(*left == out++);
    REQUIRE(in == out);
    REQUIRE(queue.is_empty());
  }
}

TEST_CASE("array_queue force_push", "[array_queue]") {
  // force_push evicts the oldest value of a full queue, and only then.
  array_queue<int> queue(2);
  REQUIRE(!queue.force_push(1));
  REQUIRE(!queue.force_push(2));
  REQUIRE(queue.force_push(3) == 1);
  REQUIRE(queue.force_push(4) == 2);
  REQUIRE(queue.len() == 2);
  REQUIRE(queue.pop() == 3);
  REQUIRE(queue.pop() == 4);
  REQUIRE(queue.is_empty());
}

TEST_CASE("array_queue drops", "[array_queue]") {
  // Every value is destroyed once: taken, refused, evicted, or left in the queue.
  std::atomic<int> alive{0};
  {
    array_queue<payload::counted> queue(3);
    for (int i = 0; i < 3; ++i) REQUIRE(queue.push(payload::counted(alive, i)));
    REQUIRE(alive == 3);
    REQUIRE(queue.push(payload::counted(alive, 3)).is_full());
    REQUIRE(alive == 3);
    REQUIRE(queue.pop()->id() == 0);
    REQUIRE(alive == 2);
    REQUIRE(!queue.force_push(payload::counted(alive, 4)));
    REQUIRE(queue.force_push(payload::counted(alive, 5))->id() == 1);
    REQUIRE(alive == 3);
  }
  REQUIRE(alive == 0);
}

TEST_CASE("array_queue move_only", "[array_queue]") {
  // Values that can't be copied pass through, and come back when refused.
  array_queue<payload::move_only> queue(1);
  REQUIRE(queue.push(std::make_unique<int>(7)));
  auto refused = queue.push(std::make_unique<int>(8));
  REQUIRE(*std::move(refused).take() == 8);
  REQUIRE(**queue.pop() == 7);
}

TEST_CASE("array_queue over_aligned", "[array_queue]") {
  // Values lie in the queue as aligned as they ask to be.
  array_queue<payload::wide> queue(3);
  for (int i = 0; i < 7; ++i) {
    REQUIRE(queue.push(payload::wide(i)));
    auto value = queue.pop();
    REQUIRE(value->is_aligned());
    REQUIRE(value->value == i);
  }
}

TEST_CASE("array_queue isn't copied or moved", "[array_queue]") {
  // A queue is shared by reference: it stays where it is.
  STATIC_REQUIRE(!std::is_copy_constructible_v<array_queue<int>>);
  STATIC_REQUIRE(!std::is_move_constructible_v<array_queue<int>>);
  STATIC_REQUIRE(alignof(array_queue<int>) >= 128);
}
