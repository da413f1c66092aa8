#include <weft/epoch.hpp>

#include "counted.hpp"
#include "weft_catch.hpp"

#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

using namespace weft;
using epoch::atomic_ptr;
using epoch::make_owned;
using epoch::owned;
using epoch::shared;
using weft_test::counted;
using weft_test::ledger;

namespace {
struct alignas(16) roomy {
  long value = 0;
};
template <class P>
concept loads_under_a_dying_guard = requires(P& p) {
  p.load(acquire, epoch::pin());
};
template <class P>
concept loads_under_a_named_guard = requires(P& p, const epoch::guard& g) {
  p.load(acquire, g);
};
}  // namespace

// A pointer can't be loaded under a guard that dies in the same expression.
static_assert(loads_under_a_named_guard<atomic_ptr<int>>);
static_assert(!loads_under_a_dying_guard<atomic_ptr<int>>);
static_assert(!std::is_copy_constructible_v<atomic_ptr<int>>);
static_assert(sizeof(atomic_ptr<int>) == sizeof(void*) && sizeof(shared<int>) == sizeof(void*));
static_assert(std::is_trivially_copyable_v<shared<int>>);
constinit atomic_ptr<int> null_at_compile_time;

// An owned object is deleted by its owner unless it is published.
TEST_CASE("owned drops") {
  ledger book;
  {
    owned<counted> mine = make_owned<counted>(book, 7);
    REQUIRE(mine->value() == 7);
    owned<counted> moved = std::move(mine);
    REQUIRE((*moved).value() == 7);
    moved = make_owned<counted>(book, 8);
    REQUIRE(book.alive() == 1);
    const std::unique_ptr<counted> out = std::move(moved).into_unique();
    REQUIRE(out->value() == 8);
  }
  REQUIRE(book.alive() == 0);
}

// Tags live in the bits that the alignment leaves free; larger ones are cut.
TEST_CASE("shared tags") {
  roomy object;
  const shared<roomy> plain_one(&object);
  REQUIRE(plain_one.tag() == 0);
  const shared<roomy> tagged = plain_one.with_tag(15);
  REQUIRE(tagged.tag() == 15);
  REQUIRE(tagged.get() == &object);
  REQUIRE(plain_one.with_tag(16).tag() == 0);
  REQUIRE_FALSE(plain_one == tagged);
  REQUIRE(plain_one < tagged);
  REQUIRE(shared<roomy>{}.with_tag(3).is_null());
  REQUIRE_FALSE(shared<char>{}.with_tag(1).tag() == 1);
  REQUIRE(make_owned<roomy>().with_tag(5).tag() == 5);
}

// load, store and exchange move pointers and tags.
TEST_CASE("atomic_ptr smoke") {
  auto pinned = epoch::pin();
  atomic_ptr<int> slot{make_owned<int>(1)};
  REQUIRE(*slot.load(acquire, pinned) == 1);
  const shared<int> first = slot.exchange(make_owned<int>(2), acq_rel, pinned);
  REQUIRE(*first == 1);
  pinned.retire(first);
  const shared<int> second = slot.load(acquire, pinned);
  slot.store(second.with_tag(1), release);
  REQUIRE(slot.load(relaxed, pinned).tag() == 1);
  REQUIRE(slot.load(relaxed, pinned) == second.with_tag(1));
  slot.store(nullptr, release);
  REQUIRE(slot.load(relaxed, pinned).is_null());
  slot.store(make_owned<int>(3), release);
  pinned.retire(second);
  std::optional<owned<int>> last = std::move(slot).into_owned();
  REQUIRE(last.has_value());
  REQUIRE(**last == 3);
  REQUIRE_FALSE(std::move(slot).into_owned().has_value());
  REQUIRE(null_at_compile_time.load(relaxed, pinned).is_null());
}

