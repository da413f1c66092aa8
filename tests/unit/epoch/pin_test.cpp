#include <weft/epoch.hpp>

#include "counted.hpp"
#include "weft_catch.hpp"

#include <thread>

using namespace weft;
using weft_test::counted;
using weft_test::ledger;

// pin() pins the calling thread in the default collector, and nobody else.
TEST_CASE("pin smoke") {
  REQUIRE_FALSE(epoch::is_pinned());
  {
    auto pinned = epoch::pin();
    REQUIRE(epoch::is_pinned());
    REQUIRE(pinned.collector() == epoch::default_collector());
    bool elsewhere = true;
    std::thread other([&] { elsewhere = epoch::is_pinned(); });
    other.join();
    REQUIRE_FALSE(elsewhere);
  }
  REQUIRE_FALSE(epoch::is_pinned());
}

namespace {
ledger late_book;

// Pins and retires in its destructor, that is, while the thread's thread_local objects die.
struct late {
  bool touched = false;
  ~late() {
    auto outer = epoch::pin();
    auto inner = epoch::pin();
    outer.retire(new counted(late_book));
    inner.retire(new counted(late_book));
    inner.flush();
  }
};
}  // namespace

// pin() works in thread_local destructors, before and after the thread's own registration has died.
TEST_CASE("pin thread_local") {
  const auto registered_before = epoch::default_collector().gauge().participants;
  std::thread made_first([] {
    thread_local late object;
    object.touched = true;
    // Made after `object`, so destroyed before it.
    auto pinned = epoch::pin();
  });
  made_first.join();
  std::thread made_last([] {
    auto pinned = epoch::pin();
    thread_local late object;
    object.touched = true;
  });
  made_last.join();
  REQUIRE(late_book.born.load(relaxed) == 4);
  REQUIRE(epoch::default_collector().gauge().participants == registered_before);
  for (int i = 0; i < 32; ++i) epoch::default_collector().collect();
  REQUIRE(late_book.alive() == 0);
}

namespace {
// Dies with the program's static objects, after the main thread's thread_local ones.
struct at_exit {
  bool armed = true;
  ~at_exit() {
    auto pinned = epoch::pin();
    pinned.retire(new int(7));
  }
};
const at_exit static_destruction;
}  // namespace

// pin() works in the destructors of static objects: this test passes if the program ends well.
TEST_CASE("pin static destruction") {
  auto pinned = epoch::pin();
  REQUIRE(static_destruction.armed);
}
