// with_pool, with_stop_token and isolated, before each of the calls and in each combination.
#include <weft/par.hpp>

#include "lock_contender.hpp"
#include "task_tools.hpp"
#include "weft_catch.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <thread>
#include <utility>
#include <vector>

using weft::cancelled_error;
using weft::thread_pool;
using weft::with_pool;
using weft::with_stop_token;
using weft::par::call_settings;
using weft::par::current_pool;
using weft::par::half_context;
using weft::par::pool_ref;

namespace {

std::uint64_t region_here() {
  const auto* const here = weft::par::detail::participant::current();
  return here == nullptr ? 0 : here->region();
}

std::stop_token stopped() {
  std::stop_source source;
  source.request_stop();
  return source.get_token();
}

/// Makes each call that waits for what it starts, and has look() called by all that it starts.
template <class Look>
void every_waiting_call(const call_settings& how, Look look) {
  CHECK(how.install([&] {
    look();
    return 1;
  }) == 1);
  const auto halves = how.join(
      [&] {
        look();
        return 2;
      },
      [&] {
        look();
        return std::make_unique<int>(3);
      });
  CHECK((halves.first == 2 && *halves.second == 3));
  const auto contexts = how.join_context(
      [&](half_context) {
        look();
        return 4;
      },
      [&](half_context) { look(); });
  CHECK(contexts.first == 4);
  CHECK(how.scope([&](auto& s) {
    look();
    s.spawn([&] { look(); });
    return 5;
  }) == 5);
  how.scope_fifo([&](auto& s) {
    look();
    s.spawn_fifo([&] { look(); });
  });
  how.in_place_scope([&](auto& s) { s.spawn([&] { look(); }); });
  how.in_place_scope_fifo([&](auto& s) { s.spawn_fifo([&] { look(); }); });
  how.broadcast([&] { look(); });
  CHECK(how.spawn([&] {
             look();
             return 6;
           })
            .wait() == 6);
  CHECK(how.spawn_fifo([&] {
             look();
             return 7;
           })
            .wait() == 7);
}

/// Polled twice.
struct two_steps {
  std::atomic<int>* outside_of_regions;
  int polls = 0;
  weft::atomic::poll<int> poll(weft::context& cx) {
    if (region_here() == 0) ++*outside_of_regions;
    if (++polls == 2) return 9;
    cx.get_waker().wake_by_ref();
    return weft::atomic::pending;
  }
};

}  // namespace

TEST_CASE("call_settings smoke: each call, with each combination of settings, on each kind of thread", "[par][settings]") {
  thread_pool pool(2), other(1);
  std::stop_source source;
  const auto all = [&] {
    for (const bool named : {false, true}) {
      for (const bool stoppable : {false, true}) {
        for (const bool isolated : {false, true}) {
          call_settings how;
          if (named) how = how.with_pool(pool);
          if (stoppable) how = how.with_stop_token(source.get_token());
          if (isolated) how = how.isolated();
          const std::uint64_t region = region_here();
          std::atomic<int> looks{0}, elsewhere{0}, outside{0};
          every_waiting_call(how, [&] {
            ++looks;
            if (named && current_pool() != pool_ref(pool)) ++elsewhere;
            if (isolated && region_here() == 0) ++outside;
          });
          CHECK(looks.load() >= 14);
          CHECK(elsewhere.load() == 0);
          CHECK(outside.load() == 0);
          CHECK(region_here() == region);
        }
      }
    }
  };
  all();
  pool.install(all);
  other.install(all);
  test::on_worker(pool, all);
}

TEST_CASE("call_settings: the free functions, in any order", "[par][settings]") {
  thread_pool pool(1);
  CHECK(with_pool(pool).install([] { return current_pool(); }) == pool_ref(pool));
  CHECK(weft::isolated().install(region_here) != 0);
  CHECK(weft::isolated().with_pool(pool).install([] { return current_pool(); }) == pool_ref(pool));
  CHECK_THROWS_AS(with_stop_token(stopped()).install([] {}), cancelled_error);
  CHECK_THROWS_AS(weft::isolated().with_pool(pool).with_stop_token(stopped()).install([] {}), cancelled_error);
  CHECK_NOTHROW(with_stop_token(stopped()).with_stop_token({}).install([] {}));  // the last word counts
  int x = 0;
  CHECK(&weft::isolated().install([&]() -> int& { return x; }) == &x);
  CHECK(&with_pool(pool).scope([&](auto&) -> int& { return x; }) == &x);
}

TEST_CASE("call_settings isolated: a future is polled in isolation", "[par][settings]") {
  thread_pool pool(1);
  std::atomic<int> outside{0};
  CHECK(with_pool(pool).isolated().spawn(two_steps{&outside}).wait() == 9);
  CHECK(outside.load() == 0);
  CHECK(with_pool(pool).spawn(two_steps{&outside}).wait() == 9);
  CHECK(outside.load() == 2);
}

// A thread from outside sleeps while it waits, and what it has given to the pool runs in isolation there.
TEST_CASE("call_settings isolated: in_place_scope keeps its thread out of the pool", "[par][settings]") {
  thread_pool pool(2);
  const auto me = std::this_thread::get_id();
  std::atomic<int> here{0}, outside{0};
  with_pool(pool).isolated().in_place_scope([&](auto& s) {
    CHECK(weft::par::detail::participant::current() == nullptr);
    for (int i = 0; i < 20; ++i) {
      s.spawn([&] {
        if (std::this_thread::get_id() == me) ++here;
        if (region_here() == 0) ++outside;
      });
    }
  });
  CHECK(here.load() == 0);
  CHECK(outside.load() == 0);
}

TEST_CASE("call_settings isolated: under a plain mutex", "[par][settings]") {
  thread_pool pool(2);
  for (int round = 0; round < test::count(50); ++round) {
    test::lock_contender other(pool);
    auto task = pool.spawn([&] {
      const std::lock_guard held(other.lock);
      weft::isolated().join([&] { other.await_job(); }, [&] { other.come_in_between(); });
    });
    while (!task.is_done()) std::this_thread::yield();
    other.finish();
  }
}
