// Workers run where their pool's options say, or wherever the pool's maker may where that can't be had.
#include <weft/par/detail/placement.hpp>
#include <weft/par/detail/processors.hpp>
#include <weft/par/thread_pool.hpp>

#include "weft_catch.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

using weft::par::binding;
using weft::par::pool_options;
using weft::par::detail::allowed_processors;
using weft::par::detail::placement;
using weft::par::detail::topology;
using numbers = std::vector<std::size_t>;

namespace {

// Four cores of two threads each, 0 and 1 on the first.
const topology* eight() {
  static const topology* const t = new topology({{0, 0, 0, 0, 0},
                                                 {0, 0, 0, 0, 0},
                                                 {1, 1, 0, 0, 0},
                                                 {1, 1, 0, 0, 0},
                                                 {2, 2, 1, 0, 0},
                                                 {2, 2, 1, 0, 0},
                                                 {3, 3, 1, 0, 0},
                                                 {3, 3, 1, 0, 0}},
                                                "made");
  return t;
}

pool_options options(numbers processors, binding bind) {
  pool_options chosen;
  chosen.processors = std::move(processors);
  chosen.bind = bind;
  return chosen;
}

numbers of(const placement& places, std::size_t worker) {
  const auto found = places.of(worker);
  return {found.begin(), found.end()};
}

/// Where a pool's workers find themselves allowed to run, by index.
std::vector<numbers> allowed_in(pool_options chosen) {
  std::vector<numbers> found(chosen.threads);
  chosen.on_start = [&found](std::size_t worker) { found[worker] = allowed_processors(); };
  { weft::thread_pool pool(chosen); }
  return found;
}

}  // namespace

TEST_CASE("placement smoke: by itself it leaves everything to the system", "[par][placement]") {
  const placement places(options({}, binding::none), {2, 3, 5}, eight());
  CHECK(places.processors() == 3);
  CHECK(of(places, 0).empty());
  CHECK(of(places, 7).empty());
}

TEST_CASE("placement on a list: all workers may use all of it that is allowed", "[par][placement]") {
  const placement places(options({7, 2, 3, 99, 2}, binding::none), {0, 2, 3, 5}, eight());
  CHECK(places.processors() == 2);
  CHECK(of(places, 0) == numbers{2, 3});
  CHECK(of(places, 1) == numbers{2, 3});
}

TEST_CASE("placement on a list of which nothing is allowed doesn't count", "[par][placement]") {
  const placement places(options({7, 99}, binding::none), {0, 2}, eight());
  CHECK(places.processors() == 2);
  CHECK(of(places, 0).empty());
  const placement bound(options({7, 99}, binding::compact), {0, 2}, eight());
  CHECK(of(bound, 1) == numbers{2});
}

TEST_CASE("placement compact and spread: one processor each, counted round", "[par][placement]") {
  const placement compact(options({}, binding::compact), {0, 1, 2, 3, 4, 5, 6, 7}, eight());
  const placement spread(options({}, binding::spread), {0, 1, 2, 3, 4, 5, 6, 7}, eight());
  numbers compacts;
  numbers spreads;
  for (std::size_t i = 0; i < 10; ++i) {
    REQUIRE(of(compact, i).size() == 1);
    REQUIRE(of(spread, i).size() == 1);
    compacts.push_back(of(compact, i)[0]);
    spreads.push_back(of(spread, i)[0]);
  }
  CHECK(compacts == numbers{0, 1, 2, 3, 4, 5, 6, 7, 0, 1});
  CHECK(spreads == numbers{0, 4, 2, 6, 1, 5, 3, 7, 0, 4});
  const placement few(options({6, 7, 1}, binding::spread), {0, 1, 6, 7}, eight());
  CHECK(of(few, 0) == numbers{1});
  CHECK(of(few, 1) == numbers{6});
  CHECK(of(few, 2) == numbers{7});
}

TEST_CASE("thread_pool's workers run where its options say", "[par][placement]") {
  const numbers here = allowed_processors();
  pool_options chosen = options({}, binding::none);
  chosen.threads = 3;
  CHECK(allowed_in(chosen) == std::vector<numbers>(3, here));
  chosen.processors = {here.back(), 1 << 19};
  CHECK(allowed_in(chosen) == std::vector<numbers>(3, numbers{here.back()}));
  chosen.processors = {1 << 19};
  CHECK(allowed_in(chosen) == std::vector<numbers>(3, here));
}

TEST_CASE("thread_pool's bound workers have one processor each, round all that there are", "[par][placement]") {
  const numbers here = allowed_processors();
  for (const binding bind : {binding::compact, binding::spread}) {
    pool_options chosen = options({}, bind);
    chosen.threads = here.size() + 1;
    const std::vector<numbers> found = allowed_in(chosen);
    numbers used;
    for (std::size_t i = 0; i < here.size(); ++i) {
      REQUIRE(found[i].size() == 1);
      used.push_back(found[i][0]);
    }
    std::sort(used.begin(), used.end());
    CHECK(used == here);
    CHECK(found.back() == found.front());
  }
}

TEST_CASE("thread_pool by default has no more threads than its options have processors", "[par][placement]") {
  const pool_options chosen = options({allowed_processors().back()}, binding::none);
  CHECK(placement(chosen).processors() == 1);
  weft::thread_pool pool(chosen);
  CHECK(pool.num_threads() == weft::par::detail::choose_threads(1, std::nullopt).threads);
}
