// A loop with a stop token ends early at its request and says so; one that was through all the same doesn't.
#include "iter_support.hpp"

#include "task_tools.hpp"

#include <atomic>
#include <cstddef>
#include <limits>
#include <set>
#include <stdexcept>
#include <stop_token>
#include <thread>
#include <utility>
#include <vector>

using namespace weft;
using namespace iter_test;

namespace {

/// Runs the end on a loop in which stop is requested, in each pool and grain: it throws, and nothing leaks. A loop that isn't cut
/// is stopped by its first item, after which it looks for sure; one that is, in its middle.
template <class End>
void check_end(End end) {
  const auto check = [&](std::size_t n, std::size_t grain) {
    CAPTURE(n, grain);
    std::stop_source source;
    std::atomic<int> alive{0};
    std::atomic<std::size_t> seen{0};
    auto items = cut(par_iter(indices(n)), grain).with_stop_token(source.get_token()).map([&](std::size_t i) {
      if (++seen == (grain == 0 ? 1 : n / 2)) source.request_stop();
      return std::pair(i, test::counted(alive));
    });
    REQUIRE_THROWS_AS(end(std::move(items)), cancelled_error);
    REQUIRE(alive.load() == 0);
  };
  for (const std::size_t threads : pool_sizes) {
    pool_of(threads).install([&] {
      for (const std::size_t grain : grains) check(large, grain);
      check(1000, 1);
    });
  }
  check(large, 0);
  check(2000, 1);
}

constexpr auto number = [](const auto& pair) { return pair.first; };

}  // namespace

