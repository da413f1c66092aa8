// A pool starts what it can, runs what it is given on the caller and its workers, and is gone when its destructor returns.
#include <weft/par/thread_pool.hpp>

#include "weft_catch.hpp"

#include <atomic>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <set>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

using weft::thread_pool;
using weft::par::pool_options;
namespace detail = weft::par::detail;

namespace {
// A job that destroys itself.
struct heap_job final : detail::job {
  explicit heap_job(std::atomic<int>& c) : job{&heap_job::go}, counter(&c) {}
  static void go(detail::job& self) noexcept {
    const std::unique_ptr<heap_job> me(static_cast<heap_job*>(&self));
    me->counter->fetch_add(1);
  }
  std::atomic<int>* counter;
};
void submit(thread_pool& pool, std::atomic<int>& counter) {
  auto job = std::make_unique<heap_job>(counter);
  pool.engine().submit(*job);
  static_cast<void>(job.release());
}
}  // namespace

TEST_CASE("thread_pool smoke", "[par][pool]") {
  thread_pool pool(2);
  CHECK(pool.num_threads() == 2);
  CHECK(pool.install([] { return 5; }) == 5);
  int x = 0;
  int& same = pool.install([&]() -> int& { return x; });
  CHECK(&same == &x);
}

TEST_CASE("thread_pool capacity: 0 and absurd thread counts are refused in words", "[par][pool]") {
  CHECK_THROWS_AS(thread_pool(0), std::invalid_argument);
  CHECK_THROWS_AS(thread_pool(1'000'000'000), std::length_error);
}

TEST_CASE("thread_pool default has at least one thread", "[par][pool]") {
  thread_pool pool;
  CHECK(pool.num_threads() >= 1);
  CHECK(weft::par::current_num_threads() >= 1);
}

TEST_CASE("thread_pool install runs on the calling thread", "[par][pool]") {
  thread_pool pool(2);
  const auto me = std::this_thread::get_id();
  CHECK(pool.install([&] { return std::this_thread::get_id() == me; }));
  CHECK(pool.install([] { return weft::par::current_num_threads(); }) == 2);
  CHECK_FALSE(weft::par::current_thread_index().has_value());
  CHECK_FALSE(pool.install([] { return weft::par::current_thread_index().has_value(); }));
}

TEST_CASE("thread_pool install throws what its function throws, and leaves the seat", "[par][pool]") {
  thread_pool pool(1);
  for (int i = 0; i < 200; ++i) CHECK_THROWS_AS(pool.install([] { throw std::runtime_error("x"); }), std::runtime_error);
  CHECK(detail::registry::current() == nullptr);
}

TEST_CASE("thread_pool drops: the destructor runs everything that was submitted", "[par][pool]") {
  for (const std::size_t threads : {1u, 2u, 8u}) {
    std::atomic<int> ran{0};
    {
      thread_pool pool(threads);
      for (int i = 0; i < 1000; ++i) submit(pool, ran);
    }
    CHECK(ran.load() == 1000);
  }
}

TEST_CASE("thread_pool drops: it waits while the pool is held", "[par][pool]") {
  std::atomic<int> ran{0};
  std::jthread late;
  {
    thread_pool pool(1);
    pool.engine().hold();
    late = std::jthread([&ran, &engine = pool.engine()] {
      for (int i = 0; i < 100; ++i) std::this_thread::yield();
      auto job = std::make_unique<heap_job>(ran);
      engine.submit(*job);
      static_cast<void>(job.release());
      engine.release();
    });
  }
  CHECK(ran.load() == 1);
}

TEST_CASE("thread_pool handlers run once on each worker, before and after its work", "[par][pool]") {
  std::atomic<int> started{0};
  std::atomic<int> ended{0};
  std::atomic<unsigned> indices{0};
  {
    pool_options options;
    options.threads = 4;
    options.name = "handler-test-with-a-long-name";
    options.stack_size = 256 * 1024;
    options.on_start = [&](std::size_t i) {
      started.fetch_add(1);
      indices.fetch_or(1u << i);
    };
    options.on_exit = [&](std::size_t) { ended.fetch_add(1); };
    thread_pool pool(options);
    std::atomic<int> ran{0};
    for (int i = 0; i < 10; ++i) submit(pool, ran);
  }
  CHECK(started.load() == 4);
  CHECK(ended.load() == 4);
  CHECK(indices.load() == 0b1111u);
}

TEST_CASE("thread_pool nested: pools that call each other, and themselves through each other", "[par][pool]") {
  thread_pool a(1);
  thread_pool b(1);
  std::atomic<int> ran{0};
  const auto bounce = [&](auto& self, int depth) -> void {
    ran.fetch_add(1);
    if (depth == 0) return;
    thread_pool& next = depth % 2 == 0 ? a : b;
    next.join([&] { self(self, depth - 1); }, [&] { self(self, depth - 1); });
  };
  bounce(bounce, 9);
  CHECK(ran.load() == 1023);
  CHECK(detail::registry::current() == nullptr);
}

TEST_CASE("thread_pool nested: entering a pool again finds the seat", "[par][pool]") {
  thread_pool a(1);
  thread_pool b(1);
  a.install([&] {
    auto* const first = detail::participant::current();
    b.install([&] {
      auto* const second = detail::participant::current();
      CHECK(first != second);
      a.install([&] {
        CHECK(detail::participant::current() == first);
        b.install([&] { CHECK(detail::participant::current() == second); });
      });
      CHECK(detail::participant::current() == second);
    });
    CHECK(detail::participant::current() == first);
  });
}

TEST_CASE("thread_pool capacity: more outsiders than seats all get their work done", "[par][pool]") {
  thread_pool pool(2);
  constexpr int outsiders = 80;
  std::atomic<int> inside{0};
  std::atomic<int> serial{0};
  std::atomic<long> sum{0};
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < outsiders; ++i) {
      threads.emplace_back([&, i] {
        pool.install([&] {
          if (detail::participant::current()->kind() == detail::seat_kind::serial) serial.fetch_add(1);
          inside.fetch_add(1);
          while (inside.load() < outsiders) std::this_thread::yield();
          auto r = weft::join([&] { return i; }, [&] { return i; });
          weft::scope([&](auto& s) { s.spawn([&] { sum.fetch_add(1); }); });
          sum.fetch_add(r.first + r.second);
        });
      });
    }
  }
  CHECK(sum.load() == outsiders + outsiders * (outsiders - 1));
  CHECK(serial.load() == outsiders - static_cast<int>(detail::registry::guest_seats));
}

