// A loop runs in the pool that it is told, and on no more threads than it is told.
#include "iter_support.hpp"

#include <weft/par/thread_pool.hpp>

#include <atomic>
#include <cstddef>
#include <stdexcept>
#include <thread>
#include <vector>

using namespace weft;
using namespace iter_test;

namespace {
using par::current_pool;
using par::pool_ref;

// How many are inside at a time.
struct crowd {
  std::atomic<std::size_t> now{0};
  std::atomic<std::size_t> most{0};
  void visit() {
    const std::size_t inside = now.fetch_add(1) + 1;
    std::size_t seen = most.load();
    while (seen < inside && !most.compare_exchange_weak(seen, inside)) {
    }
    for (int i = 0; i < 4; ++i) std::this_thread::yield();
    now.fetch_sub(1);
  }
};
}  // namespace

// The workers of the named pool share the loop, on whatever thread it is called.
TEST_CASE("iter with_pool") {
  thread_pool pool(2);
  thread_pool other(1);
  const auto check = [&] {
    std::atomic<int> begun{0};
    std::atomic<int> inside{0};
    par_iter(indices(2)).with_max_len(1).with_pool(pool).for_each([&](std::size_t) {
      if (current_pool() == pool_ref(pool)) ++inside;
      ++begun;
      while (begun.load() != 2) std::this_thread::yield();  // so each on its own thread
    });
    REQUIRE(inside.load() == 2);
    REQUIRE(par_iter(indices(100'000)).with_pool(pool).map([](std::size_t i) { return i; }).sum() == 4'999'950'000);
    REQUIRE(par_iter(indices(1000))
                .with_max_len(1)
                .zip(par_iter(indices(1000)).with_pool(pool))
                .all([&](std::size_t, std::size_t) { return current_pool() == pool_ref(pool); }));
    REQUIRE(par_iter(indices(10)).chain(par_iter(indices(10)).with_pool(pool)).with_max_len(1).all([&](std::size_t) {
      return current_pool() == pool_ref(pool);
    }));
  };
  check();
  other.install(check);
  pool.install(check);
  other.broadcast(check);
  REQUIRE_THROWS_AS(par_iter(indices(100)).with_max_len(1).with_pool(pool).for_each([](std::size_t i) {
    if (i == 50) throw std::runtime_error("x");
  }),
                    std::runtime_error);
}

// Small loops stay on their thread and touch no pool, named or not.
TEST_CASE("iter with_pool small") {
  thread_pool pool(1);
  REQUIRE(par_iter(indices(3)).with_pool(pool).map([](std::size_t) { return current_pool().has_value() ? 1 : 0; }).sum() ==
          0);
}

// No more threads than allowed are in the closure at a time.
TEST_CASE("iter with_max_threads") {
  thread_pool pool(8);
  for (const std::size_t most : {1u, 2u, 3u}) {
    crowd all;
    par_iter(indices(2000)).with_max_len(1).with_pool(pool).with_max_threads(most).for_each([&](std::size_t) {
      all.visit();
    });
    REQUIRE(all.most.load() <= most);
    crowd again;
    REQUIRE_THROWS_AS(
        par_iter(indices(2000)).with_max_len(1).with_pool(pool).with_max_threads(most).for_each([&](std::size_t i) {
          again.visit();
          if (i % 100 == 99) throw std::runtime_error("x");
        }),
        std::runtime_error);
    REQUIRE(again.most.load() <= most);
  }
}

// One thread is the calling one; two are two.
TEST_CASE("iter with_max_threads: as many as allowed") {
  thread_pool pool(4);
  const auto me = std::this_thread::get_id();
  REQUIRE(par_iter(indices(2000)).with_max_len(1).with_pool(pool).with_max_threads(1).all([&](std::size_t) {
    return std::this_thread::get_id() == me;
  }));
  std::atomic<int> begun{0};
  par_iter(indices(2)).with_max_len(1).with_pool(pool).with_max_threads(2).for_each([&](std::size_t) {
    ++begun;
    while (begun.load() != 2) std::this_thread::yield();
  });
  std::vector<std::size_t> taken = par_iter(indices(1000)).with_max_len(1).with_max_threads(5).with_max_threads(2).collect();
  REQUIRE(taken.size() == 1000);
  REQUIRE(par_iter(indices(1)).with_max_threads(7).with_max_threads(3).bounds().max_threads == 3);
  REQUIRE(par_iter(indices(1)).with_max_threads(7).zip(par_iter(indices(1)).with_max_threads(3)).bounds().max_threads == 3);
}

TEST_CASE("iter with_max_threads capacity") {
  REQUIRE_THROWS_AS(par_iter(indices(1)).with_max_threads(0), std::invalid_argument);
}
