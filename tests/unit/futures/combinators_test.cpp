// Each combinator gives what its futures give, passes exceptions on as documented, and drops what it no longer needs.
#include "task_tools.hpp"
#include "weft_catch.hpp"

#include <weft/futures.hpp>
#include <weft/channel.hpp>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace fut = weft::futures;
using fut::task;
using weft::block_on;

namespace {

// Pending `polls` times, waking itself; then ready with the value.
auto after(int polls, int value) {
  return fut::poll_fn([polls, value](weft::context& cx) mutable -> weft::poll<int> {
    if (polls-- == 0) return value;
    cx.get_waker().wake_by_ref();
    return weft::pending;
  });
}

task<int> boom(const char* what = "boom") {
  co_await fut::yield_now{};
  throw std::runtime_error(what);
}

task<> nothing() { co_return; }

static_assert(fut::future<task<int>>);
static_assert(fut::future<weft::handle<int>>);
static_assert(fut::future<weft::channel::oneshot_receiver<int>>);
static_assert(fut::future<weft::channel::recv_future<int>>);
static_assert(fut::future<weft::channel::send_future<int>>);
static_assert(fut::future<fut::boxed_future<int>>);
static_assert(!fut::future<int>);
static_assert(std::is_same_v<fut::output_t<task<int&>>, int&>);

}  // namespace

TEST_CASE("ready, never, poll_fn, yield_now", "[futures]") {
  CHECK(block_on(fut::ready(std::make_unique<int>(4))) != nullptr);
  block_on(fut::ready());
  CHECK(block_on(after(3, 8)) == 8);
  block_on(fut::yield_now{});
  const weft::waker nobody;
  weft::context cx(nobody);
  CHECK(fut::never<int>().poll(cx).is_pending());
}

TEST_CASE("map: changes the value, also from and to void", "[futures][map]") {
  CHECK(block_on(fut::map(after(2, 8), [](int x) { return std::to_string(x); })) == "8");
  int seen = 0;
  block_on(fut::map(after(1, 8), [&seen](int x) { seen = x; }));
  CHECK(seen == 8);
  CHECK(block_on(fut::map(nothing(), [] { return 1; })) == 1);
  CHECK_THROWS_WITH(block_on(fut::map(boom(), [](int) { return 1; })), "boom");
  CHECK_THROWS_AS(block_on(fut::map(fut::ready(1), [](int) -> int { throw std::logic_error("mine"); })), std::logic_error);
}

TEST_CASE("and_then: goes on with the value, exceptions pass by", "[futures][map]") {
  CHECK(block_on(fut::and_then(after(1, 3), [](int x) { return after(2, x * 2); })) == 6);
  bool called = false;
  CHECK_THROWS_WITH(block_on(fut::and_then(boom(),
                                           [&called](int x) {
                                             called = true;
                                             return fut::ready(x);
                                           })),
                    "boom");
  CHECK_FALSE(called);
}

TEST_CASE("then: sees value and exception", "[futures][map]") {
  const auto look = [](fut::settled<int> how) {
    return fut::ready(how ? std::to_string(std::move(how).take()) : std::string("failed"));
  };
  CHECK(block_on(fut::then(after(1, 3), look)) == "3");
  CHECK(block_on(fut::then(boom(), look)) == "failed");
  CHECK_THROWS_WITH(
      block_on(fut::then(boom("again"), [](fut::settled<int> how) -> task<int> { co_return std::move(how).take(); })),
      "again");
}

TEST_CASE("join: waits for all and gives a tuple", "[futures][join]") {
  auto [a, b, c] = block_on(fut::join(after(3, 1), nothing(), fut::ready(std::string("c"))));
  CHECK(a == 1);
  CHECK(b == std::monostate{});
  CHECK(c == "c");
}

TEST_CASE("join: throws_both: all end, the leftmost exception leaves", "[futures][join]") {
  bool ended = false;
  auto late = fut::map(after(5, 1), [&ended](int x) {
    ended = true;
    return x;
  });
  CHECK_THROWS_WITH(block_on(fut::join(boom("left"), std::move(late), boom("right"))), "left");
  CHECK(ended);
}

TEST_CASE("try_join: the first exception ends it and drops the rest", "[futures][join]") {
  std::atomic<int> alive{0};
  auto stuck = [](test::counted payload) -> task<int> {
    static_cast<void>(payload);
    co_await fut::never<>();
    co_return 0;
  };
  auto both = fut::try_join(stuck(test::counted(alive)), boom());
  CHECK_THROWS_WITH(block_on(std::move(both)), "boom");
  CHECK(alive == 0);
}

