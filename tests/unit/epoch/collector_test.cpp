#include <weft/epoch.hpp>

#include "counted.hpp"
#include "weft_catch.hpp"

#include <optional>
#include <thread>
#include <utility>
#include <vector>

using namespace weft;
using weft_test::counted;
using weft_test::ledger;

// Copies are the same collector, two constructions are two.
TEST_CASE("collector identity") {
  epoch::collector a;
  const epoch::collector b = a;
  const epoch::collector c;
  REQUIRE(a == b);
  REQUIRE_FALSE(a == c);
  a = c;
  REQUIRE(a == c);
  auto me = b.register_thread();
  REQUIRE(me.collector() == b);
  auto pinned = me.pin();
  REQUIRE(pinned.collector() == b);
}

// A participant works after the last handle on its collector has gone, and the last one out runs what is left.
TEST_CASE("collector outlived by participant") {
  ledger book;
  std::optional<epoch::participant> me;
  {
    epoch::collector world;
    me = world.register_thread();
  }
  {
    auto pinned = me->pin();
    pinned.retire(new counted(book));
  }
  REQUIRE(book.alive() == 1);
  me.reset();
  REQUIRE(book.alive() == 0);
}

namespace {
struct holder {
  explicit holder(const epoch::participant& who) : pinned(who.pin()) {}
  epoch::guard pinned;
};
}  // namespace

// A guard works after its participant has gone; then the last guard gives the record back, in whatever order they die.
TEST_CASE("collector outlived by guards") {
  for (const bool head_first : {true, false}) {
    ledger book;
    std::optional<epoch::collector> world(std::in_place);
    std::optional<epoch::participant> me(world->register_thread());
    auto head = std::make_unique<holder>(*me);
    auto inner = std::make_unique<holder>(*me);
    head->pinned.retire(new counted(book));
    me.reset();
    world.reset();
    inner->pinned.retire(new counted(book));
    (head_first ? head : inner).reset();
    REQUIRE(book.alive() == 2);
    (head_first ? inner : head).reset();
    REQUIRE(book.alive() == 0);
  }
}

// A participant that goes while its guard has stepped aside leaves the guard usable.
TEST_CASE("collector participant gone in repin_after") {
  ledger book;
  {
    epoch::collector world;
    std::optional<epoch::participant> me(world.register_thread());
    auto pinned = me->pin();
    pinned.repin_after([&] { me.reset(); });
    pinned.retire(new counted(book));
    REQUIRE(world.gauge().participants == 1);
  }
  REQUIRE(book.alive() == 0);
}

// Garbage of one collector doesn't wait for the readers of another.
TEST_CASE("collector isolation") {
  ledger book;
  epoch::collector world;
  epoch::collector other;
  auto stalled = other.register_thread();
  auto pinned = stalled.pin();
  auto me = world.register_thread();
  for (int i = 0; i < 100; ++i) {
    auto mine = me.pin();
    mine.retire(new counted(book));
    mine.flush();
  }
  REQUIRE(book.dead.load(relaxed) > 90);
}

// collector::pin() needs no participant; its garbage is adopted by others.
TEST_CASE("collector passing pin") {
  ledger book;
  epoch::collector world;
  for (int i = 0; i < 100; ++i) {
    auto pinned = world.pin();
    auto nested_stranger = world.pin();
    pinned.retire(new counted(book));
  }
  REQUIRE(world.gauge().participants == 0);
  REQUIRE(world.gauge().objects == static_cast<std::size_t>(book.alive()));
  for (int i = 0; i < 32; ++i) world.collect();
  REQUIRE(book.alive() == 0);
}

// The gauge says how much waits and who holds it up.
TEST_CASE("collector gauge") {
  ledger book;
  epoch::collector world;
  auto me = world.register_thread();
  auto stalled = world.register_thread();
  auto old = stalled.pin();
  for (int i = 0; i < 1000; ++i) {
    auto pinned = me.pin();
    pinned.retire(new counted(book));
  }
  auto seen = world.gauge();
  REQUIRE(seen.objects == 1000);
  REQUIRE(seen.bytes == 1000 * sizeof(counted));
  REQUIRE(seen.participants == 2);
  REQUIRE(seen.pinned == 1);
  REQUIRE(seen.lagging == 1);
  old.repin();
  for (int i = 0; i < 100; ++i) {
    auto pinned = me.pin();
    pinned.flush();
    old.repin();
  }
  seen = world.gauge();
  REQUIRE(seen.objects == 0);
  REQUIRE(seen.bytes == 0);
  REQUIRE(book.alive() == 0);
}

// A stalled reader is not silent: beyond the budget the callback is called, from within a retire, and may itself pin and retire.
TEST_CASE("collector budget") {
  ledger book;
  int calls = 0;
  std::size_t most = 0;
  epoch::participant* self = nullptr;
  epoch::collector world({.most_objects = 500, .on_overflow = [&](const epoch::garbage_gauge& seen) {
                            ++calls;
                            most = seen.objects;
                            auto pinned = self->pin();
                            pinned.retire(new counted(book));
                          }});
  auto stalled = world.register_thread();
  auto me = world.register_thread();
  self = &me;
  auto old = stalled.pin();
  for (int i = 0; i < 500; ++i) me.pin().retire(new counted(book));
  REQUIRE(calls == 0);
  for (int i = 0; i < 128; ++i) me.pin().retire(new counted(book));
  REQUIRE(calls > 0);
  REQUIRE(most > 500);
  REQUIRE(book.dead.load(relaxed) == 0);
}

// A million objects retired under a stalled reader are all kept, and all freed by whoever comes after it.
TEST_CASE("collector stalled reader") {
  ledger book;
  epoch::collector world;
  std::optional<epoch::participant> writer(world.register_thread());
  auto reader = world.register_thread();
  auto other = world.register_thread();
  constexpr int many = 100'000;
  {
    auto old = reader.pin();
    for (int i = 0; i < many; ++i) writer->pin().retire(new counted(book));
    REQUIRE(book.dead.load(relaxed) == 0);
    writer.reset();
  }
  for (int i = 0; i < many && book.alive() > 0; ++i) other.pin().flush();
  REQUIRE(book.alive() == 0);
}

// Records are used again: many threads one after the other don't make the collector grow.
TEST_CASE("collector thread churn") {
  ledger book;
  epoch::collector world;
  for (int i = 0; i < 200; ++i) {
    std::thread t([&] {
      auto me = world.register_thread();
      auto pinned = me.pin();
      pinned.retire(new counted(book));
    });
    t.join();
  }
  REQUIRE(world.gauge().participants == 0);
  for (int i = 0; i < 100; ++i) world.collect();
  REQUIRE(book.alive() == 0);
}
