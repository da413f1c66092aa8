// Whom a waker takes off the list: the one that suits it best, else the one that fell asleep last.
#include <weft/par/detail/registry.hpp>
#include <weft/par/detail/sleepers.hpp>

#include "weft_catch.hpp"

using weft::par::pool_options;
using weft::par::detail::participant;
using weft::par::detail::registry;
using weft::par::detail::sleepers;
using weft::par::detail::topology;
using weft::par::detail::work_kind;

namespace {

pool_options one_thread() {
  pool_options options;
  options.threads = 1;
  return options;
}

/// Calls f with two participants; they are seats of this thread, so who wakes them wakes nobody but this thread.
template <class F>
void with_two(F f) {
  registry a(one_thread());
  registry b(one_thread());
  a.enter([&] {
    participant& first = *participant::current();
    b.enter([&] { f(first, *participant::current()); });
  });
}

/// True when a sleeper is on the list no more; off it goes.
bool is_up(sleepers& list, participant& who) {
  const auto before = list.word.look().workers_asleep();
  list.get_up(who);
  return list.word.look().workers_asleep() == before;
}

void lie_down(sleepers& list, participant& first, participant& second) {
  for (participant* const each : {&first, &second}) {
    list.word.start_searching();
    list.lie_down(*each);
  }
  REQUIRE(list.word.look().workers_asleep() == 2);
}

}  // namespace

TEST_CASE("sleepers: of equals the one that fell asleep last is woken", "[par][sleepers]") {
  with_two([](participant& first, participant& second) {
    sleepers list;
    lie_down(list, first, second);
    list.wake_one(work_kind::promised);
    CHECK(is_up(list, second));
    CHECK_FALSE(is_up(list, first));
  });
}

TEST_CASE("sleepers: a bigger core's is woken first, whoever fell asleep last", "[par][sleepers]") {
  const topology machine({{0, 0, 0, 0, 0}, {1, 1, 0, 0, 1}}, "made");
  with_two([&](participant& first, participant& second) {
    for (const std::uint32_t big : {0u, 1u}) {
      sleepers list;
      list.near = &machine;
      first.seen_on(big == 0 ? 1 : 0);
      second.seen_on(big == 0 ? 0 : 1);
      lie_down(list, first, second);
      list.wake_one(work_kind::promised);
      CHECK(is_up(list, big == 0 ? first : second));
      CHECK_FALSE(is_up(list, big == 0 ? second : first));
    }
  });
}

TEST_CASE("sleepers: nobody is woken while somebody searches, or for nothing", "[par][sleepers]") {
  with_two([](participant& first, participant& second) {
    sleepers list;
    lie_down(list, first, second);
    list.wake_one(work_kind::none);
    CHECK(list.word.look().workers_asleep() == 2);
    list.wake_one(work_kind::promised);
    CHECK(list.word.look().workers_asleep() == 1);
    list.wake_one(work_kind::promised);  // the first one searches now
    CHECK(list.word.look().workers_asleep() == 1);
    CHECK_FALSE(is_up(list, first));
  });
}

// The spare that was one too many, and serves for a second worker, is nobody's known stand-in. It sleeps when that one is back.
TEST_CASE("sleepers: a worker that is back sends a sleeping spare to the bench, whosever stand-in it was",
          "[par][sleepers]") {
  with_two([](participant& first, participant& spare) {
    sleepers list;
    list.stand_down(nullptr);
    REQUIRE(list.has_surplus());
    const auto borrowed = list.stand_in_for_blocked();
    REQUIRE(borrowed.found);
    REQUIRE(borrowed.asleep == nullptr);
    lie_down(list, first, spare);
    REQUIRE(list.may_idle(spare));
    list.stand_down(borrowed.asleep);
    CHECK_FALSE(list.has_surplus());
    CHECK(list.word.look().workers_asleep() == 1);
    CHECK(list.stand_in_for_blocked().asleep == &spare);  // off the bench
    CHECK(is_up(list, spare) == false);
    CHECK(is_up(list, first) == false);
  });
}
