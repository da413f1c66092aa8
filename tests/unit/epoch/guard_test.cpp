#include <weft/epoch.hpp>

#include "counted.hpp"
#include "weft_catch.hpp"

#include <array>
#include <memory>
#include <stdexcept>
#include <type_traits>
#include <utility>
#include <vector>

using namespace weft;
using weft_test::counted;
using weft_test::ledger;

static_assert(!std::is_copy_constructible_v<epoch::guard> && !std::is_move_constructible_v<epoch::guard>);

namespace {
// Enough rounds of retiring and pinning anew for all earlier garbage to be freed.
void turn_over(epoch::participant& me, ledger& book, int rounds = 8) {
  for (int i = 0; i < rounds; ++i) {
    auto pinned = me.pin();
    pinned.retire(new counted(book));
    pinned.flush();
  }
}
}  // namespace

// What is retired is destroyed once, at the latest with the collector.
TEST_CASE("guard smoke") {
  ledger book;
  {
    epoch::collector world;
    auto me = world.register_thread();
    auto pinned = me.pin();
    pinned.retire(new counted(book));
    REQUIRE(book.alive() == 1);
  }
  REQUIRE(book.alive() == 0);
  REQUIRE(book.dead.load(relaxed) == 1);
}

// Garbage is freed while the collector lives, not only at its end.
TEST_CASE("guard reclaims") {
  ledger book;
  epoch::collector world;
  auto me = world.register_thread();
  turn_over(me, book, 100);
  REQUIRE(book.dead.load(relaxed) > 90);
}

// While a guard lives, nothing that was retired after it was made is destroyed, whatever the others do.
TEST_CASE("guard protects") {
  ledger book;
  epoch::collector world;
  auto reader = world.register_thread();
  auto writer = world.register_thread();
  {
    auto pinned = reader.pin();
    turn_over(writer, book, 1000);
    REQUIRE(book.dead.load(relaxed) == 0);
  }
  turn_over(writer, book);
  REQUIRE(book.dead.load(relaxed) >= 1000);
}

// Only the outermost guard pins and unpins.
TEST_CASE("guard nested") {
  epoch::collector world;
  auto me = world.register_thread();
  REQUIRE_FALSE(me.is_pinned());
  {
    auto outer = me.pin();
    {
      auto inner = me.pin();
      auto innermost = me.pin();
      REQUIRE(me.is_pinned());
    }
    REQUIRE(me.is_pinned());
  }
  REQUIRE_FALSE(me.is_pinned());
}

namespace {
struct holder {
  explicit holder(const epoch::participant& who) : pinned(who.pin()) {}
  epoch::guard pinned;
};
}  // namespace

// Guards of one thread may die in any order; the last one unpins.
TEST_CASE("guard any order") {
  const std::array<std::array<int, 3>, 6> orders{{{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}}};
  epoch::collector world;
  auto me = world.register_thread();
  for (const auto& order : orders) {
    std::array<std::unique_ptr<holder>, 3> guards;
    for (auto& g : guards) g = std::make_unique<holder>(me);
    for (const int which : order) {
      REQUIRE(me.is_pinned());
      guards[static_cast<std::size_t>(which)].reset();
    }
    REQUIRE_FALSE(me.is_pinned());
  }
  // A guard that joins after the head has died counts too.
  auto head = std::make_unique<holder>(me);
  auto second = std::make_unique<holder>(me);
  head.reset();
  auto third = std::make_unique<holder>(me);
  second.reset();
  REQUIRE(me.is_pinned());
  third.reset();
  REQUIRE_FALSE(me.is_pinned());
}

// Deferred functions run once, in the order in which one thread deferred them.
TEST_CASE("guard defer") {
  std::vector<int> ran;
  {
    epoch::collector world;
    auto me = world.register_thread();
    auto pinned = me.pin();
    for (int i = 0; i < 200; ++i) pinned.defer([&ran, i] { ran.push_back(i); });
    auto big = std::make_unique<int>(200);
    pinned.defer(
        [&ran, big = std::move(big), pad = std::array<long, 9>{}] { ran.push_back(*big + static_cast<int>(pad[0])); });
    pinned.defer([] {});
  }
  REQUIRE(ran.size() == 201);
  for (int i = 0; i <= 200; ++i) REQUIRE(ran[static_cast<std::size_t>(i)] == i);
}

