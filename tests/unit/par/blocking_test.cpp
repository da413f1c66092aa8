// What blocks within blocking() doesn't cost its pool a thread: another one works in its place, is kept, and is used again.
#include <weft/par/blocking.hpp>
#include <weft/par/handle.hpp>
#include <weft/par/thread_pool.hpp>

#include "stress_scale.hpp"
#include "weft_catch.hpp"

#include <algorithm>
#include <atomic>
#include <future>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>
#include <vector>

using weft::blocking;
using weft::thread_pool;
using weft::par::pool_options;

namespace {
pool_options with_spares(std::size_t threads, std::size_t spares) {
  pool_options options;
  options.threads = threads;
  options.most_spares = spares;
  return options;
}
}  // namespace

TEST_CASE("blocking smoke: outside of every pool it only calls", "[par][blocking]") {
  CHECK(blocking([] { return 5; }) == 5);
  int x = 0;
  CHECK(&blocking([&]() -> int& { return x; }) == &x);
  CHECK_THROWS_AS(blocking([] { throw std::runtime_error("x"); }), std::runtime_error);
}

TEST_CASE("blocking: a pool's only thread may wait for another job of the pool", "[par][blocking]") {
  thread_pool pool(1);
  for (int round = 0; round < scaled(1000); ++round) {
    std::promise<int> answer;
    std::promise<int> result;
    pool.spawn([&] { result.set_value(blocking([&] { return answer.get_future().get(); })); }).detach();
    pool.spawn([&] { answer.set_value(round); }).detach();
    REQUIRE(result.get_future().get() == round);
  }
}

TEST_CASE("blocking: what the blocked worker had queued before is run too", "[par][blocking]") {
  std::promise<void> over;
  thread_pool pool(1);
  pool.spawn([&] {
        std::promise<void> first, second;
        auto a = pool.spawn([&] { first.set_value(); });
        auto b = pool.spawn([&] { second.set_value(); });
        blocking([&] { first.get_future().get(), second.get_future().get(); });
        std::move(a).wait();
        std::move(b).wait();
        over.set_value();
      })
      .detach();
  over.get_future().get();
}

TEST_CASE("blocking: a chain of jobs that wait for one another needs one spare each", "[par][blocking]") {
  constexpr std::size_t links = 16;
  std::vector<std::promise<void>> done(links + 1);
  thread_pool pool(with_spares(1, links));
  for (std::size_t i = 0; i < links; ++i) {
    pool.spawn([&, i] {
          blocking([&] { done[i + 1].get_future().get(); });
          done[i].set_value();
        })
        .detach();
  }
  pool.spawn([&] { done[links].set_value(); }).detach();
  done[0].get_future().get();
}

TEST_CASE("blocking: spares are kept, and no more than they were allowed", "[par][blocking]") {
  std::mutex lock;
  std::set<std::size_t> born;
  std::size_t starts = 0;
  pool_options options = with_spares(2, 3);
  options.on_start = [&](std::size_t index) {
    const std::lock_guard held(lock);
    born.insert(index);
    ++starts;
  };
  {
    thread_pool pool(options);
    for (int round = 0; round < scaled(300); ++round) {
      // Four block, two at a time on workers and two on spares; a fifth job lets them go.
      std::promise<void> go;
      std::shared_future<void> gone = go.get_future().share();
      std::vector<weft::handle<void>> blocked;
      for (int i = 0; i < 4; ++i) blocked.push_back(pool.spawn([gone] { blocking([&] { gone.wait(); }); }));
      std::promise<void> ran;
      pool.spawn([&] {
            go.set_value();
            ran.set_value();
          })
          .detach();
      ran.get_future().get();
      for (auto& each : blocked) std::move(each).wait();
    }
  }
  CHECK(born.size() == starts);
  CHECK(born.size() <= 5);
  CHECK(*std::max_element(born.begin(), born.end()) < 5);
}

TEST_CASE("blocking without spares only calls, and a pool of two goes on with one", "[par][blocking]") {
  std::promise<void> go, ran;
  thread_pool pool(with_spares(2, 0));
  auto blocked = pool.spawn([&] { blocking([&] { go.get_future().get(); }); });
  pool.spawn([&] { go.set_value(); }).detach();
  pool.spawn([&] { ran.set_value(); }).detach();
  ran.get_future().get();
  std::move(blocked).wait();
}

TEST_CASE("blocking nested: the inner one calls, and each level may work for the pool", "[par][blocking]") {
  std::promise<int> result;
  thread_pool pool(1);
  pool.spawn([&] {
        result.set_value(blocking([&] {
          auto both = weft::join([] { return blocking([] { return 1; }); }, [] { return 2; });
          return both.first + both.second;
        }));
      })
      .detach();
  CHECK(result.get_future().get() == 3);
}

TEST_CASE("blocking: spares have no number, workers keep theirs", "[par][blocking]") {
  std::promise<void> seen;
  std::atomic<bool> keeps_number{true}, spare_has_number{true};
  {
    thread_pool pool(1);
    const auto is_first = [] { return weft::par::current_thread_index() == std::size_t{0}; };
    pool.spawn([&] {
          const bool before = is_first();
          keeps_number = blocking([&] {
            seen.get_future().get();
            return before && is_first();
          });
        })
        .detach();
    pool.spawn([&] {
          spare_has_number = weft::par::current_thread_index().has_value();
          seen.set_value();
        })
        .detach();
  }
  CHECK(keeps_number.load());
  CHECK_FALSE(spare_has_number.load());
}

TEST_CASE("blocking throws: the worker serves again", "[par][blocking]") {
  thread_pool pool(1);
  for (int round = 0; round < scaled(100); ++round) {
    auto failing = pool.spawn([] { blocking([] { throw std::runtime_error("x"); }); });
    CHECK_THROWS_AS(std::move(failing).wait(), std::runtime_error);
  }
}

TEST_CASE("blocking again and again for a moment: the spare comes to its job all the same", "[par][blocking]") {
  thread_pool pool(1);
  for (int round = 0; round < scaled(100); ++round) {
    std::promise<void> over;
    pool.spawn([&] {
          std::atomic<bool> ran{false};
          pool.spawn([&] { ran = true; }).detach();
          while (!ran.load()) blocking([] {});
          over.set_value();
        })
        .detach();
    over.get_future().get();
  }
}

// A guest that blocks leaves its place in the count to a worker: then a pool of two takes a loop's other half with both.
TEST_CASE("blocking as a guest: the pool's workers don't count it", "[par][blocking]") {
  thread_pool pool(2);
  pool.install([&] {
    const auto room = [&] { return pool.engine().look().room(); };
    while (pool.engine().look().workers_asleep() != 2) std::this_thread::yield();
    const auto before = room();
    blocking([&] { CHECK(room() == before + 1); });
    CHECK(room() == before);
  });
}
