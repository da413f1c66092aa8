// However many jobs block, return and spawn at once, every job runs, and the pool comes to rest.
#include <weft/par/blocking.hpp>
#include <weft/par/scope.hpp>
#include <weft/par/thread_pool.hpp>

#include "stress_scale.hpp"
#include "weft_catch.hpp"

#include <atomic>
#include <barrier>
#include <cstddef>
#include <thread>

namespace {

struct rendezvous {
  std::atomic<int> here{0};
  void meet(int wanted) {
    here.fetch_add(1);
    while (here.load() < wanted) std::this_thread::yield();
  }
};

}  // namespace

TEST_CASE("blocking stampede: jobs that block until all have come, in pools of one and two", "[par][blocking]") {
  for (const std::size_t threads : {1u, 2u}) {
    weft::thread_pool pool(threads);
    for (int round = 0; round < scaled(300); ++round) {
      constexpr int width = 12;
      rendezvous all;
      std::atomic<int> sum{0};
      pool.scope([&](auto& s) {
        for (int i = 0; i < width; ++i) {
          s.spawn([&, i] {
            weft::blocking([&] { all.meet(width); });
            auto both = weft::join([&] { return i; }, [&] { return i; });
            sum += both.first + both.second;
          });
        }
      });
      REQUIRE(sum.load() == width * (width - 1));
    }
  }
}

TEST_CASE("blocking comes to rest: after a storm no thread of the pool is awake", "[par][blocking]") {
  weft::thread_pool pool(2);
  for (int round = 0; round < scaled(200); ++round) {
    pool.scope([&](auto& s) {
      for (int i = 0; i < 8; ++i) {
        s.spawn([&] {
          weft::blocking([] { std::this_thread::yield(); });
          static_cast<void>(weft::join([] { return 1; }, [] { return 2; }));
        });
      }
    });
  }
  // Both slots asleep and nobody on top of them: else a stand-in was counted twice or not at all.
  while (pool.engine().look().workers_asleep() != 2 || pool.engine().look().room() != 2) std::this_thread::yield();
  CHECK(pool.engine().look().searching() == 0);
}
