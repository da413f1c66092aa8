// Trees of joins give the right answer under any stealing, in pools of every size, from several outside threads at once.
#include <weft/par/join.hpp>
#include <weft/par/thread_pool.hpp>

#include "weft_catch.hpp"

#include <atomic>
#include <cstdint>
#include <stdexcept>
#include <thread>
#include <vector>

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
constexpr unsigned depth = 16;
constexpr int rounds = 20;
#else
constexpr unsigned depth = 22;
constexpr int rounds = 40;
#endif

namespace {
std::uint64_t fib(unsigned n) {
  if (n < 2) return n;
  const auto r = weft::join([n] { return fib(n - 1); }, [n] { return fib(n - 2); });
  return r.first + r.second;
}
std::uint64_t plain_fib(unsigned n) { return n < 2 ? n : plain_fib(n - 1) + plain_fib(n - 2); }

int thrower(unsigned n, std::atomic<int>& leaves) {
  if (n == 0) {
    if (leaves.fetch_add(1) % 7 == 3) throw std::runtime_error("leaf");
    return 1;
  }
  const auto r = weft::join([&, n] { return thrower(n - 1, leaves); }, [&, n] { return thrower(n - 1, leaves); });
  return r.first + r.second;
}
}  // namespace

TEST_CASE("join stampede: one caller", "[par][join]") {
  const std::uint64_t expected = plain_fib(depth);
  for (const std::size_t threads : {1u, 2u, 3u, 8u, 64u}) {
    weft::thread_pool pool(threads);
    for (int i = 0; i < rounds; ++i) REQUIRE(pool.install([] { return fib(depth); }) == expected);
  }
}

TEST_CASE("join stampede: several callers", "[par][join]") {
  const std::uint64_t expected = plain_fib(depth - 4);
  weft::thread_pool pool(3);
  std::atomic<int> wrong{0};
  {
    std::vector<std::jthread> callers;
    for (int c = 0; c < 6; ++c) {
      callers.emplace_back([&] {
        for (int i = 0; i < rounds; ++i) wrong.fetch_add(pool.install([] { return fib(depth - 4); }) != expected);
      });
    }
  }
  CHECK(wrong.load() == 0);
}

TEST_CASE("join stampede: leaves that throw, every leaf still runs", "[par][join]") {
  weft::thread_pool pool(4);
  for (int i = 0; i < rounds; ++i) {
    std::atomic<int> leaves{0};
    CHECK_THROWS_AS(pool.install([&] { return thrower(8, leaves); }), std::runtime_error);
    REQUIRE(leaves.load() == 256);
  }
}

TEST_CASE("join no lost wake-up: bursts between which everybody falls asleep", "[par][join]") {
  weft::thread_pool pool(2);
  for (int i = 0; i < rounds * 10; ++i) {
    std::atomic<bool> begun{false};
    // Ends only if somebody else is woken for the second half.
    pool.join(
        [&] {
          while (!begun.load()) std::this_thread::yield();
        },
        [&] { begun.store(true); });
    while (i % 8 == 0 && pool.engine().look().workers_asleep() < 2) std::this_thread::yield();
  }
}
