#include <weft/atomic/event_count.hpp>

#include "weft_catch.hpp"
#include "stress_scale.hpp"

#include <thread>
#include <vector>

using namespace weft;

namespace {
// Takes one from a counter that isn't zero.
bool try_take(atom<int>& stock) {
  int seen = stock.load(acquire);
  while (seen > 0) {
    if (stock.compare_exchange_weak(seen, seen - 1, acq_rel, acquire)) return true;
  }
  return false;
}
}  // namespace

// With one notify_one() for each item, every item is taken: no wake-up is lost between old and new sleepers.
TEST_CASE("event_count mpmc") {
  const int items = scaled(20'000);
  constexpr int producers = 2;
  constexpr int consumers = 3;
  event_count events;
  atom<int> stock{0};
  std::vector<std::thread> crowd;
  std::vector<int> taken(consumers, 0);
  for (int id = 0; id < consumers; ++id) {
    crowd.emplace_back([&, id] {
      // Each consumer takes the same number, so that a lost wake-up hangs the test.
      for (int i = 0; i < producers * items / consumers; ++i) {
        events.await([&] { return try_take(stock); });
        ++taken[static_cast<std::size_t>(id)];
      }
    });
  }
  for (int id = 0; id < producers; ++id) {
    crowd.emplace_back([&] {
      for (int i = 0; i < items; ++i) {
        stock.fetch_add(1, release);
        events.notify_one();
      }
    });
  }
  for (auto& t : crowd) t.join();
  REQUIRE(events.waiters() == 0);
  REQUIRE(stock.load(relaxed) == producers * items - consumers * (producers * items / consumers));
}

// A flag passed to and fro between two threads that sleep for it is never missed.
TEST_CASE("event_count ping pong") {
  const int rounds = scaled(10'000);
  event_count events;
  atom<int> turn{0};
  const auto play = [&](int me) {
    for (int i = 0; i < rounds; ++i) {
      events.await([&] { return turn.load(acquire) == me; });
      turn.store(1 - me, release);
      events.notify_one();
    }
  };
  std::thread other(play, 1);
  play(0);
  other.join();
  REQUIRE(turn.load(relaxed) == 0);
}
