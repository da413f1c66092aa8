// A tree of tasks, ten from each, down to a million leaves that return their number: what does a spawned task cost, and
// waiting for ten of them?
#pragma once

#include "fork.hpp"

namespace skynet {

inline constexpr unsigned width = 10;
inline constexpr std::uint64_t leaves = 1'000'000;
inline constexpr std::uint64_t tasks =
    leaves + leaves / 10 + leaves / 100 + leaves / 1'000 + leaves / 10'000 + leaves / 100'000;

/// The sum of the numbers from first to first + count - 1.
template <class Fork>
std::uint64_t sum(std::uint64_t first, std::uint64_t count) {
  if (count == 1) return first;
  std::uint64_t parts[width];
  Fork::all(width, [&](unsigned i) { parts[i] = sum<Fork>(first + i * (count / width), count / width); });
  std::uint64_t total = 0;
  for (const std::uint64_t part : parts) total += part;
  return total;
}

class problem {
 public:
  static race::work what() { return {"skynet", "ns per task", true}; }
  void prepare() { sum_ = 0; }
  template <class Fork>
  void solve() {
    std::uint64_t first = 0;
    race::keep(first);
    sum_ = sum<Fork>(first, leaves);
  }
  void check() const { race::check("the sum of the leaves", sum_, leaves * (leaves - 1) / 2); }
  [[nodiscard]] double units() const { return static_cast<double>(tasks); }

 private:
  std::uint64_t sum_ = 0;
};

}  // namespace skynet