// Deleters of the caller's get the object: stateless, small and large ones.
TEST_CASE("guard deleter") {
  ledger book;
  int calls = 0;
  struct plain_deleter {
    void operator()(counted* object) const { delete object; }
  };
  {
    epoch::collector world;
    auto me = world.register_thread();
    auto pinned = me.pin();
    pinned.retire(new counted(book), plain_deleter{});
    pinned.retire(new counted(book), [&calls](counted* object) {
      ++calls;
      delete object;
    });
    pinned.retire(new counted(book), [&calls, kept = std::make_shared<int>(1)](counted* object) {
      calls += *kept;
      delete object;
    });
  }
  REQUIRE(calls == 2);
  REQUIRE(book.born.load(relaxed) == 3);
  REQUIRE(book.alive() == 0);
}

// A deferred function may pin, retire and defer in the collector that runs it.
TEST_CASE("guard re-entrant") {
  ledger book;
  struct chain {
    epoch::participant* me;
    ledger* book;
    int left;
    void operator()() const {
      auto pinned = me->pin();
      for (int i = 0; i < 3; ++i) pinned.retire(new counted(*book));
      if (left > 0) pinned.defer(chain{me, book, left - 1});
      pinned.flush();
    }
  };
  {
    epoch::collector world;
    {
      auto me = world.register_thread();
      {
        auto pinned = me.pin();
        pinned.defer(chain{&me, &book, 50});
      }
      while (book.born.load(relaxed) < 51 * 3) {
        auto pinned = me.pin();
        pinned.flush();
      }
    }
  }
  REQUIRE(book.born.load(relaxed) == 51 * 3);
  REQUIRE(book.alive() == 0);
}

// repin() lets the epoch move on past a long-lived guard, and does nothing while another guard of the thread lives.
TEST_CASE("guard repin") {
  ledger book;
  epoch::collector world;
  auto reader = world.register_thread();
  auto writer = world.register_thread();
  auto pinned = reader.pin();
  for (int i = 0; i < 8; ++i) {
    turn_over(writer, book, 1);
    pinned.repin();
  }
  REQUIRE(book.dead.load(relaxed) > 0);
  auto inner = reader.pin();
  inner.repin();
  pinned.repin();
  turn_over(writer, book, 3);
  const long before = book.dead.load(relaxed);
  for (int i = 0; i < 8; ++i) {
    turn_over(writer, book, 1);
    pinned.repin();
    inner.repin();
  }
  REQUIRE(book.dead.load(relaxed) == before);
}

// repin_after() is unpinned while it runs f, unless another guard lives; it pins again also when f throws.
TEST_CASE("guard repin_after") {
  epoch::collector world;
  auto me = world.register_thread();
  auto pinned = me.pin();
  REQUIRE(pinned.repin_after([&] {
    const bool outside = me.is_pinned();
    auto inside = me.pin();
    return !outside && me.is_pinned();
  }));
  REQUIRE(me.is_pinned());
  REQUIRE_THROWS_AS(pinned.repin_after([]() -> int { throw std::runtime_error("f"); }), std::runtime_error);
  REQUIRE(me.is_pinned());
  {
    auto inner = me.pin();
    REQUIRE(inner.repin_after([&] { return me.is_pinned(); }));
    REQUIRE(pinned.repin_after([&] { return me.is_pinned(); }));
  }
  std::unique_ptr<holder> left_behind;
  pinned.repin_after([&] { left_behind = std::make_unique<holder>(me); });
  REQUIRE(me.is_pinned());
}

// unprotected() frees and runs at once.
TEST_CASE("guard unprotected") {
  ledger book;
  int ran = 0;
  const epoch::guard& nobody = epoch::unprotected();
  nobody.retire(new counted(book));
  REQUIRE(book.alive() == 0);
  nobody.retire(new counted(book), [&](counted* object) {
    ++ran;
    delete object;
  });
  nobody.defer([&] { ++ran; });
  nobody.reserve();
  nobody.flush();
  REQUIRE(ran == 2);
  REQUIRE(book.alive() == 0);
}

// After reserve() a retire needs no memory, so it can't fail between unlinking and retiring.
TEST_CASE("guard reserve") {
  ledger book;
  epoch::collector world;
  auto me = world.register_thread();
  for (int i = 0; i < 300; ++i) {
    auto pinned = me.pin();
    pinned.reserve();
    pinned.retire(new counted(book));
  }
  REQUIRE(book.born.load(relaxed) == 300);
}
