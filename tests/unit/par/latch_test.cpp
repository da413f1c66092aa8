// A latch says set after set(), and tells the setter exactly when the waiter has announced that it sleeps.
#include <weft/par/detail/latch.hpp>

#include "weft_catch.hpp"

using weft::par::detail::latch;

TEST_CASE("latch smoke", "[par][latch]") {
  latch l;
  CHECK_FALSE(l.is_set());
  CHECK_FALSE(l.set());
  CHECK(l.is_set());
  CHECK_FALSE(l.try_sleep());
}

TEST_CASE("latch wakes a waiter that has announced its sleep, once or twice", "[par][latch]") {
  latch l;
  CHECK(l.try_sleep());
  CHECK(l.try_sleep());
  CHECK_FALSE(l.is_set());
  CHECK(l.set());
  CHECK(l.is_set());
}
