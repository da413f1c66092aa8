// Many threads run parallel loops in one pool, nested and with exceptions, and every loop's result is right.
#include <weft/par.hpp>

#include "weft_catch.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <string>
#include <thread>
#include <vector>

using namespace weft;

namespace {

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
constexpr int rounds = 20;
#else
constexpr int rounds = 1500;
#endif

/// Runs body(thread, round) on several threads at once; false from any of them fails the test.
template <class Body>
bool stampede(int threads, Body body) {
  std::atomic<bool> is_good{true};
  std::vector<std::thread> crowd;
  for (int t = 0; t < threads; ++t) {
    crowd.emplace_back([&, t] {
      for (int round = 0; round < rounds; ++round) {
        if (!body(t, round)) is_good = false;
      }
    });
  }
  for (std::thread& t : crowd) t.join();
  return is_good;
}

}  // namespace

TEST_CASE("iter stampede of loops") {
  thread_pool pool(3);
  REQUIRE(stampede(4, [&](int, int round) {
    return pool.install([&] {
      const int n = 500 + round;
      const auto squares = par_iter(range(0, n)).with_max_len(3).map([](int i) { return i * i; }).collect();
      for (int i = 0; i < n; ++i) {
        if (squares[static_cast<std::size_t>(i)] != i * i) return false;
      }
      const auto odd = par_iter(squares).with_max_len(3).filter([](int i) { return i % 2 != 0; }).count();
      return odd == static_cast<std::size_t>(n / 2) &&
             par_iter(squares).with_max_len(2).position_first([](int i) { return i == 400; }) == 20;
    });
  }));
}

TEST_CASE("iter stampede throws") {
  thread_pool pool(3);
  REQUIRE(stampede(4, [&](int t, int round) {
    return pool.install([&] {
      const int where = (t * 37 + round * 11) % 300;
      try {
        static_cast<void>(par_iter(range(0, 300))
                              .with_max_len(1)
                              .map([where](int i) {
                                if (i == where) throw i;
                                return std::to_string(i);
                              })
                              .collect());
      } catch (int thrown) {
        return thrown == where;
      }
      return false;
    });
  }));
}

TEST_CASE("iter stampede nested") {
  thread_pool pool(3);
  REQUIRE(stampede(3, [&](int, int) {
    return pool.install([&] {
      return par_iter(range(0, 30))
                 .with_max_len(1)
                 .map([](int i) { return par_iter(range(0, i)).with_max_len(1).map([](int j) { return j; }).sum(); })
                 .sum() == 4060;
    });
  }));
}

// Loops of two pools that call each other.
TEST_CASE("iter stampede across pools") {
  thread_pool one(2), other(2);
  REQUIRE(stampede(3, [&](int, int) {
    return one.install([&] {
      return par_iter(range(0, 20))
                 .with_max_len(1)
                 .map([&](int i) { return other.install([&] { return par_iter(range(0, i)).with_max_len(1).count(); }); })
                 .sum() == 190;
    });
  }));
}
