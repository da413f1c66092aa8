// What the other parts build on: waiting works or sleeps until its condition holds, and hunger is seen only where it exists.
#include <weft/par/detail/engine.hpp>
#include <weft/par/thread_pool.hpp>

#include "weft_catch.hpp"

#include <atomic>
#include <thread>

using weft::thread_pool;
namespace detail = weft::par::detail;

TEST_CASE("wait_until outside every pool sleeps until its waker wakes it", "[par][engine]") {
  std::atomic<bool> done{false};
  const weft::waker me = detail::thread_waker();
  std::jthread other([&done, me] {
    for (int i = 0; i < 50; ++i) std::this_thread::yield();
    done.store(true);
    me.wake_by_ref();
  });
  detail::wait_until([&] { return done.load(); });
  CHECK(done.load());
}

TEST_CASE("wait_until on a participant runs the pool's other work meanwhile", "[par][engine]") {
  thread_pool pool(1);
  pool.install([] {
    weft::scope([](auto& s) {
      std::atomic<bool> ran{false};
      s.spawn([&] { ran = true; });
      while (!ran.load() && detail::work_once()) {
      }
    });
  });
  std::atomic<bool> done{false};
  pool.install([&] {
    const weft::waker me = detail::thread_waker();
    weft::scope([&](auto& s) {
      s.spawn([&] {
        done.store(true);
        me.wake_by_ref();
      });
      detail::wait_until([&] { return done.load(); });
    });
  });
  CHECK(done.load());
}

TEST_CASE("thread_waker outlives its thread", "[par][engine]") {
  weft::waker late;
  std::thread([&] { late = detail::thread_waker(); }).join();
  late.wake_by_ref();
  const weft::waker copy = late;
  CHECK(copy.will_wake(late));
}

TEST_CASE("is_hungry: never outside a pool, never with something to steal on offer", "[par][engine]") {
  CHECK_FALSE(detail::is_hungry());
  thread_pool pool(2);
  pool.install([] {
    // As soon as a worker sleeps or searches, somebody could take a part.
    while (!detail::is_hungry()) std::this_thread::yield();
    weft::join(
        [] {
          // Our second half lies in the deque, unless it is being run by a worker.
          if (!detail::participant::current()->has_nothing_to_steal()) CHECK_FALSE(detail::is_hungry());
        },
        [] {});
  });
}

TEST_CASE("is_hungry: a pool of one thread has no room beside its guest", "[par][engine]") {
  thread_pool pool(1);
  // The worker may still be on its way to sleep; once it sleeps nobody is hungry.
  pool.install([&] {
    while (pool.engine().look().workers_asleep() == 0) std::this_thread::yield();
    CHECK(detail::hunger_now() == detail::hunger::none);
  });
}
