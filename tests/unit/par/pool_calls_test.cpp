// What a thread can ask and do about the pool that it works for, or names: queries, yields, migrated halves, dropped exceptions.
#include <weft/par/join_context.hpp>
#include <weft/par/thread_pool.hpp>

#include "task_tools.hpp"
#include "weft_catch.hpp"

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <thread>
#include <utility>

using weft::thread_pool;
using weft::par::current_pool;
using weft::par::half_context;
using weft::par::pool_ref;
using weft::par::yielded;

namespace {
// On the pool's only worker, with nobody else about.
using test::on_worker;
}  // namespace

TEST_CASE("pool_ref smoke: the current pool, the global pool, and one that is named", "[par][pool]") {
  CHECK_FALSE(current_pool().has_value());
  thread_pool a(1);
  thread_pool b(2);
  a.install([&] {
    CHECK(current_pool() == pool_ref(a));
    b.install([&] { CHECK(current_pool() == pool_ref(b)); });
    CHECK(current_pool() == pool_ref(a));
  });
  weft::scope([&](auto&) { CHECK(current_pool() == weft::par::global_pool()); });
  const pool_ref named = b;
  CHECK(named.num_threads() == 2);
  CHECK(named.install([] { return weft::par::current_num_threads(); }) == 2);
  CHECK(*named.spawn([] { return std::make_unique<int>(5); }).wait() == 5);
  CHECK(named.join([] { return 1; }, [] { return 2; }).second == 2);
  CHECK(weft::par::max_num_threads() == 32768);
}

TEST_CASE("thread_pool current_thread_index: of the pool that is asked", "[par][pool]") {
  thread_pool a(1);
  thread_pool b(1);
  CHECK_FALSE(a.current_thread_index().has_value());
  on_worker(a, [&] {
    CHECK(a.current_thread_index() == 0u);
    CHECK_FALSE(b.current_thread_index().has_value());
    b.install([&] {
      CHECK(a.current_thread_index() == 0u);  // a worker still, though it works for the other one
      CHECK_FALSE(b.current_thread_index().has_value());
      CHECK_FALSE(weft::par::current_thread_index().has_value());
    });
  });
}

TEST_CASE("has_pending_tasks: what lies in this thread's seat, and anywhere in the pool", "[par][pool]") {
  CHECK_FALSE(weft::par::current_thread_has_pending_tasks().has_value());
  thread_pool pool(1);
  thread_pool other(1);
  CHECK_FALSE(pool.current_thread_has_pending_tasks().has_value());
  CHECK_FALSE(pool.has_pending_tasks());
  on_worker(pool, [&] {
    CHECK(weft::par::current_thread_has_pending_tasks() == false);
    weft::scope([&](auto& s) {
      s.spawn([] {});
      CHECK(weft::par::current_thread_has_pending_tasks() == true);
      CHECK(weft::par::has_pending_tasks());
      CHECK_FALSE(other.current_thread_has_pending_tasks().has_value());
      CHECK_FALSE(other.has_pending_tasks());
      other.install([&] {
        CHECK(weft::par::current_thread_has_pending_tasks() == false);
        CHECK(pool.current_thread_has_pending_tasks() == true);
      });
    });
    CHECK(weft::par::current_thread_has_pending_tasks() == false);
    weft::par::spawn_fifo([] {}).detach();
    CHECK(weft::par::current_thread_has_pending_tasks() == true);
    CHECK(weft::par::yield_local() == yielded::executed);
    pool.spawn_broadcast([] {});
    CHECK(weft::par::current_thread_has_pending_tasks() == true);
    CHECK(weft::par::yield_local() == yielded::executed);
    std::jthread([&] { pool.spawn([] {}).detach(); }).join();  // into the injector: in the pool, not in this seat
    CHECK(weft::par::current_thread_has_pending_tasks() == false);
    CHECK(pool.has_pending_tasks());
    CHECK(weft::par::yield_now() == yielded::executed);
    CHECK_FALSE(pool.has_pending_tasks());
  });
}

TEST_CASE("yield smoke: executed, idle, or nothing outside every pool", "[par][yield]") {
  CHECK_FALSE(weft::par::yield_now().has_value());
  CHECK_FALSE(weft::par::yield_local().has_value());
  thread_pool pool(1);
  CHECK_FALSE(pool.yield_now().has_value());
  CHECK_FALSE(pool.yield_local().has_value());
  on_worker(pool, [&] {
    CHECK(weft::par::yield_now() == yielded::idle);
    CHECK(weft::par::yield_local() == yielded::idle);
    int ran = 0;
    for (int i = 0; i < 2; ++i) weft::spawn([&] { ++ran; }).detach();
    CHECK(weft::par::yield_local() == yielded::executed);
    CHECK(ran == 1);
    CHECK(pool.yield_now() == yielded::executed);
    CHECK(ran == 2);
    std::jthread([&] { pool.spawn([&] { ++ran; }).detach(); }).join();
    CHECK(weft::par::yield_local() == yielded::idle);  // it lies in the injector
    CHECK(ran == 2);
    CHECK(weft::par::yield_now() == yielded::executed);
    CHECK(ran == 3);
  });
}