// A refused compare-exchange says what is there and gives the owned object back.
TEST_CASE("atomic_ptr compare_exchange") {
  ledger book;
  {
    const epoch::guard& nobody = epoch::unprotected();
    atomic_ptr<counted> slot;
    auto first = slot.compare_exchange(nullptr, make_owned<counted>(book, 1), acq_rel, acquire, nobody);
    REQUIRE(first);
    REQUIRE(first.current()->value() == 1);
    auto second = slot.compare_exchange(nullptr, make_owned<counted>(book, 2), acq_rel, acquire, nobody);
    REQUIRE_FALSE(second);
    REQUIRE(second.current() == first.current());
    owned<counted> back = std::move(second).take();
    REQUIRE(back->value() == 2);
    // The tag is part of what is compared.
    REQUIRE_FALSE(slot.compare_exchange(first.current().with_tag(1), shared<counted>{}, acq_rel, acquire, nobody));
    const auto third = slot.compare_exchange(first.current(), std::move(back).into_shared(nobody), acq_rel, acquire, nobody);
    REQUIRE(third);
    nobody.retire(first.current());
    REQUIRE(slot.load(acquire, nobody)->value() == 2);
    while (!slot.compare_exchange_weak(third.current, make_owned<counted>(book, 3), acq_rel, acquire, nobody)) {
    }
    nobody.retire(third.current);
    REQUIRE(std::move(slot).into_owned().value()->value() == 3);
  }
  REQUIRE(book.alive() == 0);
}

// fetch_update replaces by a function of what is there, or leaves it when the function refuses.
TEST_CASE("atomic_ptr fetch_update") {
  const epoch::guard& nobody = epoch::unprotected();
  roomy object;
  atomic_ptr<roomy> slot{shared<roomy>(&object)};
  const auto marked = slot.fetch_update(acq_rel, acquire, nobody,
                                        [](shared<roomy> seen) { return std::optional(seen.with_tag(seen.tag() + 1)); });
  REQUIRE(marked);
  REQUIRE(marked.current.tag() == 0);
  REQUIRE(slot.load(relaxed, nobody).tag() == 1);
  const auto refused =
      slot.fetch_update(acq_rel, acquire, nobody, [](shared<roomy>) { return std::optional<shared<roomy>>{}; });
  REQUIRE_FALSE(refused);
  REQUIRE(refused.current.tag() == 1);
}

// and, or, xor change the tag alone and return what was there before.
TEST_CASE("atomic_ptr tag bits") {
  const epoch::guard& nobody = epoch::unprotected();
  roomy object;
  atomic_ptr<roomy> slot{shared<roomy>(&object).with_tag(5)};
  REQUIRE(slot.fetch_or_tag(0xff02, acq_rel, nobody).tag() == 5);
  REQUIRE(slot.fetch_and_tag(6, acq_rel, nobody).tag() == 7);
  REQUIRE(slot.fetch_xor_tag(0xf3, acq_rel, nobody).tag() == 6);
  const shared<roomy> now = slot.load(relaxed, nobody);
  REQUIRE(now.tag() == 5);
  REQUIRE(now.get() == &object);
}

// A Treiber stack written with these types pops what was pushed, newest first, and leaks nothing.
TEST_CASE("atomic_ptr treiber stack") {
  ledger book;
  struct node {
    node(ledger& b, long v) : load(b, v) {}
    counted load;
    atomic_ptr<node> next;
  };
  {
    epoch::collector world;
    auto me = world.register_thread();
    atomic_ptr<node> head;
    for (long i = 0; i < 100; ++i) {
      auto pinned = me.pin();
      auto fresh = make_owned<node>(book, i);
      while (true) {
        const shared<node> top = head.load(relaxed, pinned);
        fresh->next.store(top, relaxed);
        auto sent = head.compare_exchange_weak(top, std::move(fresh), release, relaxed, pinned);
        if (sent) break;
        fresh = std::move(sent).take();
      }
    }
    for (long i = 99; i >= 0; --i) {
      auto pinned = me.pin();
      const shared<node> top = head.load(acquire, pinned);
      REQUIRE(top->load.value() == i);
      REQUIRE(head.compare_exchange(top, top->next.load(relaxed, pinned), acq_rel, acquire, pinned));
      pinned.retire(top);
    }
    REQUIRE(head.load(relaxed, epoch::unprotected()).is_null());
  }
  REQUIRE(book.born.load(relaxed) == 100);
  REQUIRE(book.alive() == 0);
}