TEST_CASE("join_all: values in order; empty; void; throws", "[futures][join]") {
  std::vector<decltype(after(0, 0))> some;
  for (int i = 0; i < 100; ++i) some.push_back(after(i % 7, i));
  const std::vector<int> values = block_on(fut::join_all(std::move(some)));
  REQUIRE(values.size() == 100);
  for (int i = 0; i < 100; ++i) CHECK(values[static_cast<std::size_t>(i)] == i);
  CHECK(block_on(fut::join_all(std::vector<task<int>>{})).empty());
  std::vector<task<>> voids;
  voids.push_back(nothing());
  block_on(fut::join_all(std::move(voids)));
  std::vector<task<int>> bad;
  bad.push_back(boom("one"));
  bad.push_back(boom("two"));
  CHECK_THROWS_WITH(block_on(fut::join_all(std::move(bad))), "one");
}

TEST_CASE("select: the winner and the rest, which goes on unharmed", "[futures][select]") {
  auto race = block_on(fut::select(after(5, 1), after(2, 2)));
  REQUIRE(race.index() == 1);
  CHECK(race.first() == nullptr);
  CHECK(race.second()->value == 2);
  CHECK(block_on(std::move(race.second()->rest)) == 1);
  auto tie = block_on(fut::select(nothing(), fut::ready(2)));
  REQUIRE(tie.first() != nullptr);
  CHECK(block_on(std::move(tie.first()->rest)) == 2);
  CHECK_THROWS_WITH(block_on(fut::select(fut::never<int>(), boom())), "boom");
}

TEST_CASE("select: a channel operation that lost can be awaited again, and loses nothing", "[futures][select]") {
  auto [tx, rx] = weft::channel::bounded<int>(1);
  auto race = block_on(fut::select(rx.recv_async(), after(3, 2)));
  REQUIRE(race.second() != nullptr);
  CHECK(tx.send(7));
  const auto got = block_on(std::move(race.second()->rest));
  REQUIRE(got);
  CHECK(*got == 7);
}

TEST_CASE("boxed_future: any future of one type", "[futures][boxed]") {
  std::vector<fut::boxed_future<int>> all;
  all.emplace_back(after(2, 1));
  all.emplace_back(fut::ready(2));
  all.push_back(fut::boxed(boom()));
  CHECK(block_on(std::move(all[0])) == 1);
  CHECK(block_on(std::move(all[1])) == 2);
  CHECK_THROWS_WITH(block_on(std::move(all[2])), "boom");
}

TEST_CASE("async: a coroutine lambda's captures live as long as it runs", "[futures][async]") {
  std::atomic<int> alive{0};
  {
    auto running = fut::async([payload = test::counted(alive), text = std::string(100, 'x')]() -> task<std::size_t> {
      co_await fut::yield_now{};
      co_return text.size();
    });
    CHECK(block_on(std::move(running)) == 100);
  }
  CHECK(alive == 0);
}

TEST_CASE("recv and send: borrow the end; a lost or dropped one loses nothing", "[futures][channel]") {
  auto [tx, rx] = weft::channel::bounded<int>(1);
  {
    auto waiting = fut::recv(rx);
    const weft::waker nobody;
    weft::context cx(nobody);
    CHECK(waiting.poll(cx).is_pending());
    auto moved = std::move(waiting);
    CHECK(moved.poll(cx).is_pending());
  }
  auto race = block_on(fut::select(fut::recv(rx), after(2, 1)));
  REQUIRE(race.second() != nullptr);
  CHECK(block_on(fut::send(tx, 7)));
  CHECK(*block_on(std::move(race.second()->rest)) == 7);
  CHECK(block_on(fut::send(tx, 8)));
  auto full = block_on(fut::select(fut::send(tx, 9), after(1, 1)));
  REQUIRE(full.second() != nullptr);
  CHECK(*block_on(fut::recv(rx)) == 8);
  CHECK(block_on(std::move(full.second()->rest)));
  CHECK(*block_on(fut::recv(rx)) == 9);
  tx.close();
  CHECK_FALSE(block_on(fut::recv(rx)));
  CHECK_FALSE(block_on(fut::send(tx, 10)));
}
