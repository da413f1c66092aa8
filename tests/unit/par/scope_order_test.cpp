// The orders that scopes promise, seen on one thread; and scopes whose body stays outside the pool.
#include <weft/par/scope.hpp>
#include <weft/par/scope_fifo.hpp>
#include <weft/par/thread_pool.hpp>

#include "task_tools.hpp"
#include "weft_catch.hpp"

#include <atomic>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using weft::scope_handle;
using weft::thread_pool;
using weft::par::scope_fifo_handle;

namespace {
// On the pool's only worker, with nobody else about.
using test::on_worker;
using names = std::vector<std::string>;
}  // namespace

TEST_CASE("scope lifo: on one thread the task spawned last runs first", "[par][scope]") {
  thread_pool pool(1);
  names order;
  on_worker(pool, [&] {
    weft::scope([&](scope_handle& s) {
      s.spawn([&] { order.push_back("first"); });
      s.spawn([&](scope_handle& inner) {
        order.push_back("second");
        inner.spawn([&] { order.push_back("second's"); });
        inner.spawn([&] { order.push_back("second's other"); });
      });
      order.push_back("body");
    });
  });
  CHECK(order == names{"body", "second", "second's other", "second's", "first"});
}

TEST_CASE("scope_fifo fifo: on one thread the task spawned first runs first", "[par][scope]") {
  thread_pool pool(1);
  names order;
  on_worker(pool, [&] {
    weft::par::scope_fifo([&](scope_fifo_handle& s) {
      s.spawn_fifo([&](scope_fifo_handle& inner) {
        order.push_back("first");
        inner.spawn_fifo([&] { order.push_back("first's"); });
      });
      s.spawn_fifo([&] { order.push_back("second"); });
      order.push_back("body");
    });
  });
  CHECK(order == names{"body", "first", "second", "first's"});
}

TEST_CASE("scope_fifo nested: an inner scope ends before the outer one goes on, each in its own order", "[par][scope]") {
  thread_pool pool(1);
  names order;
  on_worker(pool, [&] {
    weft::par::scope_fifo([&](scope_fifo_handle& s) {
      s.spawn_fifo([&] {
        weft::par::scope_fifo([&](scope_fifo_handle& t) {
          t.spawn_fifo([&] { order.push_back("a.1"); });
          t.spawn_fifo([&] { order.push_back("a.2"); });
        });
        order.push_back("a");
      });
      s.spawn_fifo([&] {
        weft::scope([&](scope_handle& t) {
          t.spawn([&] { order.push_back("b.1"); });
          t.spawn([&] { order.push_back("b.2"); });
        });
        order.push_back("b");
      });
    });
  });
  CHECK(order == names{"a.1", "a.2", "a", "b.2", "b.1", "b"});
}

TEST_CASE("spawn_fifo fifo: one thread's tasks begin in the order of their spawns, spawn's in the reverse", "[par][scope]") {
  thread_pool pool(1);
  names order;
  on_worker(pool, [&] {
    weft::par::spawn_fifo([&] { order.push_back("1"); }).detach();
    weft::par::spawn_fifo([&] { order.push_back("2"); }).detach();
    weft::spawn([&] { order.push_back("newest"); }).detach();
    weft::par::spawn_fifo([&] { order.push_back("3"); }).detach();
    while (order.size() < 4) static_cast<void>(weft::par::yield_local());
  });
  CHECK(order == names{"newest", "1", "2", "3"});
}

TEST_CASE("spawn_fifo results: a handle like spawn's", "[par][scope]") {
  thread_pool pool(2);
  CHECK(*pool.spawn_fifo([] { return std::make_unique<int>(7); }).wait() == 7);
  int x = 0;
  CHECK(&pool.spawn_fifo([&]() -> int& { return x; }).wait() == &x);
  CHECK_THROWS_AS(pool.spawn_fifo([] { throw std::runtime_error("x"); }).wait(), std::runtime_error);
  CHECK(pool.install([] { return weft::par::spawn_fifo([] { return 5; }).wait(); }) == 5);
  CHECK(weft::par::spawn_fifo([] { return 6; }).wait() == 6);
}

TEST_CASE("scope_fifo smoke: what it returns, from everywhere", "[par][scope]") {
  CHECK(weft::par::scope_fifo([](scope_fifo_handle&) { return 5; }) == 5);
  CHECK(*weft::par::scope_fifo([] { return std::make_unique<int>(3); }) == 3);
  int x = 1;
  CHECK(&weft::par::scope_fifo([&](scope_fifo_handle&) -> int& { return x; }) == &x);
  thread_pool pool(2);
  thread_pool other(2);
  std::atomic<int> ran{0};
  const auto ten = [&](scope_fifo_handle& s) {
    for (int i = 0; i < 10; ++i) s.spawn_fifo([&] { ran.fetch_add(1); });
  };
  pool.scope_fifo([&](scope_fifo_handle& s) {
    ten(s);
    std::jthread outsider([&] { ten(s); });
    other.install([&] { ten(s); });
    other.broadcast([&] { ten(s); });
  });
  CHECK(ran.load() == 50);
}

