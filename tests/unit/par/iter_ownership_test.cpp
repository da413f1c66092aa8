// No item is lost, doubled or destroyed twice: owned, move-only and over-aligned items, with and without exceptions.
#include "iter_support.hpp"

#include <algorithm>
#include <atomic>
#include <list>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

using namespace weft;
using namespace iter_test;

namespace {

/// Counts the objects that live.
struct counted {
  static inline std::atomic<std::int64_t> alive{0};
  std::unique_ptr<int> value;

  explicit counted(int i = 0) : value(std::make_unique<int>(i)) { ++alive; }
  counted(counted&& other) noexcept : value(std::move(other.value)) { ++alive; }
  counted& operator=(counted&&) = default;
  ~counted() { --alive; }
};

std::vector<counted> make_counted(std::size_t n) {
  std::vector<counted> v;
  v.reserve(n);
  for (std::size_t i = 0; i < n; ++i) v.emplace_back(static_cast<int>(i));
  return v;
}

struct boom {
  int where;
};

}  // namespace

TEST_CASE("iter move_only") {
  everywhere([](std::size_t n) {
    for (const std::size_t grain : grains) {
      if (n == large && grain != 64) continue;
      {
        auto moved = cut(par_iter(make_counted(n)), grain).collect();
        REQUIRE(moved.size() == n);
        for (std::size_t i = 0; i < n; ++i) REQUIRE(*moved[i].value == static_cast<int>(i));
        auto odd =
            cut(par_iter(std::move(moved)), grain).filter([](const counted& c) { return *c.value % 2 == 1; }).collect();
        REQUIRE(odd.size() == n / 2);
        for (std::size_t i = 0; i < odd.size(); ++i) REQUIRE(*odd[i].value == static_cast<int>(2 * i + 1));
        auto made = cut(par_iter(range(0, static_cast<int>(n))), grain).map([](int i) { return counted(i); }).collect();
        auto best = cut(par_iter(std::move(made)), grain).max_by_key([](const counted& c) { return *c.value; });
        REQUIRE(best.has_value() == (n > 0));
        if (best) REQUIRE(*best->value == static_cast<int>(n) - 1);
        auto groups = cut(par_iter(make_counted(n)).chunks(3), grain).collect();
        REQUIRE(groups.size() == (n + 2) / 3);
        auto flat = cut(par_iter(std::move(groups)), grain).flatten().collect();
        REQUIRE(flat.size() == n);
        auto last = cut(par_iter(std::move(flat)), grain).reduce([](counted, counted b) { return b; });
        if (last) REQUIRE(*last->value == static_cast<int>(n) - 1);
        auto [low, high] = cut(par_iter(make_counted(n)), grain).partition([](const counted& c) { return *c.value < 3; });
        REQUIRE(low.size() + high.size() == n);
      }
      REQUIRE(counted::alive == 0);
    }
  });
}

// What nobody takes is destroyed once, with the pipeline.
TEST_CASE("iter unvisited items") {
  everywhere([](std::size_t n) {
    {
      auto unused = par_iter(make_counted(n));
      REQUIRE(counted::alive == static_cast<std::int64_t>(n));
    }
    REQUIRE(counted::alive == 0);
    static_cast<void>(cut(par_iter(make_counted(n)), 1).take(3).collect());
    static_cast<void>(cut(par_iter(make_counted(n)), 1).zip(range(0, 5)).collect());
    static_cast<void>(cut(par_iter(make_counted(n)), 1).any([](const counted& c) { return *c.value == 5; }));
    static_cast<void>(cut(par_iter(make_counted(n)), 1).find_first([](const counted& c) { return *c.value == 5; }));
    REQUIRE(counted::alive == 0);
  });
}

