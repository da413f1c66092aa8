// Stop requests at every moment of loops, scopes, joins and tasks: all ends, nothing runs twice, nothing leaks.
#include <weft/par.hpp>

#include "task_tools.hpp"
#include "weft_catch.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <stop_token>
#include <thread>
#include <utility>
#include <vector>

using weft::cancelled_error;
using weft::thread_pool;
using weft::with_pool;

namespace {

/// A cheap source of delays that is the same in every run.
class delays {
 public:
  explicit delays(std::uint64_t seed) : state_(seed * 0x9E3779B97F4A7C15u + 1) {}
  std::uint64_t below(std::uint64_t n) {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return state_ % n;
  }
  void pass() {
    for (std::uint64_t i = below(40); i > 0; --i) {
      if (i % 16 == 0) std::this_thread::yield();
      weft::cpu_relax();
    }
  }

 private:
  std::uint64_t state_;
};

/// Has a thread request a stop at some moment of each round. Rounds: call(round, token, delays).
template <class Call>
void against_stops(int rounds, Call call) {
  for (int round = 0; round < rounds; ++round) {
    std::stop_source source;
    std::atomic<bool> begun{false};
    std::thread stopper([&] {
      delays mine(static_cast<std::uint64_t>(round) + 1000);
      while (!begun.load()) weft::cpu_relax();
      for (std::uint64_t i = mine.below(20); i > 0; --i) mine.pass();
      source.request_stop();
    });
    begun = true;
    call(round, source.get_token(), delays(static_cast<std::uint64_t>(round)));
    stopper.join();
  }
}

}  // namespace

TEST_CASE("stop stampede: loops", "[par][stop]") {
  thread_pool pool(3);
  std::atomic<int> alive{0};
  against_stops(test::count(2000), [&](int round, const std::stop_token& token, delays) {
    const std::size_t n = 1 + static_cast<std::size_t>(round) % 300;
    std::vector<std::atomic<int>> seen(n);
    const auto items = [&] {
      return weft::par_iter(weft::indices(n)).with_pool(pool).with_max_len(2).with_stop_token(token).map([&](std::size_t i) {
        ++seen[i];
        return test::counted(alive);
      });
    };
    bool is_through = false;
    try {
      const auto all = round % 2 == 0 ? items().collect() : items().isolated().filter([](auto&&) { return true; }).collect();
      is_through = true;
      REQUIRE(all.size() == n);
    } catch (const cancelled_error&) {
    }
    for (const auto& times : seen) REQUIRE((times == 1 || (times == 0 && !is_through)));
    REQUIRE(alive.load() == 0);
  });
}

TEST_CASE("stop stampede: scopes whose tasks spawn, and joins in them", "[par][stop]") {
  thread_pool pool(3);
  std::atomic<int> alive{0};
  against_stops(test::count(2000), [&](int round, const std::stop_token& token, delays random) {
    std::atomic<int> ran{0};
    bool is_through = false;
    auto how = with_pool(pool).with_stop_token(token);
    if (round % 3 == 0) how = how.isolated();
    try {
      how.scope([&](auto& s) {
        for (int i = 0; i < 8; ++i) {
          s.spawn([&, owned = test::counted(alive)](auto& inner) {
            inner.spawn([&, also = owned] {
              try {
                weft::with_stop_token(token).join([&] { ++ran; }, [] {});
              } catch (const cancelled_error&) {
              }
            });
          });
          random.pass();
        }
        if (round % 5 == 0) throw std::out_of_range("the body");
      });
      is_through = true;
    } catch (const cancelled_error&) {
      REQUIRE(round % 5 != 0);
    } catch (const std::out_of_range&) {
      REQUIRE(round % 5 == 0);
    }
    REQUIRE(ran.load() <= 8);
    REQUIRE((!is_through || round % 5 != 0));
    REQUIRE(alive.load() == 0);
  });
}

namespace {
/// Suspends a few times.
struct some_steps {
  std::atomic<int>* ended;
  test::counted owned;
  int left;
  weft::atomic::poll<int> poll(weft::context& cx) {
    if (left-- == 0) {
      ++*ended;
      return 5;
    }
    cx.get_waker().wake_by_ref();
    return weft::atomic::pending;
  }
};
}  // namespace

// Waited for, polled, cancelled, dropped and detached, by two threads, and stopped by a third.
TEST_CASE("stop stampede: tasks", "[par][stop]") {
  thread_pool pool(2);
  std::atomic<int> alive{0};
  const auto use = [](auto task, int which) {
    switch (which) {
      case 0:
        std::move(task).detach();
        break;
      case 1:
        task.cancel();
        [[fallthrough]];
      case 2:
        try {
          const int value = std::move(task).wait();
          REQUIRE(value == 5);
        } catch (const cancelled_error&) {
        }
        break;
      case 3: {
        test::counting_waker wakes;
        const weft::waker mine = wakes.make();
        weft::context cx(mine);
        try {
          if (task.poll(cx).is_pending()) std::move(task).wait();
        } catch (const cancelled_error&) {
        }
        while (wakes.alive() != 1) std::this_thread::yield();  // who has ended the task may still be about to wake
        break;
      }
      default:
        break;  // dropped
    }
  };
  against_stops(test::count(1500), [&](int round, const std::stop_token& token, delays random) {
    std::atomic<int> ran{0};
    {
      thread_pool short_lived(1);
      for (int i = 0; i < 6; ++i) {
        const auto& where = (round + i) % 4 == 0 ? short_lived : pool;
        const auto how = with_pool(where).with_stop_token(token);
        const auto work = [&ran, owned = test::counted(alive)] {
          ++ran;
          return 5;
        };
        // What is detached may outlive this round only in the pool that ends with it.
        const int which = &where == &short_lived ? i % 5 : 1 + i % 4;
        if (i % 2 == 0) {
          use(i % 4 == 0 ? how.spawn(work) : how.spawn_fifo(work), which);
        } else {
          use(how.spawn(some_steps{&ran, test::counted(alive), round % 3}), which);
        }
        random.pass();
      }
      // From inside the pool, where a wait takes the task out of its own queue.
      short_lived
          .spawn([&] {
            use(with_pool(short_lived).with_stop_token(token).spawn([owned = test::counted(alive)] { return 5; }), 2);
          })
          .wait();
    }
    REQUIRE(ran.load() <= 6);
    // A stale entry of the pool that lives on may hold what a task's memory holds, not its closure.
    REQUIRE(alive.load() == 0);
  });
}