TEST_CASE("scope_fifo throws: a task's exception, the body's, and the count of those dropped", "[par][scope]") {
  thread_pool pool(2);
  std::atomic<int> ran{0};
  CHECK_THROWS_WITH(pool.scope_fifo([&](scope_fifo_handle& s) {
    for (int i = 0; i < 50; ++i) {
      s.spawn_fifo([&, i] {
        ran.fetch_add(1);
        if (i == 25) throw std::runtime_error("task");
      });
    }
  }),
                    "task");
  CHECK(ran.load() == 50);
  CHECK(pool.dropped_exceptions() == 0);
  CHECK_THROWS_AS(pool.scope_fifo([&](scope_fifo_handle& s) {
    for (int i = 0; i < 5; ++i) s.spawn_fifo([] { throw std::runtime_error("one of many"); });
    throw std::runtime_error("body");
  }),
                  std::runtime_error);
  CHECK(pool.dropped_exceptions() == 5);
}

TEST_CASE("scope_fifo move_only closures, destroyed before the scope ends", "[par][scope]") {
  const auto token = std::make_shared<int>(0);
  weft::par::scope_fifo([&](scope_fifo_handle& s) {
    for (int i = 0; i < 20; ++i) {
      s.spawn_fifo([held = std::make_unique<std::shared_ptr<int>>(token)] { static_cast<void>(held); });
    }
  });
  CHECK(token.use_count() == 1);
}

TEST_CASE("in_place_scope: from outside the body stays here, and its tasks elsewhere", "[par][scope]") {
  thread_pool pool(2);
  const auto me = std::this_thread::get_id();
  std::atomic<int> ran{0};
  std::atomic<int> here{0};
  const int answer = pool.in_place_scope([&](scope_handle& s) {
    CHECK(std::this_thread::get_id() == me);
    CHECK_FALSE(weft::par::current_pool().has_value());
    for (int i = 0; i < 100; ++i) {
      s.spawn([&](scope_handle& inner) {
        inner.spawn([&] { ran.fetch_add(weft::par::current_pool() == weft::par::pool_ref(pool) ? 1 : 100'000); });
        if (std::this_thread::get_id() == me) here.fetch_add(1);
      });
    }
    return 5;
  });
  CHECK(answer == 5);
  CHECK(ran.load() == 100);
  CHECK(here.load() == 0);
}

TEST_CASE("in_place_scope: on a worker it is a scope", "[par][scope]") {
  thread_pool pool(1);
  names order;
  on_worker(pool, [&] {
    weft::par::in_place_scope([&](scope_handle& s) {
      s.spawn([&] { order.push_back("first"); });
      s.spawn([&] { order.push_back("second"); });
    });
    weft::par::in_place_scope_fifo([&](scope_fifo_handle& s) {
      s.spawn_fifo([&] { order.push_back("third"); });
      s.spawn_fifo([&] { order.push_back("fourth"); });
    });
  });
  CHECK(order == names{"second", "first", "third", "fourth"});
}

TEST_CASE("in_place_scope fifo: from outside the only worker takes the oldest first", "[par][scope]") {
  thread_pool pool(1);
  std::vector<int> order;
  pool.in_place_scope([&](scope_handle& s) {
    for (int i = 0; i < 40; ++i) s.spawn([&, i] { order.push_back(i); });
  });
  pool.in_place_scope_fifo([&](scope_fifo_handle& s) {
    for (int i = 40; i < 80; ++i) s.spawn_fifo([&, i] { order.push_back(i); });
  });
  REQUIRE(order.size() == 80);
  for (int i = 0; i < 80; ++i) CHECK(order[static_cast<std::size_t>(i)] == i);
}

TEST_CASE("in_place_scope: a worker of another pool works there while it waits", "[par][scope]") {
  thread_pool pool(1);
  thread_pool other(1);
  bool ran = false;
  on_worker(other, [&] {
    pool.in_place_scope([&](scope_handle& s) {
      s.spawn([&] { ran = other.spawn([] { return true; }).wait(); });
      CHECK(weft::par::current_pool() == weft::par::pool_ref(other));
    });
  });
  CHECK(ran);
}

TEST_CASE("in_place_scope throws: the body's exception waits for the tasks", "[par][scope]") {
  thread_pool pool(2);
  std::atomic<int> ran{0};
  CHECK_THROWS_WITH(pool.in_place_scope([&](scope_handle& s) -> int {
    for (int i = 0; i < 50; ++i) s.spawn([&] { ran.fetch_add(1); });
    throw std::runtime_error("body");
  }),
                    "body");
  CHECK(ran.load() == 50);
  CHECK_THROWS_WITH(
      weft::par::in_place_scope_fifo([](scope_fifo_handle& s) { s.spawn_fifo([] { throw std::logic_error("task"); }); }),
      "task");
}
