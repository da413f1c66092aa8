// A pool's statistics count what its threads do, each thing where it is done; a pool that keeps none has no rows.
#include <weft/par.hpp>
#include <weft/par/detail/watch.hpp>

#include "weft_catch.hpp"

#include <atomic>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using weft::thread_pool;
using weft::par::activity;
using weft::par::pool_options;
using weft::par::pool_statistics;
using weft::par::thread_statistics;

namespace {

pool_options watched(std::size_t threads) {
  pool_options options;
  options.threads = threads;
  options.name = "watched";
  options.statistics = true;
  return options;
}

template <class Done>
void yield_until(Done done) {
  while (!done()) std::this_thread::yield();
}

/// Spawns from outside what some worker runs, and waits without taking part.
void run_on_a_worker(thread_pool& pool, std::size_t count) {
  std::atomic<std::size_t> ran{0};
  for (std::size_t i = 0; i < count; ++i) pool.spawn([&] { ran.fetch_add(1); }).detach();
  yield_until([&] { return ran.load() == count; });
}

/// A join whose second half somebody else runs, as the first ends only afterwards. In a pool of two: a guest counts as one.
template <class Join>
void join_stolen(Join join) {
  std::atomic<bool> ran{false};
  join([&] { yield_until([&] { return ran.load(); }); }, [&] { ran = true; });
}

thread_statistics workers_of(const thread_pool& pool) {
  thread_statistics all;
  for (const thread_statistics& each : pool.statistics().workers) all += each;
  return all;
}

}  // namespace

TEST_CASE("statistics empty: a pool that wasn't told to keep any has no rows", "[par][statistics]") {
  thread_pool pool(2);
  run_on_a_worker(pool, 10);
  const pool_statistics seen = pool.statistics();
  CHECK(seen.workers.empty());
  CHECK(seen.guests.empty());
  CHECK(seen.sum().jobs == 0);
  CHECK(pool.timeline().lanes().empty());
}

TEST_CASE("statistics jobs: each that comes from outside is counted by the worker that runs it", "[par][statistics]") {
  thread_pool pool(watched(1));
  run_on_a_worker(pool, 100);
  const pool_statistics seen = pool.statistics();
  REQUIRE(seen.workers.size() == 1);
  CHECK(seen.guests.empty());
  CHECK(seen.workers[0].name == "watched-0");
  CHECK(seen.workers[0].jobs == 100);
  CHECK(seen.workers[0].injected >= 1);
  CHECK(seen.workers[0].injected <= 100);
  CHECK(seen.workers[0].steals_near + seen.workers[0].steals_far == 0);
}

TEST_CASE("statistics steals: a join's second half counts for the thief, an un-stolen one for nobody", "[par][statistics]") {
  thread_pool pool(watched(2));
  for (std::size_t i = 1; i <= 100; ++i) {
    join_stolen([&](auto a, auto b) { pool.join(a, b); });
    const thread_statistics workers = workers_of(pool);
    REQUIRE(workers.steals_near + workers.steals_far == i);
    REQUIRE(workers.jobs == i);
    REQUIRE(workers.splits == 0);
    const pool_statistics seen = pool.statistics();
    REQUIRE(seen.guests.size() == 1);
    REQUIRE(seen.guests[0].jobs == 0);
    REQUIRE(seen.guests[0].name == "guest-0");
    REQUIRE(seen.guests[0].doing == activity::absent);
    REQUIRE(seen.guests[0].splits == 0);
  }
}

TEST_CASE("statistics splits: an offered part counts when it is taken, and only then", "[par][statistics]") {
  thread_pool pool(watched(2));
  pool.install([&] { join_stolen([](auto a, auto b) { weft::par::detail::join_offering(a, b); }); });
  CHECK(pool.statistics().guests.at(0).splits == 1);
  CHECK(workers_of(pool).splits == 0);
  CHECK(workers_of(pool).jobs == 1);

  // All workers are busy, so the offer comes back.
  std::atomic<int> begun{0};
  std::atomic<bool> over{false};
  const auto busy = [&] {
    ++begun;
    yield_until([&] { return over.load(); });
  };
  auto one = pool.spawn(busy);
  auto two = pool.spawn(busy);
  yield_until([&] { return begun == 2; });
  pool.install([&] { weft::par::detail::join_offering([] {}, [] {}); });
  over = true;
  std::move(one).wait();
  std::move(two).wait();
  CHECK(pool.statistics().sum().splits == 1);
}

TEST_CASE("statistics parks and wakes: who sleeps has parked, who is given work has been woken", "[par][statistics]") {
  thread_pool pool(watched(2));
  // A worker that gets up by itself as the work comes isn't woken; but that isn't so for ever.
  for (std::uint64_t before = 0; pool.statistics().sum().wakes == 0;) {
    yield_until([&] { return pool.statistics().sum().parks >= before + 1; });
    before = pool.statistics().sum().parks;
    run_on_a_worker(pool, 1);
  }
  CHECK(pool.statistics().sum().parks >= 1);
  CHECK(pool.statistics().sum().failed_searches >= 1);
  yield_until([&] {
    const pool_statistics seen = pool.statistics();
    return seen.workers[0].doing == activity::asleep && seen.workers[1].doing == activity::asleep;
  });
  CHECK(pool.statistics().sum().parks >= 2);
}

