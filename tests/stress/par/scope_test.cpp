// Every task of a wide or deep scope runs exactly once before the scope ends.
#include <weft/par/scope.hpp>
#include <weft/par/thread_pool.hpp>

#include "weft_catch.hpp"

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
constexpr std::size_t tasks = 5'000;
constexpr int rounds = 10;
#else
constexpr std::size_t tasks = 100'000;
constexpr int rounds = 20;
#endif

TEST_CASE("scope stampede: one spawner", "[par][scope]") {
  weft::thread_pool pool(4);
  const auto ran = std::make_unique<std::atomic<int>[]>(tasks);
  pool.scope([&](auto& s) {
    for (std::size_t i = 0; i < tasks; ++i) s.spawn([&ran, i] { ran[i].fetch_add(1); });
  });
  std::size_t once = 0;
  for (std::size_t i = 0; i < tasks; ++i) once += ran[i].load() == 1;
  CHECK(once == tasks);
}

TEST_CASE("scope stampede: many small scopes, ended as soon as their tasks", "[par][scope]") {
  weft::thread_pool pool(3);
  for (std::size_t i = 0; i < tasks / 20; ++i) {
    int a = 0;
    int b = 0;
    pool.scope([&](auto& s) {
      s.spawn([&] { a = 1; });
      s.spawn([&] { b = 1; });
    });
    REQUIRE(a + b == 2);
  }
}

TEST_CASE("scope stampede: tasks that spawn and join", "[par][scope]") {
  weft::thread_pool pool(4);
  for (int round = 0; round < rounds; ++round) {
    std::atomic<int> leaves{0};
    const auto grow = [&](auto& self, weft::scope_handle& s, int depth) -> void {
      if (depth == 0) {
        leaves.fetch_add(1);
        return;
      }
      s.spawn([&self, depth](weft::scope_handle& inner) { self(self, inner, depth - 1); });
      weft::join([&] { self(self, s, depth - 1); }, [&] { leaves.fetch_add(1); });
    };
    pool.scope([&](weft::scope_handle& s) { grow(grow, s, 10); });
    REQUIRE(leaves.load() == 1024 + 1023);
  }
}
