// Two tasks hand each other a number through two channels of one place: what does waking the other and waiting oneself cost?
#pragma once

#include "contest.hpp"

namespace ping_pong {

inline const race::work work{"ping_pong", "ns per round trip", true};
inline constexpr unsigned threads = 2;
inline constexpr std::uint64_t rounds = 5'000;

/// What the second task makes of a number, so that the first sees that it was there.
inline std::uint64_t answer(std::uint64_t x) noexcept { return x * 2 + 1; }

/// Nanoseconds per round trip; play() starts both tasks, waits for them, and returns the sum of the answers that the first
/// one got to 0 … rounds - 1.
template <class Play>
double measure(const race::pace& how, Play play) {
  std::uint64_t sum = 0;
  const auto check = [&] { race::check("the sum of the answers", sum, rounds * rounds); };
  return race::time_between(
             how, [] {}, [&] { sum = play(); }, check) /
         static_cast<double>(rounds);
}

}  // namespace ping_pong
