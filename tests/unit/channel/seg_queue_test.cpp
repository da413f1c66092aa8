// seg_queue<T> is an unbounded first-in-first-out queue that grows by segments.
#include "payload.hpp"
#include "weft_catch.hpp"

#include <weft/channel/seg_queue.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <memory>
#include <pthread.h>
#include <stdexcept>
#include <string>
#include <type_traits>

using weft::channel::seg_queue;

namespace {
constexpr int several_segments = static_cast<int>(seg_queue<int>::segment_size) * 3 + 1;
}

TEST_CASE("seg_queue smoke", "[seg_queue]") {
  // What goes in comes out, oldest first.
  seg_queue<std::string> queue;
  const std::string copied = "b";
  queue.push("a");
  queue.push(copied);
  queue.emplace(3u, 'c');
  REQUIRE(queue.pop() == "a");
  REQUIRE(queue.pop() == "b");
  REQUIRE(queue.pop() == "ccc");
  REQUIRE(queue.pop() == std::nullopt);
}

TEST_CASE("seg_queue empty", "[seg_queue]") {
  // A queue without values says so before its first segment exists and after.
  seg_queue<int> queue;
  REQUIRE(queue.is_empty());
  REQUIRE(queue.len() == 0);
  REQUIRE(!queue.pop());
  queue.push(1);
  REQUIRE(!queue.is_empty());
  REQUIRE(queue.len() == 1);
  REQUIRE(queue.pop() == 1);
  REQUIRE(queue.is_empty());
  REQUIRE(queue.len() == 0);
  REQUIRE(!queue.pop());
}

TEST_CASE("seg_queue grows", "[seg_queue]") {
  // Order and count hold across segments, while it fills, drains, and does both.
  seg_queue<int> queue;
  for (int i = 0; i < several_segments; ++i) {
    REQUIRE(queue.len() == static_cast<std::size_t>(i));
    queue.push(int{i});
  }
  for (int i = 0; i < several_segments; ++i) {
    REQUIRE(!queue.is_empty());
    REQUIRE(queue.pop() == i);
    queue.push(several_segments + i);
    REQUIRE(queue.len() == static_cast<std::size_t>(several_segments));
  }
  for (int i = 0; i < several_segments; ++i) REQUIRE(queue.pop() == several_segments + i);
  REQUIRE(queue.is_empty());
  REQUIRE(!queue.pop());
}

TEST_CASE("seg_queue drops", "[seg_queue]") {
  // Every value is destroyed once: when it was taken, or with the queue.
  std::atomic<int> alive{0};
  {
    seg_queue<payload::counted> queue;
    for (int i = 0; i < several_segments; ++i) queue.push(payload::counted(alive, i));
    REQUIRE(alive == several_segments);
    for (int i = 0; i < several_segments / 2; ++i) REQUIRE(queue.pop()->id() == i);
    REQUIRE(alive == several_segments - several_segments / 2);
  }
  REQUIRE(alive == 0);
}

TEST_CASE("seg_queue move_only", "[seg_queue]") {
  // Values that can't be copied pass through.
  seg_queue<payload::move_only> queue;
  queue.push(std::make_unique<int>(7));
  queue.emplace(new int(8));
  REQUIRE(**queue.pop() == 7);
  REQUIRE(**queue.pop() == 8);
}

TEST_CASE("seg_queue over_aligned", "[seg_queue]") {
  // Values lie in the queue as aligned as they ask to be.
  seg_queue<payload::wide> queue;
  for (int i = 0; i < 100; ++i) queue.push(payload::wide(i));
  for (int i = 0; i < 100; ++i) {
    auto value = queue.pop();
    REQUIRE(value->is_aligned());
    REQUIRE(value->value == i);
  }
}

namespace {
struct fussy {
  explicit fussy(int v) : value(v) {
    if (v < 0) throw std::runtime_error("negative");
  }
  int value;
};
}  // namespace

TEST_CASE("seg_queue throws_a", "[seg_queue]") {
  // A value whose constructor throws leaves no trace in the queue.
  seg_queue<fussy> queue;
  queue.emplace(1);
  REQUIRE_THROWS_AS(queue.emplace(-1), std::runtime_error);
  queue.emplace(2);
  REQUIRE(queue.len() == 2);
  REQUIRE(queue.pop()->value == 1);
  REQUIRE(queue.pop()->value == 2);
  REQUIRE(!queue.pop());
}

namespace {
struct huge {
  explicit huge(std::byte fill) noexcept { bytes.front() = bytes.back() = fill; }  // leaves the rest as it is
  std::array<std::byte, 8 << 20> bytes;
};

void* pass_huge_values(void* queue) {
  auto& through = *static_cast<seg_queue<huge>*>(queue);
  for (int i = 1; i <= 3; ++i) through.emplace(std::byte{static_cast<unsigned char>(i)});
  const auto target = std::make_unique<huge>(std::byte{0});
  for (int i = 1; i <= 2; ++i) {
    if (!through.pop_into(*target)) return nullptr;
    if (target->bytes.front() != std::byte{static_cast<unsigned char>(i)} || target->bytes.back() != target->bytes.front())
      return nullptr;
  }
  return queue;
}
}  // namespace

TEST_CASE("seg_queue huge values on a small stack", "[seg_queue]") {
  // Values of 8 MiB pass through a thread whose stack has 64 KiB.
  seg_queue<huge> queue;
  pthread_attr_t small;
  REQUIRE(pthread_attr_init(&small) == 0);
  REQUIRE(pthread_attr_setstacksize(&small, 64 << 10) == 0);
  pthread_t thread{};
  REQUIRE(pthread_create(&thread, &small, pass_huge_values, &queue) == 0);
  void* passed = nullptr;
  REQUIRE(pthread_join(thread, &passed) == 0);
  pthread_attr_destroy(&small);
  REQUIRE(passed == &queue);
  REQUIRE(queue.len() == 1);
}

TEST_CASE("seg_queue isn't copied or moved", "[seg_queue]") {
  // A queue is shared by reference: it stays where it is.
  STATIC_REQUIRE(!std::is_copy_constructible_v<seg_queue<int>>);
  STATIC_REQUIRE(!std::is_move_constructible_v<seg_queue<int>>);
}
