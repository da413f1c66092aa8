#include <weft/atomic/seam.hpp>

#include "weft_catch.hpp"

#include <system_error>

using namespace weft;

// A thread's work happens before join() returns.
TEST_CASE("seam thread smoke") {
  int seen = 0;
  atomic::thread t({.name = "seam", .stack_size = 64 * 1024}, [&] { seen = 7; });
  t.join();
  REQUIRE(seen == 7);
}

// futex_wait returns at once when the word has changed.
TEST_CASE("seam futex changed") {
  atom<std::uint32_t> word{1};
  REQUIRE(atomic::futex_wait(word, 0) == atomic::futex_outcome::changed);
}

// A deadline in the past times out instead of sleeping.
TEST_CASE("seam futex past deadline") {
  atom<std::uint32_t> word{0};
  REQUIRE(atomic::futex_wait(word, 0, clock::time_point::min()) == atomic::futex_outcome::timed_out);
}

// deadline_after never overflows: what is too far becomes "never".
TEST_CASE("seam deadline saturates") {
  REQUIRE(deadline_after(std::chrono::hours::max()) == clock::time_point::max());
  REQUIRE(deadline_after(std::chrono::nanoseconds::max()) == clock::time_point::max());
  const auto past = deadline_after(std::chrono::nanoseconds::min());
  REQUIRE(past <= clock::now());
}