TEST_CASE("thread_pool smoke: a worker runs what is submitted while its submitter sleeps elsewhere", "[par][pool]") {
  thread_pool pool(1);
  std::atomic<int> ran{0};
  for (int i = 1; i <= 100; ++i) {
    submit(pool, ran);
    while (ran.load() < i) std::this_thread::yield();
  }
  CHECK(ran.load() == 100);
}

TEST_CASE("thread_pool promised work starts although a guest keeps its seat and never comes back to it", "[par][pool]") {
  thread_pool pool(1);
  std::atomic<int> ran{0};
  pool.install([&] {
    submit(pool, ran);
    while (ran.load() == 0) std::this_thread::yield();
    weft::scope([&](auto& s) {
      s.spawn([&] { ran.fetch_add(1); });
      while (ran.load() < 2) std::this_thread::yield();
    });
  });
  CHECK(ran.load() == 2);
}

TEST_CASE("thread_pool no_starvation: work that breeds work keeps out neither what comes from outside nor what is queued",
          "[par][pool]") {
  thread_pool pool(1);
  std::atomic<int> outside{0};
  std::atomic<int> queued{0};
  std::atomic<bool> breeding{false};
  auto breeder = pool.spawn([&] {
    submit(pool, queued);  // by the worker, so into its own queue
    const std::function<void(weft::scope_handle&)> breed = [&](weft::scope_handle& s) {
      breeding.store(true);
      if (outside.load() == 0 || queued.load() == 0) s.spawn(breed);
    };
    weft::scope([&](auto& s) { breed(s); });
  });
  while (!breeding.load()) std::this_thread::yield();
  submit(pool, outside);
  std::move(breeder).wait();
  CHECK(outside.load() == 1);
  CHECK(queued.load() == 1);
}

TEST_CASE("thread_pool of 64 threads on few processors", "[par][pool]") {
  thread_pool pool(64);
  CHECK(pool.num_threads() == 64);
  std::atomic<int> ran{0};
  pool.scope([&](auto& s) {
    for (int i = 0; i < 1000; ++i) s.spawn([&] { ran.fetch_add(1); });
  });
  CHECK(ran.load() == 1000);
}
