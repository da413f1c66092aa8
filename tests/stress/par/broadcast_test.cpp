// Broadcasts reach every worker while joins, scopes and other broadcasts run, while workers fall asleep, and as pools end.
#include <weft/par/join.hpp>
#include <weft/par/scope.hpp>
#include <weft/par/thread_pool.hpp>

#include "stress_scale.hpp"
#include "weft_catch.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <thread>
#include <vector>

using weft::thread_pool;

TEST_CASE("broadcast stampede: among joins and scopes of many threads", "[par][broadcast]") {
  for (const std::size_t threads : {1u, 3u, 16u}) {
    thread_pool pool(threads);
    const int rounds = scaled(200);
    std::atomic<std::int64_t> heard{0};
    std::atomic<std::int64_t> done{0};
    {
      std::vector<std::jthread> callers;
      for (int c = 0; c < 4; ++c) {
        callers.emplace_back([&, c] {
          const std::function<void(int)> tree = [&](int depth) {
            if (depth == 0) return static_cast<void>(done.fetch_add(1));
            weft::join([&] { tree(depth - 1); }, [&] { tree(depth - 1); });
          };
          for (int i = 0; i < rounds; ++i) {
            if (c % 2 == 0) {
              pool.broadcast([&] { heard.fetch_add(1); });
            } else {
              pool.scope([&](auto& s) {
                s.spawn([&] { tree(4); });
                s.spawn_broadcast([&] { heard.fetch_add(1); });
                tree(4);
              });
            }
            if (i % 8 == c) std::this_thread::yield();
          }
        });
      }
    }
    CHECK(heard.load() == std::int64_t{4} * rounds * static_cast<std::int64_t>(threads));
    CHECK(done.load() == std::int64_t{2} * rounds * 32);
  }
}

TEST_CASE("broadcast nested: from every worker, into the same and into another pool", "[par][broadcast]") {
  thread_pool a(3);
  thread_pool b(2);
  std::atomic<int> heard{0};
  const int rounds = scaled(100);
  for (int i = 0; i < rounds; ++i) {
    a.broadcast([&] {
      b.broadcast([&] { heard.fetch_add(1); });
      a.broadcast([&] { heard.fetch_add(1); });
    });
  }
  CHECK(heard.load() == rounds * 3 * (2 + 3));
}

TEST_CASE("spawn_broadcast drops: pools that end at once", "[par][broadcast]") {
  std::atomic<int> heard{0};
  const int rounds = scaled(2000);
  for (int i = 0; i < rounds; ++i) {
    const thread_pool pool(static_cast<std::size_t>(i % 3 + 1));
    for (int yields = i % 7; yields > 0; --yields) std::this_thread::yield();
    pool.spawn_broadcast([&] { heard.fetch_add(i % 3 == 0 ? 6 : i % 3 == 1 ? 3 : 2); });
  }
  CHECK(heard.load() == rounds * 6);
}
