// broadcast runs its closure once on each worker, wherever that worker is, and ends after all of them.
#include <weft/par/call_settings.hpp>
#include <weft/par/detail/stack_room.hpp>
#include <weft/par/isolate.hpp>
#include <weft/par/scope.hpp>
#include <weft/par/scope_fifo.hpp>
#include <weft/par/thread_pool.hpp>

#include "weft_catch.hpp"

#include <atomic>
#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

using weft::thread_pool;
using weft::par::broadcast_context;
using weft::par::pool_options;

namespace {
std::vector<std::size_t> first_numbers(std::size_t count) {
  std::vector<std::size_t> all(count);
  for (std::size_t i = 0; i < count; ++i) all[i] = i;
  return all;
}
void await_sleep(const thread_pool& pool) {
  while (pool.engine().look().workers_asleep() < pool.num_threads()) std::this_thread::yield();
}
}  // namespace

TEST_CASE("broadcast smoke: once on each worker, results in their order", "[par][broadcast]") {
  for (const std::size_t threads : {1u, 2u, 8u}) {
    thread_pool pool(threads);
    const auto seen = pool.broadcast([&](broadcast_context where) {
      return where.num_threads() == threads ? weft::par::current_thread_index().value() : 1000;
    });
    CHECK(seen == first_numbers(threads));
    CHECK(pool.broadcast([](broadcast_context where) { return where.index(); }) == first_numbers(threads));
  }
}

TEST_CASE("broadcast smoke: in the global pool, and from inside a pool in that one", "[par][broadcast]") {
  std::atomic<std::size_t> ran{0};
  weft::par::broadcast([&] { ran.fetch_add(1); });
  CHECK(ran.load() == weft::par::global_pool().num_threads());
  thread_pool pool(3);
  CHECK(pool.install([] { return weft::par::broadcast([](broadcast_context where) { return where.index(); }); }) ==
        first_numbers(3));
}

TEST_CASE("broadcast move_only results, references by wrapper, and bools", "[par][broadcast]") {
  thread_pool pool(3);
  const auto boxes = pool.broadcast([](broadcast_context where) { return std::make_unique<std::size_t>(where.index()); });
  for (std::size_t i = 0; i < 3; ++i) CHECK(*boxes[i] == i);
  int x = 0;
  for (const auto each : pool.broadcast([&] { return std::ref(x); })) CHECK(&each.get() == &x);
  CHECK(pool.broadcast([](broadcast_context where) { return where.index() != 1; }) == std::vector{true, false, true});
}

TEST_CASE("broadcast wakes the workers that sleep", "[par][broadcast]") {
  thread_pool pool(4);
  for (int i = 0; i < 50; ++i) {
    await_sleep(pool);
    CHECK(pool.broadcast([](broadcast_context where) { return where.index(); }) == first_numbers(4));
  }
}

TEST_CASE("broadcast: a worker in a wait runs it", "[par][broadcast]") {
  thread_pool pool(2);
  std::atomic<bool> stolen{false};
  std::atomic<int> ran{0};
  auto both = pool.spawn([&] {
    weft::join(
        [&] {
          while (!stolen.load()) std::this_thread::yield();
        },
        [&] {
          stolen.store(true);
          // The other worker waits for this half, and can run its letter only in that wait.
          while (ran.load() == 0) std::this_thread::yield();
        });
  });
  while (!stolen.load()) std::this_thread::yield();
  pool.broadcast([&] { ran.fetch_add(1); });
  std::move(both).wait();
  CHECK(ran.load() == 2);
}

TEST_CASE("broadcast: a worker that waits in another pool runs it", "[par][broadcast]") {
  thread_pool home(1);
  thread_pool away(1);
  std::atomic<bool> stolen{false};
  std::atomic<int> ran{0};
  auto traveller = home.spawn([&] {
    away.scope([&](auto& s) {
      s.spawn([&] {
        stolen.store(true);
        // Home's worker waits for this task as a guest of the other pool, and can run its letter only in that wait.
        while (ran.load() == 0) std::this_thread::yield();
      });
      while (!stolen.load()) std::this_thread::yield();
    });
  });
  while (!stolen.load()) std::this_thread::yield();
  home.broadcast([&] { ran.fetch_add(1); });
  std::move(traveller).wait();
  CHECK(ran.load() == 1);
}

