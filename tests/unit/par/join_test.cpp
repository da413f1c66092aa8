// join runs both halves, whatever the pool and whatever they throw, and returns both results by value.
#include <weft/par/join.hpp>
#include <weft/par/thread_pool.hpp>

#include "weft_catch.hpp"

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <type_traits>
#include <variant>
#include <vector>

using weft::join;
using weft::thread_pool;

namespace {
std::uint64_t fib(unsigned n) {
  if (n < 2) return n;
  auto [a, b] = join([n] { return fib(n - 1); }, [n] { return fib(n - 2); });
  return a + b;
}

// Makes the second half be taken: the first one doesn't end before it has begun.
struct rendezvous {
  std::atomic<bool> begun{false};
  void begin() { begun.store(true); }
  void wait() const {
    while (!begun.load()) std::this_thread::yield();
  }
};
}  // namespace

TEST_CASE("join smoke", "[par][join]") {
  auto [a, b] = join([] { return 1; }, [] { return std::string("two"); });
  CHECK(a == 1);
  CHECK(b == "two");
}

TEST_CASE("join void halves give monostate", "[par][join]") {
  int x = 0;
  auto r = join([&] { x = 1; }, [] { return 2; });
  static_assert(std::is_same_v<decltype(r.first), std::monostate>);
  CHECK(x == 1);
  CHECK(r.second == 2);
}

TEST_CASE("join nested: fib, in pools of 1, 2, 8 and 64 threads", "[par][join]") {
  for (const std::size_t threads : {1u, 2u, 8u, 64u}) {
    thread_pool pool(threads);
    CHECK(pool.install([] { return fib(20); }) == 6765);
    CHECK(pool.join([] { return fib(15); }, [] { return fib(16); }).second == 987);
  }
}

TEST_CASE("join move_only results and closures", "[par][join]") {
  auto held = std::make_unique<int>(4);
  auto r =
      join([held = std::move(held)] { return std::make_unique<int>(*held + 1); }, [] { return std::make_unique<int>(6); });
  CHECK(*r.first == 5);
  CHECK(*r.second == 6);
}

TEST_CASE("join move_only: results come back from another thread", "[par][join]") {
  thread_pool pool(2);
  rendezvous taken;
  auto r = pool.join(
      [&] {
        taken.wait();
        return std::make_unique<int>(1);
      },
      [&] {
        taken.begin();
        return std::make_unique<int>(2);
      });
  CHECK(*r.first == 1);
  CHECK(*r.second == 2);
}

TEST_CASE("join over_aligned results", "[par][join]") {
  struct alignas(64) wide {
    std::array<int, 16> values{};
  };
  thread_pool pool(2);
  rendezvous taken;
  const auto r = pool.join(
      [&] {
        taken.wait();
        return wide{};
      },
      [&] {
        taken.begin();
        wide w;
        w.values[15] = 9;
        return w;
      });
  CHECK(r.second.values[15] == 9);
  CHECK(reinterpret_cast<std::uintptr_t>(&r.second) % 64 == 0);
}

TEST_CASE("join takes function pointers and lvalue closures", "[par][join]") {
  auto count = [n = 0]() mutable { return ++n; };
  auto other = [n = 10]() mutable { return ++n; };
  static_cast<void>(join(count, other));
  const auto again = join(count, other);
  CHECK(again.first == 2);
  CHECK(again.second == 12);
  int (*seven)() = +[] { return 7; };
  CHECK(join(seven, seven).second == 7);
}

TEST_CASE("join throws_a: b_still_runs, un-stolen and stolen", "[par][join]") {
  thread_pool pool(2);
  bool ran = false;
  CHECK_THROWS_WITH(pool.join([]() -> int { throw std::runtime_error("a"); }, [&] { ran = true; }), "a");
  CHECK(ran);
  rendezvous taken;
  std::atomic<bool> finished{false};
  CHECK_THROWS_WITH(pool.join(
                        [&] {
                          taken.wait();
                          throw std::runtime_error("a");
                        },
                        [&] {
                          taken.begin();
                          for (int i = 0; i < 100; ++i) std::this_thread::yield();
                          finished.store(true);
                        }),
                    "a");
  CHECK(finished.load());
}

TEST_CASE("join throws_b, un-stolen and stolen", "[par][join]") {
  thread_pool pool(2);
  CHECK_THROWS_WITH(pool.join([] { return 1; }, []() -> int { throw std::runtime_error("b"); }), "b");
  rendezvous taken;
  CHECK_THROWS_WITH(pool.join([&] { taken.wait(); },
                              [&] {
                                taken.begin();
                                throw std::runtime_error("b");
                              }),
                    "b");
}

TEST_CASE("join throws_both: the first half's exception wins, un-stolen and stolen", "[par][join]") {
  thread_pool pool(2);
  CHECK_THROWS_WITH(pool.join([] { throw std::runtime_error("a"); }, [] { throw std::runtime_error("b"); }), "a");
  rendezvous taken;
  CHECK_THROWS_WITH(pool.join(
                        [&] {
                          taken.wait();
                          throw std::runtime_error("a");
                        },
                        [&] {
                          taken.begin();
                          throw std::runtime_error("b");
                        }),
                    "a");
}

TEST_CASE("join throws_b: the first result is destroyed", "[par][join]") {
  const auto token = std::make_shared<int>(1);
  CHECK_THROWS(join([&] { return token; }, []() -> int { throw 1; }));
  CHECK(token.use_count() == 1);
}

TEST_CASE("join throws deep in a tree, and the pool works on", "[par][join]") {
  thread_pool pool(4);
  struct tree {
    static int walk(int depth) {
      if (depth == 0) throw std::runtime_error("leaf");
      auto r = join([=] { return walk(depth - 1); }, [=] { return walk(depth - 1); });
      return r.first + r.second;
    }
  };
  for (int i = 0; i < 20; ++i) CHECK_THROWS_WITH(pool.install([] { return tree::walk(8); }), "leaf");
  CHECK(pool.install([] { return fib(12); }) == 144);
}

TEST_CASE("join where a second half spawns above an outer one", "[par][join]") {
  thread_pool pool(1);
  std::atomic<int> ran{0};
  pool.install([&] {
    weft::scope([&](auto& s) {
      join(
          [&] {
            for (int i = 0; i < 10; ++i) s.spawn([&] { ran.fetch_add(1); });
          },
          [&] {
            for (int i = 0; i < 10; ++i) s.spawn([&] { ran.fetch_add(1); });
          });
    });
  });
  CHECK(ran.load() == 20);
}
