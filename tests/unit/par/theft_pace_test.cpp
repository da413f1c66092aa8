// A thief leaves tiny jobs to their owner for longer and longer, until a theft is worth it.
#include <weft/par/detail/theft_pace.hpp>

#include "weft_catch.hpp"

#include <cstdint>

using weft::par::detail::theft_pace;

namespace {

constexpr std::uint64_t cost = theft_pace::cost, longest = theft_pace::longest_rest;
constexpr std::uint64_t start = std::uint64_t{1} << 40;

/// Steals something that is over at once; how long the thief rests then.
std::uint64_t rest_after_a_tiny_job(theft_pace& pace, std::uint64_t& now) {
  pace.note_theft(now);
  const std::uint64_t began = ++now;
  while (!pace.allows_theft(now)) {
    CHECK(pace.is_resting(now));
    now += cost / 4;
  }
  CHECK_FALSE(pace.is_resting(now));
  return now - began;
}

}  // namespace

TEST_CASE("theft_pace: nothing is held back at first, and twice as long after each tiny job", "[par][theft_pace]") {
  theft_pace pace;
  std::uint64_t now = start;
  CHECK(pace.allows_theft(now));
  for (std::uint64_t rest = cost; rest <= longest; rest *= 2) CHECK(rest_after_a_tiny_job(pace, now) == rest);
  CHECK(rest_after_a_tiny_job(pace, now) == longest);
}

TEST_CASE("theft_pace: a theft that was worth it makes good", "[par][theft_pace]") {
  theft_pace pace;
  std::uint64_t now = start;
  for (int i = 0; i < 4; ++i) rest_after_a_tiny_job(pace, now);
  pace.note_theft(now);
  now += cost;
  CHECK(pace.allows_theft(now));
  CHECK(rest_after_a_tiny_job(pace, now) == cost);
}

TEST_CASE("theft_pace: a clock that is behind holds nobody back", "[par][theft_pace]") {
  theft_pace pace;
  std::uint64_t now = start;
  rest_after_a_tiny_job(pace, now);
  pace.note_theft(now);
  static_cast<void>(pace.allows_theft(now + 1));
  CHECK(pace.allows_theft(start / 2));
  CHECK_FALSE(pace.is_resting(start / 2));
}
