#include <weft/atomic/atomic_waker.hpp>
#include <weft/atomic/parker.hpp>

#include "weft_catch.hpp"
#include "stress_scale.hpp"

#include <optional>
#include <thread>
#include <vector>

using namespace weft;

// A consumer that registers, looks and sleeps is woken for each change, with several producers at once.
TEST_CASE("atomic_waker stampede") {
  const int rounds = scaled(10'000);
  constexpr int producers = 3;
  atomic_waker cell;
  atom<int> sum{0};
  std::vector<std::thread> crowd;
  for (int id = 0; id < producers; ++id) {
    crowd.emplace_back([&] {
      for (int i = 0; i < rounds; ++i) {
        // relaxed: the cell alone must order this before the consumer's look.
        sum.fetch_add(1, relaxed);
        cell.wake();
      }
    });
  }
  parker bed;
  const waker who = unpark_waker(bed.unparker());
  while (true) {
    cell.register_by_ref(who);
    if (sum.load(relaxed) == producers * rounds) break;
    bed.park();
  }
  for (auto& t : crowd) t.join();
  REQUIRE(sum.load(relaxed) == producers * rounds);
}

// Producer and consumer take turns; each turn the consumer comes with another task's waker.
TEST_CASE("atomic_waker changing tasks") {
  const int rounds = scaled(10'000);
  atomic_waker cell;
  atom<int> value{0};
  atom<int> seen{0};
  std::thread producer([&] {
    for (int i = 1; i <= rounds; ++i) {
      value.store(i, relaxed);
      cell.wake();
      while (seen.load(acquire) != i) atomic::yield_thread();
    }
  });
  for (int i = 1; i <= rounds; ++i) {
    parker bed;
    const waker who = unpark_waker(bed.unparker());
    while (true) {
      cell.register_by_ref(who);
      if (value.load(relaxed) == i) break;
      bed.park();
    }
    seen.store(i, release);
  }
  producer.join();
  REQUIRE(value.load(relaxed) == rounds);
}