TEST_CASE("yield: a guest steals what a worker has left; yield_local doesn't", "[par][yield]") {
  thread_pool pool(1);
  std::atomic<bool> spawned{false};
  std::atomic<bool> ran{false};
  auto keeper = pool.spawn([&] {
    weft::spawn([&] { ran.store(true); }).detach();
    spawned.store(true);
    while (!ran.load()) std::this_thread::yield();
  });
  while (!spawned.load()) std::this_thread::yield();
  pool.install([&] {
    CHECK(weft::par::yield_local() == yielded::idle);
    CHECK_FALSE(ran.load());
    while (weft::par::yield_now() != yielded::executed) std::this_thread::yield();
  });
  CHECK(ran.load());
  std::move(keeper).wait();
}

TEST_CASE("yield: of a pool that this thread works for beneath another one", "[par][yield]") {
  thread_pool pool(1);
  thread_pool other(1);
  on_worker(pool, [&] {
    bool ran = false;
    weft::spawn([&] { ran = current_pool() == pool_ref(pool); }).detach();
    other.install([&] {
      CHECK(weft::par::yield_local() == yielded::idle);
      CHECK(pool.yield_local() == yielded::executed);
      CHECK(current_pool() == pool_ref(other));
    });
    CHECK(ran);
  });
}

TEST_CASE("yield: a closure that waits in its own way lets other work run", "[par][yield]") {
  thread_pool pool(1);
  on_worker(pool, [&] {
    bool flag = false;
    weft::spawn([&] { flag = true; }).detach();
    while (!flag) static_cast<void>(weft::par::yield_now());
  });
}

TEST_CASE("join_context smoke: nobody there to take a half, so none has migrated", "[par][join]") {
  thread_pool pool(1);
  on_worker(pool, [&] {
    const auto r = weft::par::join_context([](half_context where) { return where.migrated(); },
                                           [](half_context where) { return where.migrated(); });
    CHECK_FALSE(r.first);
    CHECK_FALSE(r.second);
    // Run by its own thread, though not by its join: while the first half waits for something else.
    const auto met = weft::par::join_context([](half_context) { static_cast<void>(weft::par::yield_local()); },
                                             [](half_context where) { return where.migrated(); });
    CHECK_FALSE(met.second);
  });
}

TEST_CASE("join_context: a half that was taken has migrated", "[par][join]") {
  thread_pool pool(2);
  std::atomic<bool> begun{false};
  const auto r = pool.join_context(
      [&](half_context where) {
        while (!begun.load()) std::this_thread::yield();
        return where.migrated();
      },
      [&](half_context where) {
        begun.store(true);
        return where.migrated();
      });
  CHECK_FALSE(r.first);
  CHECK(r.second);
}

TEST_CASE("join_context results and exceptions: as join, from outside, inside and another pool", "[par][join]") {
  thread_pool pool(2);
  thread_pool other(1);
  const auto boxes = [](int a, int b) {
    auto r = weft::par::join_context([a](half_context) { return std::make_unique<int>(a); },
                                     [b](half_context) { return std::make_unique<int>(b); });
    return *r.first * 10 + *r.second;
  };
  CHECK(boxes(1, 2) == 12);
  CHECK(pool.install([&] { return boxes(3, 4); }) == 34);
  CHECK(other.install([&] { return pool.install([&] { return boxes(5, 6); }); }) == 56);
  bool ran = false;
  CHECK_THROWS_WITH(
      pool.join_context([](half_context) -> int { throw std::runtime_error("a"); }, [&](half_context) { ran = true; }), "a");
  CHECK(ran);
}

TEST_CASE("join throws_both: the dropped exception is counted, stolen or not", "[par][join]") {
  thread_pool pool(2);
  CHECK(pool.dropped_exceptions() == 0);
  const auto throws = [] { throw std::runtime_error("one of two"); };
  CHECK_THROWS_AS(pool.join(throws, throws), std::runtime_error);
  CHECK(pool.dropped_exceptions() == 1);
  CHECK_THROWS_AS(pool.join(throws, [] {}), std::runtime_error);
  CHECK_THROWS_AS(pool.join([] {}, throws), std::runtime_error);
  CHECK(pool.dropped_exceptions() == 1);
  std::atomic<bool> begun{false};
  CHECK_THROWS_AS(pool.join(
                      [&] {
                        while (!begun.load()) std::this_thread::yield();
                        throw std::runtime_error("a");
                      },
                      [&] {
                        begun.store(true);
                        throw std::runtime_error("b");
                      }),
                  std::runtime_error);
  CHECK(pool.dropped_exceptions() == 2);
}

TEST_CASE("install results: values, moved values, references and exceptions, on every kind of thread", "[par][pool]") {
  thread_pool pool(1);
  thread_pool other(1);
  const auto check = [&] {
    int x = 0;
    CHECK(pool.install([] { return 5; }) == 5);
    CHECK(*pool.install([] { return std::make_unique<int>(6); }) == 6);
    CHECK(&pool.install([&]() -> int& { return x; }) == &x);
    CHECK_THROWS_AS(pool.install([] { throw std::logic_error("x"); }), std::logic_error);
  };
  check();
  on_worker(pool, check);
  on_worker(other, check);
  pool.install([&] { other.install(check); });
}
