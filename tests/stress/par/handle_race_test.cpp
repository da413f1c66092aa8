// Whatever a handle's owner does while workers take, run and finish its task: no result is lost or doubled, nothing leaks.
#include "task_tools.hpp"
#include "weft_catch.hpp"

#include <atomic>
#include <memory>
#include <stdexcept>
#include <thread>
#include <vector>

namespace {

// A small, uneven delay, so that owner and worker meet at ever different places.
void dawdle(unsigned n) {
  for (unsigned i = 0; i < n % 61; ++i) weft::cpu_relax();
}

struct threads {
  ~threads() {
    for (std::thread& t : all) t.join();
  }
  std::vector<std::thread> all;
};

}  // namespace

TEST_CASE("handle race: stampede of owners that wait, drop, cancel, detach and poll", "[par][handle][stress]") {
  std::atomic<int> bodies{0}, results{0}, wrong{0}, reported{0};
  weft::par::pool_options options;
  options.threads = 2;
  options.on_exception = [&reported](std::exception_ptr) { ++reported; };
  {
    weft::thread_pool pool(options);
    threads owners;
    for (unsigned id = 0; id < 3; ++id) {
      owners.all.emplace_back([&, id] {
        test::counting_waker counts;
        const weft::waker who = counts.make();
        weft::context cx(who);
        for (unsigned i = 0; i < static_cast<unsigned>(test::count(10'000)); ++i) {
          auto task = pool.spawn([payload = test::counted(bodies), &results, i]() -> test::counted {
            dawdle(i);
            if (i % 7 == 0) throw static_cast<int>(i);
            return test::counted(results);
          });
          dawdle(i * 7 + id);
          try {
            switch (i % 5) {
              case 0:
                static_cast<void>(std::move(task).wait());
                break;
              case 1:
                break;
              case 2:
                task.cancel();
                break;
              case 3:
                if (task.poll(cx).is_pending()) static_cast<void>(std::move(task).wait());
                break;
              case 4:
                std::move(task).detach();
                break;
              default:
                break;
            }
          } catch (int number) {
            if (number != static_cast<int>(i) || i % 7 != 0) ++wrong;
          } catch (const weft::cancelled_error&) {
            ++wrong;  // only those that were dropped are cancelled here
          }
        }
        // what was polled to its end gave its waker back
        while (counts.alive() != 1) std::this_thread::yield();
      });
    }
  }
  CHECK(bodies == 0);
  CHECK(results == 0);
  CHECK(wrong == 0);
  CHECK(reported > 0);
}

TEST_CASE("handle race: cancel against start: the closure runs or is cancelled, never both", "[par][handle][stress]") {
  weft::thread_pool pool(2);
  int ran = 0, cancelled = 0, wrong = 0;
  for (unsigned i = 0; i < static_cast<unsigned>(test::count(20'000)); ++i) {
    std::atomic<bool> did_run{false};
    auto task = pool.spawn([&did_run] { did_run = true; });
    dawdle(i);
    task.cancel();
    try {
      std::move(task).wait();
      ++ran;
      wrong += !did_run;
    } catch (const weft::cancelled_error&) {
      ++cancelled;
      wrong += did_run;
    }
  }
  CHECK(wrong == 0);
  CHECK(ran + cancelled == test::count(20'000));
}

TEST_CASE("handle race: a pool is destroyed while others wait for its tasks", "[par][handle][stress]") {
  for (unsigned i = 0; i < static_cast<unsigned>(test::count(500)); ++i) {
    auto pool = std::make_unique<weft::thread_pool>(1);
    std::vector<weft::handle<unsigned>> tasks;
    for (unsigned k = 0; k < 4; ++k) {
      tasks.push_back(pool->spawn([k, i] {
        dawdle(i);
        return k;
      }));
    }
    std::atomic<unsigned> sum{0};
    {
      threads waiting;
      for (auto& task : tasks) {
        waiting.all.emplace_back([&sum, mine = std::move(task), i]() mutable {
          dawdle(i * 3);
          sum += std::move(mine).wait();
        });
      }
      dawdle(i * 5);
      pool.reset();
    }
    REQUIRE(sum == 6);
  }
}

TEST_CASE("handle race: storm of spawns from threads and workers", "[par][handle][stress]") {
  weft::thread_pool pool(4);
  std::atomic<long> sum{0};
  const int each = test::count(5000);
  {
    threads spawners;
    for (int id = 0; id < 4; ++id) {
      spawners.all.emplace_back([&pool, &sum] {
        std::vector<weft::handle<int>> tasks;
        for (int i = 0; i < each; ++i) {
          tasks.push_back(pool.spawn([] { return weft::spawn([] { return 1; }).wait(); }));
          if (tasks.size() == 64) {
            for (auto& task : tasks) sum += std::move(task).wait();
            tasks.clear();
          }
        }
        for (auto& task : tasks) sum += std::move(task).wait();
      });
    }
  }
  CHECK(sum == 4L * each);
}
