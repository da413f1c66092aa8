#include <weft/atomic/event_count.hpp>

#include "weft_catch.hpp"

#include <chrono>
#include <stdexcept>
#include <thread>
#include <vector>

using namespace weft;
using namespace std::chrono_literals;

// A condition that holds needs no sleep.
TEST_CASE("event_count smoke") {
  event_count events;
  events.await([] { return true; });
  REQUIRE(events.waiters() == 0);
}

// A notification between prepare() and wait() ends the wait at once.
TEST_CASE("event_count stale key") {
  event_count events;
  const auto since = events.prepare();
  REQUIRE(events.waiters() == 1);
  events.notify_one();
  events.wait(since);
  REQUIRE(events.waiters() == 0);
}

// A notification before prepare() doesn't end a later wait.
TEST_CASE("event_count is not a token") {
  event_count events;
  events.notify_all();
  const auto since = events.prepare();
  REQUIRE_FALSE(events.wait_until(since, clock::time_point::min()));
}

// cancel() takes the announcement back.
TEST_CASE("event_count cancel") {
  event_count events;
  const auto since = events.prepare();
  events.cancel(since);
  REQUIRE(events.waiters() == 0);
}

// A wait without a notification times out, and a condition that holds wins over the deadline.
TEST_CASE("event_count deadline") {
  event_count events;
  REQUIRE_FALSE(events.wait_for(events.prepare(), 1ms));
  REQUIRE_FALSE(events.await_until(clock::time_point::min(), [] { return false; }));
  int looks = 0;
  REQUIRE(events.await_until(clock::time_point::min(), [&] { return ++looks == 3; }));
}

// A condition that throws leaves nothing announced.
TEST_CASE("event_count throws_a") {
  event_count events;
  int looks = 0;
  REQUIRE_THROWS_AS(events.await([&]() -> bool {
    if (++looks == 2) throw std::runtime_error("look");
    return false;
  }),
                    std::runtime_error);
  REQUIRE(events.waiters() == 0);
}

// notify_all ends the waits of all.
TEST_CASE("event_count notify_all") {
  event_count events;
  atom<bool> open{false};
  std::vector<std::thread> crowd;
  for (int i = 0; i < 4; ++i) crowd.emplace_back([&] { events.await([&] { return open.load(acquire); }); });
  open.store(true, release);
  events.notify_all();
  for (auto& t : crowd) t.join();
  REQUIRE(events.waiters() == 0);
}
