// A thief leaves tiny jobs to their owner for longer and longer, until a theft is worth it or disturbs nobody.
#include <weft/par/detail/theft_pace.hpp>

#include "weft_catch.hpp"

#include <cstdint>

using weft::par::detail::theft_pace;

namespace {

constexpr std::uint64_t cost = theft_pace::cost, longest = theft_pace::longest_rest;
constexpr std::uint64_t start = std::uint64_t{1} << 40;

/// Steals something that is over at once; how long the thief rests then.
std::uint64_t rest_after_a_tiny_job(theft_pace& pace, std::uint64_t& now, bool disturbs = true) {
  pace.note_theft(now, disturbs);
  const std::uint64_t began = ++now;
  for (pace.begin_look(now); pace.is_sparing(); pace.begin_look(now)) {
    CHECK(pace.matters());
    CHECK(pace.is_resting(now));
    now += cost / 4;
  }
  CHECK_FALSE(pace.is_resting(now));
  return now - began;
}

}  // namespace

TEST_CASE("theft_pace: nothing is spared at first, and for twice as long after each tiny job", "[par][theft_pace]") {
  theft_pace pace;
  std::uint64_t now = start;
  CHECK_FALSE(pace.matters());
  CHECK_FALSE(pace.is_sparing());
  for (std::uint64_t rest = cost; rest <= longest; rest *= 2) CHECK(rest_after_a_tiny_job(pace, now) == rest);
  CHECK(rest_after_a_tiny_job(pace, now) == longest);
}

TEST_CASE("theft_pace: a theft that was worth it, or disturbed nobody, makes good", "[par][theft_pace]") {
  theft_pace pace;
  std::uint64_t now = start;
  for (int i = 0; i < 4; ++i) static_cast<void>(rest_after_a_tiny_job(pace, now));
  pace.note_theft(now, true);
  pace.begin_look(now += cost);
  CHECK_FALSE(pace.is_sparing());
  CHECK(rest_after_a_tiny_job(pace, now) == cost);
  CHECK(rest_after_a_tiny_job(pace, now, false) == 0);
  CHECK(rest_after_a_tiny_job(pace, now) == cost);
}

TEST_CASE("theft_pace: a greedy look spares nothing, and the rest goes on after it", "[par][theft_pace]") {
  theft_pace pace;
  pace.note_theft(start, true);
  pace.begin_look(start + 1);
  CHECK(pace.is_sparing());
  pace.begin_greedy_look();
  CHECK_FALSE(pace.is_sparing());
  pace.begin_look(start + 2);
  CHECK(pace.is_sparing());
}

TEST_CASE("theft_pace: a clock that is behind holds nobody back", "[par][theft_pace]") {
  theft_pace pace;
  pace.note_theft(start, true);
  pace.begin_look(start + 1);
  pace.begin_look(start / 2);
  CHECK_FALSE(pace.is_sparing());
  CHECK_FALSE(pace.is_resting(start / 2));
}
