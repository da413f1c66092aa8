#include <weft/atomic/parker.hpp>

#include "weft_catch.hpp"
#include "stress_scale.hpp"

#include <thread>
#include <vector>

using namespace weft;

// Two threads that pass a token to and fro never lose it.
TEST_CASE("parker ping pong") {
  const int rounds = scaled(20'000);
  parker left;
  parker right;
  long shared = 0;
  std::thread other([&, bell = left.unparker()] {
    for (int i = 0; i < rounds; ++i) {
      right.park();
      ++shared;
      bell.unpark();
    }
  });
  const unparker bell = right.unparker();
  for (int i = 0; i < rounds; ++i) {
    ++shared;
    bell.unpark();
    left.park();
  }
  other.join();
  REQUIRE(shared == 2L * rounds);
}

// A parker that waits until many threads have announced themselves is woken for the last of them.
TEST_CASE("parker stampede") {
  const int rounds = scaled(5'000);
  constexpr int crowd_size = 4;
  parker bed;
  atom<int> announced{0};
  std::vector<std::thread> crowd;
  for (int id = 0; id < crowd_size; ++id) {
    crowd.emplace_back([&, bell = bed.unparker()] {
      for (int i = 0; i < rounds; ++i) {
        // relaxed: the token alone must carry the count.
        announced.fetch_add(1, relaxed);
        bell.unpark();
      }
    });
  }
  while (announced.load(relaxed) < crowd_size * rounds) bed.park();
  for (auto& t : crowd) t.join();
  REQUIRE(announced.load(relaxed) == crowd_size * rounds);
}

// A deadline that races with an unpark loses no token: what timed out is found by the next park.
TEST_CASE("parker deadline race") {
  const int rounds = scaled(2'000);
  parker bed;
  atom<int> given{0};
  std::thread ringer([&, bell = bed.unparker()] {
    for (int i = 0; i < rounds; ++i) {
      given.store(i + 1, release);
      bell.unpark();
      while (given.load(acquire) != 0) atomic::yield_thread();
    }
  });
  for (int i = 0; i < rounds; ++i) {
    while (!bed.park_for(std::chrono::microseconds(i % 50))) {
    }
    const bool right = given.load(acquire) == i + 1;
    given.store(0, release);
    if (!right) {
      CHECK(right);
    }
  }
  ringer.join();
  REQUIRE_FALSE(bed.park_until(clock::time_point::min()));
}