// The exception of a closure leaves through the caller; nothing that was made leaks, and the pool works on.
TEST_CASE("iter throws") {
  everywhere([](std::size_t n) {
    for (const std::size_t grain : grains) {
      if (n == large && grain != 64) continue;
      for (const int where : {0, 1, 6, 999}) {
        const auto trap = [=](counted c) {
          if (*c.value == where) throw boom{where};
          return c;
        };
        const bool is_hit = static_cast<std::size_t>(where) < n;
        const auto caught = [&](auto run) {
          try {
            run();
          } catch (const boom& b) {
            return b.where == where;
          }
          return false;
        };
        REQUIRE(caught([&] { static_cast<void>(cut(par_iter(make_counted(n)), grain).map(trap).collect()); }) == is_hit);
        REQUIRE(caught([&] {
                  static_cast<void>(
                      cut(par_iter(make_counted(n)), grain).map(trap).filter([](const counted&) { return true; }).collect());
                }) == is_hit);
        REQUIRE(caught([&] { cut(par_iter(make_counted(n)), grain).for_each([&](counted&& c) { trap(std::move(c)); }); }) ==
                is_hit);
        REQUIRE(caught([&] {
                  static_cast<void>(
                      cut(par_iter(make_counted(n)), grain).map(trap).reduce([](counted a, counted) { return a; }));
                }) == is_hit);
        REQUIRE(caught([&] {
                  static_cast<void>(
                      cut(par_iter(make_counted(n)), grain).map(trap).max_by_key([](const counted& c) { return *c.value; }));
                }) == is_hit);
        REQUIRE(caught([&] {
                  static_cast<void>(cut(par_iter(make_counted(n)), grain).map(trap).partition([](const counted& c) {
                    return *c.value < 3;
                  }));
                }) == is_hit);
        REQUIRE(counted::alive == 0);
      }
    }
  });
}

// When many throw, one exception leaves.
TEST_CASE("iter throws everywhere") {
  everywhere([](std::size_t n) {
    for (const std::size_t grain : grains) {
      if (n == 0) continue;
      REQUIRE_THROWS_AS(cut(par_iter(range(0, static_cast<int>(n))), grain).for_each([](int i) { throw boom{i}; }), boom);
      REQUIRE_THROWS_AS(
          cut(par_iter(range(0, static_cast<int>(n))), grain).map([](int i) -> std::string { throw boom{i}; }).collect(),
          boom);
    }
  });
}

// A vector to collect into is empty after an exception, and still usable.
TEST_CASE("iter throws into") {
  std::vector<std::string> out{"old"};
  const auto trap = [](int i) {
    if (i == 500) throw boom{i};
    return std::to_string(i);
  };
  REQUIRE_THROWS_AS(cut(par_iter(range(0, 1000)), 1).map(trap).collect_into(out), boom);
  REQUIRE(out.empty());
  cut(par_iter(range(0, 400)), 1).map(trap).collect_into(out);
  REQUIRE(out.size() == 400);
}

TEST_CASE("iter over_aligned") {
  struct alignas(256) wide {
    int value;
  };
  everywhere([](std::size_t n) {
    auto made = cut(par_iter(range(0, static_cast<int>(n))), 1).map([](int i) { return wide{i}; }).collect();
    REQUIRE(made.size() == n);
    for (std::size_t i = 0; i < n; ++i) {
      REQUIRE(made[i].value == static_cast<int>(i));
      REQUIRE(reinterpret_cast<std::uintptr_t>(&made[i]) % 256 == 0);
    }
    auto few = cut(par_iter(made), 1).filter([](const wide& w) { return w.value % 3 == 0; }).collect();
    REQUIRE(few.size() == (n + 2) / 3);
  });
}

TEST_CASE("iter owned list") {
  std::list<std::unique_ptr<int>> items;
  for (int i = 0; i < 1000; ++i) items.push_back(std::make_unique<int>(i));
  auto moved = cut(par_iter(std::move(items)), 1).collect();
  REQUIRE(moved.size() == 1000);
  for (int i = 0; i < 1000; ++i) REQUIRE(*moved[static_cast<std::size_t>(i)] == i);
}
