#include <weft/atomic/backoff.hpp>

#include "weft_catch.hpp"

using namespace weft;

// Snoozing completes after a bounded number of calls and stays completed until reset().
TEST_CASE("backoff completes") {
  backoff patience;
  int calls = 0;
  while (!patience.is_completed()) {
    patience.snooze();
    REQUIRE(++calls <= 32);
  }
  patience.snooze();
  REQUIRE(patience.is_completed());
  patience.reset();
  REQUIRE_FALSE(patience.is_completed());
}

// Spinning alone never completes: it is for races, which end without anybody's help.
TEST_CASE("backoff spin never completes") {
  backoff patience;
  for (int i = 0; i < 20; ++i) patience.spin();
  REQUIRE_FALSE(patience.is_completed());
}
