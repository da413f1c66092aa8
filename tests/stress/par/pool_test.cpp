// Pools come and go by the thousand, work crosses between them in both directions, and no submitted job is lost or run
// twice.
#include <weft/par/thread_pool.hpp>

#include "weft_catch.hpp"

#include <atomic>
#include <chrono>
#include <memory>
#include <thread>
#include <vector>

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
constexpr int pools = 500;
constexpr int jobs = 5'000;
#else
constexpr int pools = 10'000;
constexpr int jobs = 100'000;
#endif

using weft::thread_pool;
namespace detail = weft::par::detail;

namespace {
struct heap_job final : detail::job {
  explicit heap_job(std::atomic<int>& c) : job{&heap_job::go}, counter(&c) {}
  static void go(detail::job& self) noexcept {
    const std::unique_ptr<heap_job> me(static_cast<heap_job*>(&self));
    me->counter->fetch_add(1);
  }
  std::atomic<int>* counter;
};
void submit(detail::registry& pool, std::atomic<int>& counter) {
  auto job = std::make_unique<heap_job>(counter);
  pool.submit(*job);
  static_cast<void>(job.release());
}
}  // namespace

TEST_CASE("pool created and destroyed many times, idle and with work", "[par][pool]") {
  std::atomic<int> ran{0};
  int expected = 0;
  for (int i = 0; i < pools; ++i) {
    thread_pool pool(static_cast<std::size_t>(i % 3 + 1));
    if (i % 4 == 1) {
      submit(pool.engine(), ran);
      ++expected;
    }
    if (i % 4 == 2) expected += pool.join([] { return 1; }, [&] { return ran.fetch_add(2); }).first + 1;
  }
  CHECK(ran.load() == expected);
}

TEST_CASE("pool submit from many threads, sleeping and not", "[par][pool]") {
  std::atomic<int> ran{0};
  {
    thread_pool pool(2);
    std::vector<std::jthread> submitters;
    for (int t = 0; t < 4; ++t) {
      submitters.emplace_back([&, t] {
        for (int i = 0; i < jobs / 4; ++i) {
          submit(pool.engine(), ran);
          // Ends at the latest when the other submitters have.
          while (t == 0 && i % 512 == 0 && pool.engine().look().workers_asleep() == 0) std::this_thread::yield();
        }
      });
    }
    submitters.clear();
  }
  CHECK(ran.load() == jobs / 4 * 4);
}

TEST_CASE("pool no lost wake-up: one submit at a time to a pool that falls asleep in between", "[par][pool]") {
  thread_pool pool(2);
  std::atomic<int> ran{0};
  for (int i = 1; i <= jobs / 50; ++i) {
    submit(pool.engine(), ran);
    while (ran.load() < i) std::this_thread::yield();
    // From no pause to a good while: hits the worker at every step of its way to sleep.
    for (int spin = 0; spin < i % 700; ++spin) weft::cpu_relax();
  }
  CHECK(ran.load() == jobs / 50);
}

TEST_CASE("pool nested: two pools that call each other from all their workers", "[par][pool]") {
  thread_pool a(2);
  thread_pool b(2);
  std::atomic<int> leaves{0};
  const auto bounce = [&](auto& self, int depth, bool in_a) -> void {
    if (depth == 0) {
      leaves.fetch_add(1);
      return;
    }
    (in_a ? b : a).join([&] { self(self, depth - 1, !in_a); }, [&] { self(self, depth - 1, !in_a); });
  };
  for (int round = 0; round < 20; ++round) {
    leaves.store(0);
    a.scope([&](auto& s) {
      for (int i = 0; i < 4; ++i) s.spawn([&] { bounce(bounce, 8, true); });
    });
    b.install([&] { bounce(bounce, 8, false); });
    REQUIRE(leaves.load() == 5 * 256);
  }
}

TEST_CASE("pool nested: a worker that waits in another pool still works for its own", "[par][pool]") {
  thread_pool a(1);
  thread_pool b(1);
  for (int round = 0; round < 50; ++round) {
    std::atomic<bool> begun{false};
    std::atomic<int> inner{0};
    std::atomic<int> done{0};
    a.scope([&](auto& in_a) {
      in_a.spawn([&] {
        b.scope([&](auto& in_b) {
          in_b.spawn([&] {
            begun.store(true);
            submit(a.engine(), inner);
            while (inner.load() == 0) std::this_thread::yield();
            done.fetch_add(1);
          });
          // Until b's worker has it; from then on this thread waits in b for something that only a's worker can run.
          while (!begun.load()) std::this_thread::yield();
        });
      });
      // Leaves the task to a's worker, which this thread may be a guest beside.
      while (!begun.load()) std::this_thread::yield();
    });
    REQUIRE(done.load() == 1);
  }
}
