// Part 4: a future that is waited for, and a recursion that forks at every step.
#include "parts.hpp"
#include "report.hpp"

#include <weft/weft.hpp>

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

namespace quickstart {

namespace {

// fib(100) needs 69 bits.
__extension__ using uint128 = unsigned __int128;

uint128 by_addition(int n) {
  uint128 a = 0;
  uint128 b = 1;
  for (int i = 0; i < n; ++i) a = std::exchange(b, a + b);
  return a;
}

std::uint64_t by_forking(int n) {
  if (n < 2) return static_cast<std::uint64_t>(n);
  const auto [a, b] = weft::join([n] { return by_forking(n - 1); }, [n] { return by_forking(n - 2); });
  return a + b;
}

std::string digits_of(uint128 value) {
  std::string digits;
  do {
    digits.push_back(static_cast<char>('0' + static_cast<int>(value % 10)));
    value /= 10;
  } while (value != 0);
  std::reverse(digits.begin(), digits.end());
  return digits;
}

}  // namespace

bool await_fibonacci(const options& chosen) {
  heading(4, "Fibonacci numbers: one as a future, one by fork and join");

  // The pool works on the future while this thread forks and joins.
  weft::thread_pool pool;
  auto future = pool.spawn([] { return by_addition(100); });
  std::uint64_t forked = 0;
  const auto time = time_of([&] { forked = by_forking(chosen.fib); });
  const std::string awaited = digits_of(std::move(future).wait());

  const std::string name = "fib(" + std::to_string(chosen.fib) + ")";
  line("fib(100), a future", awaited);
  line(name + ", a fork a step", grouped(forked));
  line("time of " + name, readable(time));
  // Every call but the leaves forks once: fib(n + 1) - 1 joins.
  const auto joins = static_cast<double>(by_addition(chosen.fib + 1) - 1);
  line("of each join", std::to_string(time.count() * 1e9 / joins).substr(0, 4) + " ns");
  return awaited == "354224848179261915075" && forked == static_cast<std::uint64_t>(by_addition(chosen.fib));
}

}  // namespace quickstart
