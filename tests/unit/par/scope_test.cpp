// scope ends only after every task spawned in it, directly or not, has finished; the first exception leaves it.
#include <weft/par/scope.hpp>
#include <weft/par/thread_pool.hpp>

#include "weft_catch.hpp"

#include <atomic>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using weft::scope;
using weft::scope_handle;
using weft::thread_pool;

TEST_CASE("scope smoke", "[par][scope]") {
  std::vector<int> squares(100);
  scope([&](scope_handle& s) {
    for (std::size_t i = 0; i < squares.size(); ++i) {
      s.spawn([&squares, i] { squares[i] = static_cast<int>(i * i); });
    }
  });
  for (std::size_t i = 0; i < squares.size(); ++i) CHECK(squares[i] == static_cast<int>(i * i));
}

TEST_CASE("scope empty, and what it returns", "[par][scope]") {
  CHECK(scope([](scope_handle&) { return 5; }) == 5);
  CHECK(scope([] { return std::string("body without a handle"); }).size() == 21);
  CHECK(*scope([](scope_handle&) { return std::make_unique<int>(3); }) == 3);
  int x = 1;
  int& y = scope([&](scope_handle&) -> int& { return x; });
  CHECK(&x == &y);
}

TEST_CASE("scope nested: tasks spawn tasks, recursively", "[par][scope]") {
  for (const std::size_t threads : {1u, 2u, 8u}) {
    thread_pool pool(threads);
    std::atomic<int> ran{0};
    std::function<void(scope_handle&, int)> grow = [&](scope_handle& s, int depth) {
      ran.fetch_add(1);
      if (depth == 0) return;
      for (int i = 0; i < 3; ++i) s.spawn([&grow, depth](scope_handle& inner) { grow(inner, depth - 1); });
    };
    pool.scope([&](scope_handle& s) { grow(s, 6); });
    CHECK(ran.load() == (729 * 3 - 1) / 2);
  }
}

TEST_CASE("scope nested scopes inside tasks", "[par][scope]") {
  thread_pool pool(2);
  std::atomic<int> ran{0};
  pool.scope([&](scope_handle& s) {
    for (int i = 0; i < 10; ++i) {
      s.spawn([&] {
        int here = 0;
        scope([&](scope_handle& inner) { inner.spawn([&] { here = 1; }); });
        ran.fetch_add(here);
      });
    }
  });
  CHECK(ran.load() == 10);
}

TEST_CASE("scope throws: a task's exception leaves after all have finished", "[par][scope]") {
  thread_pool pool(2);
  std::atomic<int> ran{0};
  CHECK_THROWS_WITH(pool.scope([&](scope_handle& s) {
    for (int i = 0; i < 50; ++i) {
      s.spawn([&, i] {
        ran.fetch_add(1);
        if (i == 25) throw std::runtime_error("task");
      });
    }
  }),
                    "task");
  CHECK(ran.load() == 50);
}

TEST_CASE("scope throws: the body's exception waits for the tasks", "[par][scope]") {
  thread_pool pool(2);
  std::atomic<int> ran{0};
  CHECK_THROWS_WITH(pool.scope([&](scope_handle& s) -> int {
    for (int i = 0; i < 50; ++i) s.spawn([&] { ran.fetch_add(1); });
    throw std::runtime_error("body");
  }),
                    "body");
  CHECK(ran.load() == 50);
}

TEST_CASE("scope throws_both: one exception leaves, the others are dropped", "[par][scope]") {
  thread_pool pool(4);
  CHECK_THROWS_AS(pool.scope([&](scope_handle& s) {
    for (int i = 0; i < 20; ++i) s.spawn([] { throw std::runtime_error("one of many"); });
    throw std::runtime_error("body");
  }),
                  std::runtime_error);
}

TEST_CASE("scope move_only closures, destroyed before the scope ends", "[par][scope]") {
  const auto token = std::make_shared<int>(0);
  scope([&](scope_handle& s) {
    for (int i = 0; i < 20; ++i)
      s.spawn([held = std::make_unique<std::shared_ptr<int>>(token)] { static_cast<void>(held); });
  });
  CHECK(token.use_count() == 1);
}

TEST_CASE("scope spawn from threads of no pool and of another pool", "[par][scope]") {
  thread_pool pool(2);
  thread_pool other(2);
  std::atomic<int> ran{0};
  pool.scope([&](scope_handle& s) {
    std::jthread outsider([&] {
      for (int i = 0; i < 10; ++i) s.spawn([&] { ran.fetch_add(1); });
    });
    other.install([&] {
      for (int i = 0; i < 10; ++i) s.spawn([&] { ran.fetch_add(1); });
    });
  });
  CHECK(ran.load() == 20);
}

TEST_CASE("scope stays inside its pool", "[par][scope]") {
  thread_pool pool(3);
  pool.scope([&](scope_handle& s) {
    for (int i = 0; i < 20; ++i) {
      s.spawn([&] {
        if (weft::par::current_num_threads() != 3) throw std::logic_error("another pool");
      });
    }
  });
}