TEST_CASE("statistics exceptions: one that gives way to another, or that nobody wants, is counted", "[par][statistics]") {
  thread_pool pool(watched(1));
  const auto thrower = [] { throw std::runtime_error("dropped or not"); };
  CHECK_THROWS_AS(pool.join(thrower, thrower), std::runtime_error);
  CHECK(pool.statistics().sum().exceptions_dropped == 1);
  CHECK_THROWS_AS(pool.join(thrower, [] {}), std::runtime_error);
  CHECK(pool.statistics().sum().exceptions_dropped == 1);
  CHECK_THROWS_AS(pool.scope([&](auto& s) {
    for (int i = 0; i < 5; ++i) s.spawn(thrower);
  }),
                  std::runtime_error);
  CHECK(pool.statistics().sum().exceptions_dropped == 5);
  pool.install([&] {
    auto unwanted = weft::spawn(thrower);
    yield_until([&] { return unwanted.is_done(); });
  });
  CHECK(pool.statistics().sum().exceptions_dropped == 6);
}

TEST_CASE("statistics fields: each thing that happens is counted in its own field, and nowhere else", "[par][statistics]") {
  using weft::par::happening;
  weft::par::detail::watch one(0, {});
  const std::vector<std::pair<happening, int>> times{{happening::run_begin, 1},     {happening::injected, 2},
                                                     {happening::stole_near, 3},    {happening::stole_far, 4},
                                                     {happening::found_nothing, 5}, {happening::woken, 6},
                                                     {happening::split, 7},         {happening::exception_dropped, 8}};
  for (const auto& [what, count] : times) {
    for (int i = 0; i < count; ++i) one.note(what, 0);
  }
  const auto doing = [&] { return one.statistics("one").doing; };
  CHECK(doing() == activity::absent);
  one.note(happening::visit_begin, 0);
  CHECK(doing() == activity::working);
  one.note(happening::search_begin, 0);
  CHECK(doing() == activity::searching);
  one.note(happening::sleep_begin, 0);
  CHECK(one.statistics("one") == thread_statistics{.name = "one",
                                                   .doing = activity::asleep,
                                                   .jobs = 1,
                                                   .injected = 2,
                                                   .steals_near = 3,
                                                   .steals_far = 4,
                                                   .failed_searches = 5,
                                                   .parks = 1,
                                                   .wakes = 6,
                                                   .splits = 7,
                                                   .exceptions_dropped = 8});
  one.note(happening::sleep_end, 0);
  one.note(happening::search_end, 0);
  CHECK(doing() == activity::working);
  one.note(happening::visit_end, 0);
  CHECK(doing() == activity::absent);
  CHECK(one.lane("one").events.empty());  // it keeps none
}

TEST_CASE("statistics near: what shares a cache", "[par][statistics]") {
  using weft::par::detail::nearness;
  using weft::par::detail::shares_a_cache;
  CHECK(shares_a_cache(nearness::core));
  CHECK(shares_a_cache(nearness::l3));
  CHECK_FALSE(shares_a_cache(nearness::node));
  CHECK_FALSE(shares_a_cache(nearness::remote));
}

TEST_CASE("statistics sum: every field is added up", "[par][statistics]") {
  thread_statistics a{.name = "a", .jobs = 1, .injected = 2, .steals_near = 3, .steals_far = 4, .failed_searches = 5};
  a.parks = 6;
  a.wakes = 7;
  a.splits = 8;
  a.exceptions_dropped = 9;
  const pool_statistics both{.workers = {a}, .guests = {a, a}};
  const thread_statistics all = both.sum();
  CHECK(all == thread_statistics{.name = "all",
                                 .jobs = 3,
                                 .injected = 6,
                                 .steals_near = 9,
                                 .steals_far = 12,
                                 .failed_searches = 15,
                                 .parks = 18,
                                 .wakes = 21,
                                 .splits = 24,
                                 .exceptions_dropped = 27});
}

TEST_CASE("statistics nested: a thread that works in two pools has a row in each", "[par][statistics]") {
  thread_pool outer(watched(1));
  thread_pool inner(watched(2));
  std::atomic<bool> done{false};
  outer
      .spawn([&] {
        join_stolen([&](auto a, auto b) { inner.join(a, b); });
        done = true;
      })
      .detach();
  yield_until([&] { return done.load(); });
  CHECK(outer.statistics().workers.at(0).jobs == 1);
  CHECK(workers_of(inner).jobs == 1);
  CHECK(inner.statistics().guests.at(0).jobs == 0);
}

TEST_CASE("statistics print: a line for each thread and for all", "[par][statistics]") {
  pool_statistics made;
  made.workers.push_back({.name = "a-0", .doing = activity::asleep, .jobs = 12, .parks = 3});
  made.guests.push_back({.name = "guest-0", .jobs = 30, .exceptions_dropped = 2});
  std::ostringstream out;
  out << std::hex << made;
  CHECK(out.str() ==
        "thread   doing   jobs  injected  stolen near  stolen far  failed search  parks  wakes  splits  dropped\n"
        "a-0      asleep    12         0            0           0              0      3      0       0        0\n"
        "guest-0  absent    30         0            0           0              0      0      0       0        2\n"
        "all                42         0            0           0              0      3      0       0        2\n");
}

TEST_CASE("statistics names: the system's tools show the workers' names", "[par][statistics]") {
  pool_options options = watched(2);
  options.name = "a-name-of-many-letters";
  thread_pool pool(options);
  thread_pool plain(watched(2));
  run_on_a_worker(pool, 1);
  std::multiset<std::string> names;
  for (const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
    std::string name;
    std::getline(std::ifstream(task.path() / "comm"), name);
    names.insert(name);
  }
  CHECK(names.count("a-name-of-many-") == 2);
  CHECK(names.count("watched-0") == 1);
  CHECK(names.count("watched-1") == 1);
}