TEST_CASE("broadcast nested: from within a broadcast, from all workers at once", "[par][broadcast]") {
  for (const std::size_t threads : {1u, 2u, 5u}) {
    thread_pool pool(threads);
    std::atomic<std::size_t> ran{0};
    pool.broadcast([&] { weft::par::broadcast([&] { weft::par::broadcast([&] { ran.fetch_add(1); }); }); });
    CHECK(ran.load() == threads * threads * threads);
  }
}

TEST_CASE("broadcast nested: two pools that broadcast to each other", "[par][broadcast]") {
  thread_pool a(2);
  thread_pool b(2);
  std::atomic<int> ran{0};
  a.broadcast([&] { b.broadcast([&] { a.broadcast([&] { ran.fetch_add(1); }); }); });
  CHECK(ran.load() == 8);
}

TEST_CASE("broadcast fifo: two broadcasts come to all workers in one order", "[par][broadcast]") {
  thread_pool pool(3);
  constexpr std::size_t rounds = 200;
  std::vector<std::vector<std::pair<int, std::size_t>>> seen(3);
  {
    const auto send = [&](int who) {
      for (std::size_t i = 0; i < rounds; ++i) {
        pool.spawn_broadcast([&seen, who, i](broadcast_context where) { seen[where.index()].emplace_back(who, i); });
      }
    };
    std::jthread one(send, 1);
    std::jthread two(send, 2);
  }
  pool.broadcast([] {});  // comes after all of them
  CHECK(seen[0].size() == 2 * rounds);
  CHECK(seen[1] == seen[0]);
  CHECK(seen[2] == seen[0]);
}

TEST_CASE("broadcast throws: one exception leaves after all have run, the others are counted", "[par][broadcast]") {
  thread_pool pool(4);
  std::atomic<int> ran{0};
  CHECK_THROWS_AS(pool.broadcast([&] {
    ran.fetch_add(1);
    throw std::runtime_error("each of them");
  }),
                  std::runtime_error);
  CHECK(ran.load() == 4);
  CHECK(pool.dropped_exceptions() == 3);
  CHECK_THROWS_AS(pool.broadcast([&](broadcast_context where) -> int {
    if (where.index() == 2) throw std::logic_error("one of them");
    return 1;
  }),
                  std::logic_error);
  CHECK(pool.dropped_exceptions() == 3);
}

TEST_CASE("broadcast no_starvation: a worker whose work breeds work runs it", "[par][broadcast]") {
  thread_pool pool(1);
  std::atomic<bool> ran{false};
  std::atomic<bool> breeding{false};
  auto breeder = pool.spawn([&] {
    const std::function<void(weft::scope_handle&)> breed = [&](weft::scope_handle& s) {
      breeding.store(true);
      if (!ran.load()) s.spawn(breed);
    };
    weft::scope([&](auto& s) { breed(s); });
  });
  while (!breeding.load()) std::this_thread::yield();
  pool.spawn_broadcast([&] { ran.store(true); });
  std::move(breeder).wait();
  CHECK(ran.load());
}

TEST_CASE("spawn_broadcast smoke: the pool's end waits for it, and then its closure is gone", "[par][broadcast]") {
  const auto token = std::make_shared<std::atomic<int>>(0);
  for (int i = 1; i <= 50; ++i) {
    {
      thread_pool pool(3);
      if (i % 2 == 0) await_sleep(pool);
      pool.spawn_broadcast([token] { token->fetch_add(1); });
    }
    CHECK(token->load() == 3 * i);
    CHECK(token.use_count() == 1);
  }
}

TEST_CASE("spawn_broadcast drops: from a task that runs while the pool ends", "[par][broadcast]") {
  std::atomic<int> ran{0};
  for (int i = 0; i < 50; ++i) {
    const thread_pool pool(3);
    pool.spawn([&] { weft::par::spawn_broadcast([&] { ran.fetch_add(1); }); }).detach();
  }
  CHECK(ran.load() == 150);
}

