// chance: random choices and delays out of a seed.
#pragma once

#include <weft/atomic/seam.hpp>

#include <cstdint>

namespace soak {

class chance {
 public:
  explicit chance(std::uint64_t seed) noexcept : state_(seed * 0x9E3779B97F4A7C15u + 0x2545F4914F6CDD1Du) {}

  /// splitmix64.
  std::uint64_t next() noexcept {
    std::uint64_t x = (state_ += 0x9E3779B97F4A7C15u);
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
    return x ^ (x >> 31);
  }
  /// One of 0 … n − 1.
  std::uint64_t below(std::uint64_t n) noexcept { return next() % n; }
  bool one_in(std::uint64_t n) noexcept { return below(n) == 0; }

  /// Mostly nothing; else from a pause of some ns to some 20 µs, or the core is given away.
  void delay() noexcept {
    const std::uint64_t how = below(8);
    if (how < 4) return;
    if (how == 4) return weft::atomic::yield_thread();
    spin(below(std::uint64_t{1} << below(10)));
  }
  static void spin(std::uint64_t rounds) noexcept {
    for (std::uint64_t i = 0; i < rounds; ++i) weft::cpu_relax();
  }

 private:
  std::uint64_t state_;
};

}  // namespace soak
