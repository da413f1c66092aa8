#include <weft/par.hpp>

#include "weft_catch.hpp"

#include <atomic>
#include <thread>

// A pool of one thread keeps one thread busy: while a guest works in it, its worker takes no halves of the guest's joins,
// not even when it is awake because it has just run something else.
TEST_CASE("join: a pool of one thread never runs a guest's halves beside the guest", "[par]") {
  weft::thread_pool pool(1);
  int elsewhere = 0;
  pool.install([&] {
    const std::thread::id here = std::this_thread::get_id();
    for (int round = 0; round < 200; ++round) {
      std::atomic<bool> ran{false};
      // From outside: what a guest spawns lies among its halves, and may be taken with them.
      std::thread([&] { pool.spawn([&] { ran = true; }).detach(); }).join();
      const auto keep_the_worker_looking = [&] {
        while (!ran) std::this_thread::yield();
        for (int i = 0; i < 100; ++i) std::this_thread::yield();
      };
      const auto both = weft::join(keep_the_worker_looking, [] { return std::this_thread::get_id(); });
      if (both.second != here) ++elsewhere;
    }
  });
  CHECK(elsewhere == 0);
}
