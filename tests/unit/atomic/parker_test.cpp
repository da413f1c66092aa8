#include <weft/atomic/parker.hpp>

#include "weft_catch.hpp"

#include <chrono>
#include <optional>
#include <thread>
#include <type_traits>

using namespace weft;
using namespace std::chrono_literals;

static_assert(!std::is_copy_constructible_v<parker> && !std::is_move_constructible_v<parker>);
static_assert(std::is_nothrow_copy_constructible_v<unparker> && std::is_nothrow_move_constructible_v<unparker>);

// A token left before park() makes it return at once.
TEST_CASE("parker smoke") {
  parker bed;
  bed.unparker().unpark();
  bed.park();
}

// However often unparked, there is one token.
TEST_CASE("parker one token") {
  parker bed;
  const unparker bell = bed.unparker();
  bell.unpark();
  bell.unpark();
  REQUIRE(bed.park_until(clock::time_point::min()));
  REQUIRE_FALSE(bed.park_until(clock::time_point::min()));
}

// A token wins over a deadline that has passed, and park without one times out.
TEST_CASE("parker deadline") {
  parker bed;
  REQUIRE_FALSE(bed.park_for(0ns));
  REQUIRE_FALSE(bed.park_for(1ms));
  bed.unparker().unpark();
  REQUIRE(bed.park_for(-1h));
}

// A deadline beyond the clock's range means never, not at once.
TEST_CASE("parker far deadline") {
  parker bed;
  std::thread waker_thread([bell = bed.unparker()] { bell.unpark(); });
  const bool got = bed.park_for(std::chrono::hours::max());
  waker_thread.join();
  REQUIRE(got);
}

// An unparker may be used after its parker has died.
TEST_CASE("parker unparker outlives") {
  std::optional<unparker> bell;
  {
    parker bed;
    bell = bed.unparker();
  }
  bell->unpark();
  const unparker copy = *bell;
  copy.unpark();
  REQUIRE(copy == *bell);
}

// Copies compare equal, unparkers of two parkers don't, and a moved-from one does nothing.
TEST_CASE("parker unparker identity") {
  parker a;
  parker b;
  unparker first = a.unparker();
  REQUIRE(first == a.unparker());
  REQUIRE_FALSE(first == b.unparker());
  const unparker second = std::move(first);
  first.unpark();
  REQUIRE_FALSE(a.park_until(clock::time_point::min()));
  second.unpark();
  REQUIRE(a.park_until(clock::time_point::min()));
}

// A reference survives its time as a raw word.
TEST_CASE("parker raw") {
  parker bed;
  void* const raw = bed.unparker().into_raw();
  unparker::from_raw(raw).unpark();
  REQUIRE(bed.park_until(clock::time_point::min()));
}

// unpark_waker wakes by all of a waker's ways, and outlives the parker.
TEST_CASE("parker waker") {
  waker kept;
  {
    parker bed;
    waker who = unpark_waker(bed.unparker());
    REQUIRE(who);
    REQUIRE(who.will_wake(unpark_waker(bed.unparker())));
    who.wake_by_ref();
    REQUIRE(bed.park_until(clock::time_point::min()));
    kept = who;
    std::move(who).wake();
    REQUIRE(bed.park_until(clock::time_point::min()));
    REQUIRE_FALSE(bed.park_until(clock::time_point::min()));
  }
  kept.wake_by_ref();
}

// What happened before unpark() is visible after park().
TEST_CASE("parker hands over") {
  parker bed;
  int letter = 0;
  std::thread postman([&, bell = bed.unparker()] {
    letter = 7;
    bell.unpark();
  });
  bed.park();
  const int seen = letter;
  postman.join();
  REQUIRE(seen == 7);
}
