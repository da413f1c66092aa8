// par_iter(…).isolated(): the loop is a region of its own.
#include "iter_support.hpp"

#include "lock_contender.hpp"
#include "stress_scale.hpp"

#include <atomic>
#include <cstddef>
#include <mutex>
#include <stdexcept>
#include <stop_token>
#include <thread>
#include <utility>
#include <vector>

using namespace weft;
using namespace iter_test;

namespace {
std::uint64_t region_here() {
  const auto* const here = par::detail::participant::current();
  return here == nullptr ? 0 : here->region();
}
}  // namespace

TEST_CASE("iter isolated smoke", "[par][isolate]") {
  everywhere([](std::size_t n) {
    const std::uint64_t outside = region_here();
    REQUIRE(par_iter(indices(n)).isolated().all([&](std::size_t) { return region_here() != outside; }));
    REQUIRE(cut(par_iter(indices(n)), 1).isolated().collect() == counting<std::size_t>(n));
    REQUIRE(region_here() == outside);
  });
  REQUIRE_THROWS_AS(par_iter(indices(100)).isolated().for_each([](std::size_t i) {
    if (i == 50) throw std::runtime_error("x");
  }),
                    std::runtime_error);
}

TEST_CASE("iter isolated: in the pool that is named, and until a stop", "[par][isolate]") {
  thread_pool pool(2);
  std::stop_source source;
  REQUIRE(par_iter(indices(3)).with_pool(pool).isolated().all([&](std::size_t) {
    return region_here() != 0 && par::current_pool() == par::pool_ref(pool);
  }));
  REQUIRE_THROWS_AS(
      par_iter(indices(1000)).with_pool(pool).isolated().with_stop_token(source.get_token()).for_each([&](std::size_t i) {
        if (i == 0) source.request_stop();
      }),
      cancelled_error);
  REQUIRE(par_iter(indices(10)).zip(par_iter(indices(10)).isolated()).all([](std::size_t, std::size_t) {
    return region_here() != 0;
  }));
}

// One worker holds the lock while it waits for a part of its loop that the other one has taken; meanwhile a job that takes the same
// lock lies there for whoever looks. Run underneath, it would wait for its own thread.
TEST_CASE("iter isolated: under a plain mutex", "[par][isolate]") {
  thread_pool pool(2);
  for (int round = 0; round < scaled(50); ++round) {
    test::lock_contender other(pool);
    auto loops = pool.spawn([&] {
      const std::lock_guard held(other.lock);
      const auto me = std::this_thread::get_id();
      while (!other.has_come()) {
        par_iter(indices(1000)).with_max_len(1).isolated().for_each([&](std::size_t) {
          if (std::this_thread::get_id() != me) other.come_in_between();
        });
      }
    });
    while (!loops.is_done()) std::this_thread::yield();
    other.finish();
  }
}

namespace {
/// Counts the moves of all but the first, and those of them outside of every region.
struct watched {
  inline static std::atomic<int> moves{0};
  inline static std::atomic<int> outside{0};
  std::size_t value = 0;
  explicit watched(std::size_t v) : value(v) {}
  watched(watched&& other) noexcept : value(other.value) {
    if (value == 0) return;
    ++moves;
    if (region_here() == 0) ++outside;
  }
};
}  // namespace

// Pieces are moved together by a second loop.
TEST_CASE("iter isolated: the whole of a collect", "[par][isolate]") {
  thread_pool pool(2);
  std::atomic<int> begun{0};
  const auto all = par_iter(indices(2))
                       .with_max_len(1)
                       .with_pool(pool)
                       .isolated()
                       .filter_map([&](std::size_t i) {
                         ++begun;
                         while (begun.load() != 2) std::this_thread::yield();  // so two pieces
                         return std::optional<watched>(i);
                       })
                       .collect();
  REQUIRE(all.size() == 2);
  REQUIRE(all[1].value == 1);
  REQUIRE(watched::moves.load() != 0);
  REQUIRE(watched::outside.load() == 0);
}
