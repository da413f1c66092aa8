// While a closure in isolate() waits, its thread runs nothing but what the closure has started.
#include <weft/par.hpp>

#include "stress_scale.hpp"
#include "weft_catch.hpp"

#include <algorithm>
#include <atomic>
#include <future>
#include <mutex>
#include <numeric>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

using weft::isolate;
using weft::thread_pool;

namespace {
// Long enough that who waits for it looks for other work meanwhile.
void dawdle() {
  for (int i = 0; i < 100; ++i) std::this_thread::yield();
}
}  // namespace

TEST_CASE("isolate smoke", "[par][isolate]") {
  CHECK(isolate([] { return 5; }) == 5);
  int x = 0;
  CHECK(&isolate([&]() -> int& { return x; }) == &x);
  CHECK_THROWS_AS(isolate([] { throw std::runtime_error("x"); }), std::runtime_error);
  thread_pool pool(2);
  CHECK(pool.install([] { return isolate([] { return weft::par::current_num_threads(); }); }) == 2);
  CHECK(weft::par::detail::participant::current() == nullptr);
}

TEST_CASE("isolate: joins, scopes, loops, handles and nested pools give their results", "[par][isolate]") {
  for (const std::size_t threads : {1u, 2u, 4u}) {
    thread_pool pool(threads), other(2);
    std::vector<int> numbers(100'000);
    std::iota(numbers.begin(), numbers.end(), 0);
    const auto wanted = std::accumulate(numbers.begin(), numbers.end(), std::int64_t{0});
    const auto sum = [&] { return weft::par_iter(numbers).map([](int i) { return std::int64_t{i}; }).sum(); };
    pool.install([&] {
      const auto total = isolate([&] {
        std::atomic<std::int64_t> all{0};
        auto both = weft::join(sum, [&] { return isolate(sum); });
        all += both.first + both.second;
        weft::scope([&](auto& s) {
          for (int i = 0; i < 4; ++i) s.spawn([&] { all += sum(); });
        });
        auto spawned = weft::spawn(sum);
        all += other.install(sum);
        all += other.install([&] { return pool.install([&] { return isolate(sum); }); });
        all += std::move(spawned).wait();
        return all.load();
      });
      CHECK(total == 9 * wanted);
    });
  }
}

// A worker spawns a foreign job, which then lies on top of its own deque, and waits for it by wait(until), isolated or not.
// Isolated, somebody else must have run it: a spare.
template <class Wait>
void check_foreign_job_on_top(Wait wait) {
  for (const bool isolated : {false, true}) {
    std::promise<std::pair<std::thread::id, std::thread::id>> ran_by;
    thread_pool pool(1);
    pool.spawn([&] {
          std::thread::id runner;
          std::atomic<bool> ran{false};
          const weft::waker me = weft::par::detail::thread_waker();
          pool.spawn([&] {
                runner = std::this_thread::get_id();
                ran = true;
                me.wake_by_ref();
              })
              .detach();
          const auto body = [&] { wait([&] { return ran.load(); }); };
          isolated ? isolate(body) : body();
          ran_by.set_value({std::this_thread::get_id(), runner});
        })
        .detach();
    const auto [waiter, runner] = ran_by.get_future().get();
    CHECK((waiter == runner) == !isolated);
  }
}

TEST_CASE("isolate: a foreign job in one's own deque isn't run underneath, but by a spare", "[par][isolate]") {
  check_foreign_job_on_top([](auto until) { weft::par::detail::wait_until(until); });
}

TEST_CASE("isolate: the same when the waiting worker is a guest in another pool", "[par][isolate]") {
  thread_pool other(1);
  check_foreign_job_on_top([&](auto until) { other.install([&] { weft::par::detail::wait_until(until); }); });
}

// One worker isolates, the other one takes its second half; the foreign job lies in the injector.
TEST_CASE("isolate: whoever takes one of its jobs runs nothing foreign underneath either", "[par][isolate]") {
  thread_pool pool(2);
  std::atomic<bool> taken{false}, spawned{false}, ran{false};
  std::thread::id isolator, thief, runner;
  weft::waker waiting;
  std::thread client([&] {
    while (!taken.load()) std::this_thread::yield();
    pool.spawn([&] {
          runner = std::this_thread::get_id();
          ran = true;
          waiting.wake_by_ref();
        })
        .detach();
    spawned = true;
  });
  std::promise<void> over;
  pool.spawn([&] {
        isolator = std::this_thread::get_id();
        isolate([&] {
          weft::join(
              [&] {
                while (!taken.load()) std::this_thread::yield();
              },
              [&] {
                thief = std::this_thread::get_id();
                waiting = weft::par::detail::thread_waker();
                taken = true;
                while (!spawned.load()) std::this_thread::yield();
                weft::par::detail::wait_until([&] { return ran.load(); });
              });
        });
        over.set_value();
      })
      .detach();
  over.get_future().get();
  client.join();
  CHECK(thief != isolator);
  CHECK(runner != thief);
  CHECK(runner != isolator);
}

TEST_CASE("isolate: the waiting thread runs what its own jobs have started on other threads", "[par][isolate]") {
  thread_pool pool(2);
  for (int round = 0; round < scaled(200); ++round) {
    std::atomic<bool> taken{false}, helped{false};
    std::thread::id isolator, helper;
    std::promise<void> over;
    pool.spawn([&] {
          isolator = std::this_thread::get_id();
          isolate([&] {
            weft::join(
                [&] {
                  while (!taken.load()) std::this_thread::yield();
                },
                [&] {
                  taken = true;
                  weft::scope([&](auto& s) {
                    s.spawn([&] {
                      helper = std::this_thread::get_id();
                      helped = true;
                    });
                    // The other worker is left to run it, in its wait, or a spare, if that wait has gone to sleep already.
                    while (!helped.load()) std::this_thread::yield();
                  });
                });
          });
          over.set_value();
        })
        .detach();
    over.get_future().get();
    if (helper == isolator) return;
  }
  FAIL("the waiting thread never ran a job of its own region");
}

TEST_CASE("isolate: what was spawned and not waited for goes on outside", "[par][isolate]") {
  for (int round = 0; round < scaled(200); ++round) {
    std::atomic<int> ran{0};
    {
      thread_pool pool(1);
      pool.install([&] {
        isolate([&] {
          for (int i = 0; i < 5; ++i) pool.spawn([&] { ++ran; }).detach();
        });
      });
      pool.spawn([&] { isolate([&] { pool.spawn([&] { ++ran; }).detach(); }); }).detach();
    }
    REQUIRE(ran.load() == 6);
  }
}

TEST_CASE("isolate: a future that the wait is for may be woken into the pool's only queue", "[par][isolate]") {
  struct two_steps {
    std::atomic<int>* polls;
    weft::atomic::poll<int> poll(weft::context& cx) {
      if (polls->fetch_add(1) == 0) {
        cx.get_waker().wake_by_ref();
        return weft::atomic::pending;
      }
      return 7;
    }
  };
  std::promise<int> result;
  std::atomic<int> polls{0};
  thread_pool pool(1);
  pool.spawn([&] { result.set_value(isolate([&] { return pool.spawn(two_steps{&polls}).wait(); })); }).detach();
  CHECK(result.get_future().get() == 7);
  CHECK(polls.load() == 2);
}

// Each item holds the lock while it waits for a half that somebody else has taken. A thread that then ran another item would wait
// for a lock that it holds itself.
TEST_CASE("isolate: a lock held across a parallel call isn't met again underneath", "[par][isolate]") {
  thread_pool pool(2);
  std::mutex lock;
  int held = 0;
  for (int round = 0; round < scaled(100); ++round) {
    pool.scope([&](auto& s) {
      for (int item = 0; item < 8; ++item) {
        s.spawn([&] {
          std::unique_lock mine(lock, std::defer_lock);
          weft::blocking([&] { mine.lock(); });
          ++held;
          std::atomic<bool> taken{false};
          isolate([&] {
            weft::join(
                [&] {
                  while (!taken.load()) std::this_thread::yield();
                },
                [&] {
                  taken = true;
                  dawdle();
                });
          });
        });
      }
    });
  }
  CHECK(held == 8 * scaled(100));
}

TEST_CASE("isolate: a loop inside a loop whose every item locks the same mutex", "[par][isolate]") {
  for (const std::size_t threads : {1u, 2u, 4u}) {
    thread_pool pool(threads);
    std::mutex lock;
    std::int64_t total = 0;
    const int items = scaled(100);
    pool.install([&] {
      weft::par_iter(weft::par::range(0, items)).with_max_len(1).for_each([&](int) {
        std::unique_lock held(lock, std::defer_lock);
        weft::blocking([&] { held.lock(); });  // so that there are threads for the inner loop
        total += isolate([&] {
          return weft::par_iter(weft::par::range(0, 8))
              .with_max_len(1)
              .map([](int i) {
                dawdle();
                return i;
              })
              .sum();
        });
      });
    });
    CHECK(total == std::int64_t{items} * 28);
  }
}