TEST_CASE("iter stop: before the loop, nothing is visited", "[par][stop]") {
  std::stop_source source;
  source.request_stop();
  for (const std::size_t grain : grains) {
    for (const std::size_t n : {1u, 2u, 17u, 18u, 1000u, 100'000u}) {
      std::atomic<int> seen{0};
      REQUIRE_THROWS_AS(
          cut(par_iter(indices(n)), grain).with_stop_token(source.get_token()).for_each([&](std::size_t) { ++seen; }),
          cancelled_error);
      REQUIRE(seen.load() == 0);
    }
  }
  par_iter(indices(0)).with_stop_token(source.get_token()).for_each([](std::size_t) {});
}

// Also a loop that is over in a few nanoseconds.
TEST_CASE("iter stop: by an item, the next stretch isn't begun", "[par][stop]") {
  for (const std::size_t n : {2u, 3u, 17u, 18u, 255u, 256u, 1000u}) {
    std::stop_source source;
    std::size_t seen = 0;
    REQUIRE_THROWS_AS(
        par_iter(indices(n)).with_stop_token(source.get_token()).with_max_threads(1).for_each([&](std::size_t i) {
          ++seen;
          if (i == 0) source.request_stop();
        }),
        cancelled_error);
    REQUIRE(seen == 1);
  }
}

TEST_CASE("iter stop: a loop that is through returns as ever", "[par][stop]") {
  everywhere([](std::size_t n) {
    for (const std::size_t grain : grains) {
      std::stop_source source;
      std::atomic<std::size_t> seen{0};
      const auto all = cut(par_iter(indices(n)), grain)
                           .with_stop_token(source.get_token())
                           .map([&](std::size_t i) {
                             if (++seen == n) source.request_stop();  // the last one
                             return i;
                           })
                           .collect();
      REQUIRE(all == counting<std::size_t>(n));
      REQUIRE(source.stop_requested() == (n != 0));
    }
  });
}

TEST_CASE("iter stop: a token that nobody can use changes nothing", "[par][stop]") {
  everywhere([](std::size_t n) {
    REQUIRE(par_iter(indices(n)).with_stop_token({}).count() == n);
    std::stop_source source;
    REQUIRE(cut(par_iter(indices(n)), 1).with_stop_token(source.get_token()).count() == n);
  });
}

// A loop that would last for centuries is stopped.
TEST_CASE("iter stop: from another thread", "[par][stop]") {
  for (const std::size_t threads : pool_sizes) {
    for (const std::size_t grain : {std::numeric_limits<std::size_t>::max(), std::size_t{1}}) {
      std::atomic<bool> begun{false};
      std::stop_source source;
      std::thread other([&] {
        while (!begun.load()) std::this_thread::yield();
        source.request_stop();
      });
      const auto endless = [&] {
        par_iter(indices(std::numeric_limits<std::size_t>::max()))
            .with_max_len(grain)
            .with_stop_token(source.get_token())
            .for_each([&](std::size_t) { begun.store(true, std::memory_order_relaxed); });
      };
      REQUIRE_THROWS_AS(pool_of(threads).install(endless), cancelled_error);
      other.join();
    }
  }
}

TEST_CASE("iter stop: an exception goes before cancelled_error", "[par][stop]") {
  for (const std::size_t threads : pool_sizes) {
    pool_of(threads).install([] {
      for (const std::size_t grain : grains) {
        std::stop_source source;
        REQUIRE_THROWS_AS(
            cut(par_iter(indices(5000)), grain).with_stop_token(source.get_token()).for_each([&](std::size_t i) {
              if (i != 2500) return;
              source.request_stop();
              throw std::out_of_range("first");
            }),
            std::out_of_range);
      }
    });
  }
}

TEST_CASE("iter stop: every end", "[par][stop]") {
  check_end([](auto items) { std::move(items).for_each([](auto&&) {}); });
  check_end([](auto items) { std::move(items).for_each_init([] { return 0; }, [](int&, auto&&) {}); });
  check_end([](auto items) { std::move(items).try_for_each([](auto&&) { return true; }); });
  check_end([](auto items) { std::move(items).reduce([](auto a, auto b) { return a.first < b.first ? b : a; }); });
  check_end([](auto items) {
    std::move(items).fold(
        std::vector<test::counted>(), [](auto& v, auto&& pair) { v.push_back(pair.second); },
        [](auto& v, auto&& w) { v.insert(v.end(), w.begin(), w.end()); });
  });
  check_end([](auto items) { std::move(items).map(number).sum(); });
  check_end([](auto items) { std::move(items).map(number).product(); });
  check_end([](auto items) { static_cast<void>(std::move(items).count()); });
  check_end([](auto items) { static_cast<void>(std::move(items).map(number).max()); });
  check_end([](auto items) { static_cast<void>(std::move(items).any([](auto&&) { return false; })); });
  check_end([](auto items) { static_cast<void>(std::move(items).find_first([](auto&&) { return false; })); });
  check_end([](auto items) { static_cast<void>(std::move(items).find_any([](auto&&) { return false; })); });
}

TEST_CASE("iter stop: every end that gathers", "[par][stop]") {
  check_end([](auto items) { static_cast<void>(std::move(items).collect()); });
  check_end(
      [](auto items) { static_cast<void>(std::move(items).filter([](auto&& x) { return x.first % 3 != 0; }).collect()); });
  check_end([](auto items) { static_cast<void>(std::move(items).map(number).template collect<std::set<std::size_t>>()); });
  check_end([](auto items) { static_cast<void>(std::move(items).partition([](auto&& x) { return x.first % 2 == 0; })); });
  check_end([](auto items) { static_cast<void>(std::move(items).unzip()); });
  check_end([](auto items) {
    std::vector<std::size_t> out(large, 7);
    try {
      std::move(items).map(number).filter([](std::size_t i) { return i % 3 != 0; }).collect_into(out);
    } catch (const cancelled_error&) {
      REQUIRE(out.empty());
      throw;
    }
  });
}

// A search that has its answer doesn't look for more.
TEST_CASE("iter stop: what was found before the request is returned", "[par][stop]") {
  std::stop_source source;
  const auto found = par_iter(indices(1000)).with_stop_token(source.get_token()).find_first([&](std::size_t i) {
    if (i == 500) source.request_stop();
    return i == 500;
  });
  REQUIRE(found == 500);
}

TEST_CASE("iter stop: the token stays through zip, chain and steps", "[par][stop]") {
  std::stop_source source;
  source.request_stop();
  const auto stopped = [&] { return par_iter(indices(10)).with_stop_token(source.get_token()); };
  REQUIRE_THROWS_AS(stopped().zip(indices(10)).count(), cancelled_error);
  REQUIRE_THROWS_AS(par_iter(indices(10)).zip(stopped()).count(), cancelled_error);
  REQUIRE_THROWS_AS(stopped().chain(indices(10)).count(), cancelled_error);
  REQUIRE_THROWS_AS(par_iter(indices(10)).chain(stopped()).count(), cancelled_error);
  REQUIRE_THROWS_AS(stopped()
                        .enumerate()
                        .map([](std::size_t, std::size_t b) { return b; })
                        .filter([](std::size_t) { return true; })
                        .count(),
                    cancelled_error);
}
