// One thread alone: a work_deque gives back what was pushed, in its discipline's order, through growth, wrap-around and
// bounds.
#include <weft/deque/work_deque.hpp>

#include "weft_catch.hpp"

#include <cstdint>
#include <deque>
#include <new>
#include <random>
#include <vector>

using weft::deque::fifo;
using weft::deque::lifo;
using weft::deque::work_deque;

TEST_CASE("work_deque smoke: the owner pops the newest, a thief takes the oldest", "[deque]") {
  work_deque<int> d;
  d.push(1);
  d.push(2);
  d.push(3);
  CHECK(d.size() == 3);
  CHECK(d.pop() == 3);
  CHECK(*d.steal() == 1);
  CHECK(d.pop() == 2);
  CHECK_FALSE(d.pop().has_value());
  CHECK(d.steal().is_empty());
}

TEST_CASE("work_deque fifo: owner and thief both take the oldest", "[deque]") {
  work_deque<int, fifo> d;
  for (int i = 0; i < 4; ++i) d.push(i);
  CHECK(d.pop() == 0);
  CHECK(*d.steal() == 1);
  CHECK(d.pop() == 2);
  CHECK(*d.steal() == 3);
  CHECK_FALSE(d.pop().has_value());
  CHECK(d.steal().is_empty());
}

TEMPLATE_TEST_CASE("work_deque empty: popping and stealing nothing again and again changes nothing", "[deque]", lifo, fifo) {
  work_deque<int, TestType> d;
  for (int i = 0; i < 1000; ++i) {
    CHECK_FALSE(d.pop().has_value());
    CHECK(d.steal().is_empty());
    CHECK(d.is_empty());
  }
  d.push(5);
  CHECK(d.size() == 1);
  CHECK(d.pop() == 5);
}

TEMPLATE_TEST_CASE("work_deque grows: nothing is lost or reordered across many doublings", "[deque]", lifo, fifo) {
  work_deque<int, TestType> d;
  constexpr int count = 10'000;
  for (int i = 0; i < count; ++i) d.push(i);
  CHECK(d.size() == count);
  for (int i = 0; i < count / 2; ++i) REQUIRE(*d.steal() == i);
  for (int i = 0; i < count / 2; ++i) {
    const int expected = std::same_as<TestType, lifo> ? count - 1 - i : count / 2 + i;
    REQUIRE(d.pop() == expected);
  }
  CHECK(d.is_empty());
}

TEST_CASE("work_deque grows while its ring is wrapped around", "[deque]") {
  work_deque<std::size_t> d;
  std::size_t next = 0;
  std::size_t oldest = 0;
  for (int i = 0; i < 40; ++i) d.push(next++);
  for (int i = 0; i < 40; ++i) REQUIRE(*d.steal() == oldest++);
  for (int i = 0; i < 300; ++i) d.push(next++);  // from index 40 on: crosses the ring's end before each doubling
  while (oldest != next) REQUIRE(*d.steal() == oldest++);
}

TEST_CASE("work_deque wraps: positions of eight bits run over many times", "[deque]") {
  work_deque<int, lifo, std::uint8_t> d;
  std::deque<int> model;
  std::mt19937 random(7);
  for (int i = 0; i < 20'000; ++i) {
    const auto what = random() % 4;
    if (what < 2 && model.size() < 50) {
      d.push(i);
      model.push_back(i);
    } else if (what == 2) {
      const auto got = d.pop();
      REQUIRE(got.has_value() == !model.empty());
      if (got) {
        REQUIRE(*got == model.back());
        model.pop_back();
      }
    } else {
      const auto got = d.steal();
      REQUIRE(got.is_success() == !model.empty());
      if (got) {
        REQUIRE(*got == model.front());
        model.pop_front();
      }
    }
    REQUIRE(d.size() == model.size());
  }
}

TEST_CASE("work_deque capacity: the bound of an eight-bit deque is a refusal, and what is in it stays", "[deque]") {
  work_deque<int, lifo, std::uint8_t> d;
  int pushed = 0;
  while (d.try_push(pushed)) ++pushed;
  CHECK(pushed == 64);
  CHECK_THROWS_AS(d.push(0), std::bad_alloc);
  CHECK(d.size() == 64);
  CHECK(d.pop() == 63);
  CHECK(d.try_push(63));
  for (int i = 0; i < 64; ++i) REQUIRE(*d.steal() == i);
}

TEST_CASE("work_deque capacity 0 refuses every push", "[deque]") {
  work_deque<int> d(0);
  CHECK_FALSE(d.try_push(1));
  CHECK_FALSE(d.reserve(1));
  CHECK(d.reserve(0));
  CHECK_FALSE(d.pop().has_value());
  CHECK(d.steal().is_empty());
  CHECK(d.is_empty());
}

TEST_CASE("work_deque reserve: the pushes that follow don't grow it", "[deque]") {
  work_deque<int> d;
  REQUIRE(d.reserve(1000));
  const std::size_t capacity = d.capacity();
  CHECK(capacity >= 1000);
  for (int i = 0; i < 1000; ++i) d.push(i);
  CHECK(d.capacity() == capacity);
}

TEST_CASE("work_deque pop_or gives the fallback only when there is nothing", "[deque]") {
  work_deque<int*> d;
  int x = 0;
  CHECK(d.pop_or(nullptr) == nullptr);
  d.push(&x);
  d.push(&x + 1);
  CHECK(d.pop_or(nullptr) == &x + 1);
  CHECK(d.pop_or(nullptr) == &x);
  CHECK(d.pop_or(nullptr) == nullptr);
}

TEMPLATE_TEST_CASE("work_deque steal_batch moves half, the oldest first", "[deque]", lifo, fifo) {
  work_deque<int, TestType> from;
  work_deque<int, fifo> to;
  CHECK(from.steal_batch(to).is_empty());
  for (int i = 0; i < 10; ++i) from.push(i);
  const auto moved = from.steal_batch(to);
  REQUIRE(moved.is_success());
  CHECK(*moved == 5);
  for (int i = 0; i < 5; ++i) REQUIRE(to.pop() == i);
  CHECK(*from.steal() == 5);
}

TEST_CASE("work_deque steal_batch moves at most batch_limit, and one of one", "[deque]") {
  work_deque<int> from;
  work_deque<int> to;
  from.push(0);
  CHECK(*from.steal_batch(to) == 1);
  CHECK(from.is_empty());
  for (int i = 0; i < 1000; ++i) from.push(i);
  CHECK(*from.steal_batch(to) == work_deque<int>::batch_limit);
}

TEST_CASE("work_deque steal_batch_and_pop hands over the oldest and moves the rest of the half", "[deque]") {
  work_deque<int> from;
  work_deque<int, fifo> to;
  CHECK(from.steal_batch_and_pop(to).is_empty());
  for (int i = 0; i < 8; ++i) from.push(i);
  CHECK(*from.steal_batch_and_pop(to) == 0);
  CHECK(to.size() == 3);
  CHECK(to.pop() == 1);
}

TEST_CASE("work_deque throws_a: a batch that its destination has no room for moves nothing", "[deque]") {
  work_deque<int> from;
  work_deque<int> to(0);
  for (int i = 0; i < 8; ++i) from.push(i);
  CHECK_THROWS_AS(from.steal_batch(to), std::bad_alloc);
  CHECK_THROWS_AS(from.steal_batch_and_pop(to), std::bad_alloc);
  CHECK(from.size() == 8);
}