TEST_CASE("spawn_broadcast throws: to the pool's handler", "[par][broadcast]") {
  std::atomic<int> caught{0};
  {
    pool_options options;
    options.threads = 3;
    options.on_exception = [&](const std::exception_ptr&) { caught.fetch_add(1); };
    const thread_pool pool(options);
    pool.install([] { weft::par::spawn_broadcast([] { throw 1; }); });
  }
  CHECK(caught.load() == 3);
}

TEST_CASE("scope spawn_broadcast: the scope waits for all copies, and throws what they throw", "[par][broadcast]") {
  thread_pool pool(3);
  std::atomic<int> ran{0};
  pool.scope([&](auto& s) {
    s.spawn_broadcast([&] { ran.fetch_add(1); });
    s.spawn([&](auto& inner) { inner.spawn_broadcast([&](broadcast_context) { ran.fetch_add(1); }); });
  });
  CHECK(ran.load() == 6);
  pool.in_place_scope_fifo([&](auto& s) { s.spawn_broadcast([&] { ran.fetch_add(1); }); });
  CHECK(ran.load() == 9);
  CHECK_THROWS_AS(pool.scope([&](auto& s) { s.spawn_broadcast([] { throw std::runtime_error("copy"); }); }),
                  std::runtime_error);
  CHECK(pool.dropped_exceptions() == 2);
}

TEST_CASE("broadcast stampede: from many threads", "[par][broadcast]") {
  thread_pool pool(3);
  std::atomic<int> ran{0};
  {
    std::vector<std::jthread> callers;
    for (int c = 0; c < 8; ++c) {
      callers.emplace_back([&] {
        for (int i = 0; i < 50; ++i) pool.broadcast([&] { ran.fetch_add(1); });
      });
    }
  }
  CHECK(ran.load() == 3 * 8 * 50);
}

TEST_CASE("broadcast: from a worker in isolation, that runs its own copy, after what was broadcast before",
          "[par][broadcast]") {
  for (const std::size_t threads : {1u, 2u, 4u}) {
    thread_pool pool(threads);
    std::atomic<std::size_t> before{0}, seen_before{0}, results{0};
    pool.spawn([&] {
          weft::isolate([&] {
            pool.spawn_broadcast([&] { ++before; });
            results = pool.broadcast([&](auto where) {
                            if (pool.current_thread_index() == where.index()) seen_before += before.load() != 0 ? 1 : 0;
                            return where.index();
                          })
                          .size();
            weft::scope([&](auto& s) { s.spawn_broadcast([&] { ++before; }); });
          });
          weft::isolated().broadcast([&] { ++before; });
          results += threads;
        })
        .detach();
    while (results != 2 * threads || before != 3 * threads) std::this_thread::yield();
    CHECK(seen_before == threads);
  }
}

TEST_CASE("broadcast: by a task of an isolated scope whose worker sleeps", "[par][broadcast]") {
  thread_pool pool(2);
  std::atomic<int> ran{0};
  const int rounds = 300;
  for (int round = 0; round < rounds; ++round) {
    std::atomic<bool> is_over{false};
    pool.spawn([&, round] {
          weft::isolated().scope([&](auto& s) {
            std::atomic<bool> begun{false};
            s.spawn([&] {
              begun = true;
              for (int i = 0; i < 20 * round; ++i) std::this_thread::yield();
              s.spawn_broadcast([&] { ++ran; });
            });
            while (!begun) std::this_thread::yield();  // elsewhere
          });
          is_over = true;
        })
        .detach();
    while (!is_over) std::this_thread::yield();
  }
  CHECK(ran == 2 * rounds);
}

namespace {
/// Calls f at more than half of the calling worker's stack.
template <class F>
void deep_down(F f) {
  volatile char frame[1024];
  frame[0] = 0;
  if (weft::par::detail::is_deep()) return f();
  deep_down(f);
  frame[1] = frame[0];
}
}  // namespace

TEST_CASE("broadcast: from deep down a worker's stack", "[par][broadcast]") {
  pool_options options;
  options.threads = 2;
  options.stack_size = std::size_t{1} << 20;
  thread_pool pool(options);
  std::atomic<std::size_t> results{0};
  pool.spawn([&] { deep_down([&] { results = pool.broadcast([](auto where) { return where.index(); }).size(); }); })
      .detach();
  while (results == 0) std::this_thread::yield();
  CHECK(results == 2);
}
