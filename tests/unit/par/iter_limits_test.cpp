// The edges: ranges as long as a size_t counts, parts no smaller than asked for, loops inside loops, steps and ends of one's own.
#include "iter_support.hpp"

#include <atomic>
#include <cstdint>
#include <limits>
#include <set>
#include <stdexcept>

using namespace weft;
using namespace iter_test;

namespace {
constexpr std::size_t most = std::numeric_limits<std::size_t>::max();
}

// Ranges near the end of their type are cut without overflow, and a search in them ends.
TEST_CASE("iter huge ranges") {
  for (const std::size_t threads : {std::size_t{1}, std::size_t{8}}) {
    pool_of(threads).install([] {
      REQUIRE(par_iter(indices(most)).length() == most);
      REQUIRE(par_iter(indices(most)).find_any([](std::size_t i) { return i % 1000 == 999; }).has_value());
      REQUIRE(par_iter(indices(most)).find_first([](std::size_t i) { return i > 100'000; }) == 100'001);
      REQUIRE(par_iter(indices(most)).any([](std::size_t i) { return i == 5; }));
      constexpr auto low = std::numeric_limits<std::int64_t>::min();
      constexpr auto high = std::numeric_limits<std::int64_t>::max();
      REQUIRE(par_iter(range(low, high)).length() == most);
      REQUIRE(par_iter(range(low, high)).position_first([](std::int64_t i) { return i == low + 70'000; }) == 70'000);
      REQUIRE(par_iter(range(high - 10, high)).max() == high - 1);
      REQUIRE(par_iter(range(low, low + 10)).min() == low);
      REQUIRE(par_iter(range(std::int8_t{-128}, std::int8_t{127})).map([](std::int8_t i) { return int{i}; }).sum() ==
              -128 - 127);
      REQUIRE(par_iter(indices(most)).rev().find_first([](std::size_t) { return true; }) == most - 1);
      REQUIRE(par_iter(indices(most)).step_by(most).count() == 1);
      REQUIRE(par_iter(indices(most)).skip(most - 3).collect() == std::vector<std::size_t>{most - 3, most - 2, most - 1});
      REQUIRE(par_iter(indices(most)).chunks(2).length() == most / 2 + 1);
      REQUIRE(par_iter(indices(most)).zip(indices(10)).count() == 10);
      REQUIRE(par_iter(indices(most)).chain(indices(0)).take(5).count() == 5);
      REQUIRE_THROWS_AS(par_iter(indices(most)).chain(indices(1)), std::length_error);
      REQUIRE_THROWS_AS(par_iter(indices(most)).collect(), std::length_error);
      REQUIRE_THROWS_AS(par_iter(indices(most)).map([](std::size_t i) { return i; }).collect(), std::length_error);
    });
  }
}

// A part that a thread gets has min_len items or more; a fold sees one start for each part.
TEST_CASE("iter min_len") {
  for (const std::size_t threads : pool_sizes) {
    pool_of(threads).install([] {
      std::atomic<int> parts{0};
      const auto count =
          par_iter(indices(1000))
              .with_max_len(1)
              .with_min_len(300)
              .fold(
                  [&] {
                    ++parts;
                    return std::size_t{0};
                  },
                  [](std::size_t n, std::size_t) { return n + 1; }, [](std::size_t a, std::size_t b) { return a + b; });
      REQUIRE(count == 1000);
      REQUIRE(parts <= 3);
    });
  }
}

TEST_CASE("iter nested") {
  for (const std::size_t threads : pool_sizes) {
    pool_of(threads).install([] {
      std::vector<std::vector<int>> table(50, std::vector<int>(200, 1));
      const auto sums =
          cut(par_iter(table), 1).map([](std::vector<int>& row) { return cut(par_iter(row), 1).sum(); }).collect();
      REQUIRE(sums == std::vector<int>(50, 200));
      const auto total =
          cut(par_iter(range(0, 20)), 1)
              .map([](int i) {
                return cut(par_iter(range(0, i)), 1).map([](int j) { return cut(par_iter(range(0, j)), 1).count(); }).sum();
              })
              .sum();
      REQUIRE(total == 1140);
    });
  }
}

// A pipeline may be named, and moved into its next step.
TEST_CASE("iter named pipelines") {
  const auto v = counting(1000);
  auto squares = par_iter(v).map([](int i) { return i * i; });
  REQUIRE(squares.length() == 1000);
  auto odd = std::move(squares).filter([](int i) { return i % 2 != 0; });
  REQUIRE(std::move(odd).count() == 500);
}

namespace {

/// A source of one's own: the first `count` Fibonacci-like hashes, by index.
struct hashes {
  using item = std::uint64_t;
  std::size_t count;
  struct reader {
    [[nodiscard]] std::uint64_t at(std::size_t i) const { return i * 11400714819323198485ULL; }
  };
  [[nodiscard]] std::size_t length() const { return count; }
  [[nodiscard]] reader cursor() const { return {}; }
};

/// An end of one's own: the bitwise or.
struct any_bit : par::plumbing::wants_all {
  using folder = std::uint64_t;
  [[nodiscard]] static folder start() { return 0; }
  template <class Cursor>
  static bool take(folder& bits, const Cursor& cursor, std::size_t lo, std::size_t hi) {
    return par::plumbing::walk(cursor, lo, hi, [&bits](std::uint64_t x) { bits |= x; });
  }
  static void merge(folder& left, folder&& right) { left |= right; }
};

}  // namespace

// The plumbing tier takes sources and ends that weft doesn't know.
TEST_CASE("iter plumbing") {
  static_assert(par::plumbing::indexed_producer<hashes>);
  everywhere([](std::size_t n) {
    std::uint64_t expected = 0;
    for (std::size_t i = 0; i < n; ++i) expected |= hashes::reader{}.at(i);
    REQUIRE(cut(par::pipeline(hashes{n}), 1).drive(any_bit{}) == expected);
    REQUIRE(cut(par::pipeline(hashes{n}), 1).filter([](std::uint64_t x) { return x % 2 == 0; }).count() == (n + 1) / 2);
  });
}

// Whoever waits for an item's loop may run it: a loop of many cheap items is, in time, joined by another thread.
TEST_CASE("iter shares") {
  pool_of(8).install([] {
    std::atomic<bool> is_shared{false};
    while (!is_shared) {
      cut(par_iter(range(0, 10'000)), 1).for_each([&](int) {
        if (par::current_thread_index()) is_shared = true;
      });
    }
    REQUIRE(is_shared);
  });
}
