// A coroutine gives what it co_returns or throws to whoever awaits it, uses no stack for awaits, and destroys what it holds once.
#include "task_tools.hpp"
#include "weft_catch.hpp"

#include <weft/futures.hpp>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace fut = weft::futures;
using fut::task;
using weft::block_on;

namespace {

task<int> number(int x) { co_return x; }
task<> nothing() { co_return; }
task<std::unique_ptr<int>> owner(int x) { co_return std::make_unique<int>(x); }
task<int> boom() {
  throw std::runtime_error("boom");
  co_return 0;
}
int global = 3;
task<int&> place() { co_return global; }

task<std::string> a_bit_of_all() {
  co_await nothing();
  std::string out = std::to_string(co_await number(4));
  out += std::to_string(*co_await owner(5));
  (co_await place()) = 6;
  out += std::to_string(global);
  try {
    co_await boom();
  } catch (const std::runtime_error& e) {
    out += e.what();
  }
  co_await fut::yield_now{};
  co_return out;
}

task<long> add_up_tasks(int n) {
  long sum = 0;
  for (int i = 0; i < n; ++i) sum += co_await number(1);
  co_return sum;
}
task<long> add_up_ready(int n) {
  long sum = 0;
  for (int i = 0; i < n; ++i) sum += co_await fut::ready(1L);
  co_return sum;
}
task<int> deep(int n) {
  if (n == 0) co_return 0;
  co_return 1 + co_await deep(n - 1);
}
task<int> deep_throw(int n) {
  if (n == 0) throw std::runtime_error("bottom");
  co_return 1 + co_await deep_throw(n - 1);
}
task<int> deep_and_stuck(int n, std::atomic<int>& alive) {
  const test::counted payload(alive);
  if (n == 0) {
    co_await fut::never<>();
    co_return 0;
  }
  co_return co_await deep_and_stuck(n - 1, alive);
}

}  // namespace

TEST_CASE("task: smoke", "[futures][task]") { CHECK(block_on(a_bit_of_all()) == "456boom"); }

TEST_CASE("task: is lazy and destroyed unstarted", "[futures][task]") {
  std::atomic<int> alive{0};
  bool began = false;
  {
    auto make = [](test::counted payload, bool& flag) -> task<> {
      static_cast<void>(payload);
      flag = true;
      co_return;
    };
    const task<> unstarted = make(test::counted(alive), began);
    CHECK(alive == 1);
  }
  CHECK(alive == 0);
  CHECK_FALSE(began);
}

TEST_CASE("task: throws_a comes out of the poll, once", "[futures][task]") {
  CHECK_THROWS_WITH(block_on(boom()), "boom");
  CHECK_THROWS_WITH(block_on(deep_throw(100)), "bottom");
}

TEST_CASE("task: a million awaits that complete at once use no stack", "[futures][task]") {
  const int n = test::count(1'000'000);
  CHECK(block_on(add_up_tasks(n)) == n);
  CHECK(block_on(add_up_ready(n)) == n);
}

TEST_CASE("task: deep chains complete, throw and are destroyed without using stack", "[futures][task]") {
  const int n = test::count(200'000);
  CHECK(block_on(deep(n)) == n);
  CHECK_THROWS_AS(block_on(deep_throw(test::count(2000))), std::runtime_error);
  std::atomic<int> alive{0};
  {
    task<int> stuck = deep_and_stuck(n, alive);
    const weft::waker nobody;
    weft::context cx(nobody);
    CHECK(stuck.poll(cx).is_pending());
    CHECK(alive == n + 1);
  }
  CHECK(alive == 0);
}

TEST_CASE("task: a chain is destroyed innermost first", "[futures][task]") {
  struct mark {
    ~mark() { order.push_back(level); }
    std::vector<int>& order;
    int level;
  };
  std::vector<int> order;
  struct chain {
    static task<> of(int level, std::vector<int>& into) {
      const mark here{into, level};
      if (level == 0) {
        co_await fut::never<>();
      } else {
        co_await of(level - 1, into);
      }
    }
  };
  {
    auto t = chain::of(3, order);
    const weft::waker nobody;
    weft::context cx(nobody);
    CHECK(t.poll(cx).is_pending());
  }
  CHECK(order == std::vector<int>{0, 1, 2, 3});
}

TEST_CASE("task: moves between polls", "[futures][task]") {
  auto two_steps = []() -> task<int> {
    co_await fut::yield_now{};
    co_await fut::yield_now{};
    co_return 2;
  };
  task<int> t = two_steps();
  test::counting_waker counts;
  const weft::waker who = counts.make();
  weft::context cx(who);
  CHECK(t.poll(cx).is_pending());
  task<int> moved = std::move(t);
  CHECK(moved.poll(cx).is_pending());
  auto last = std::make_unique<task<int>>(std::move(moved));
  CHECK(last->poll(cx).is_ready());
  CHECK(counts.woken() == 2);
}

TEST_CASE("task: one that was polled before goes on where it was when awaited", "[futures][task]") {
  int steps = 0;
  auto stepping = [](int& count) -> task<int> {
    ++count;
    co_await fut::yield_now{};
    ++count;
    co_return count;
  };
  task<int> begun = stepping(steps);
  const weft::waker nobody;
  weft::context cx(nobody);
  CHECK(begun.poll(cx).is_pending());
  auto awaiting = [](task<int> inner) -> task<int> { co_return co_await std::move(inner); };
  CHECK(block_on(awaiting(std::move(begun))) == 2);
  CHECK(steps == 2);
}

TEST_CASE("task: an lvalue is awaited by reference", "[futures][task]") {
  auto outer = []() -> task<int> {
    task<int> inner = number(4);
    const int first = co_await inner;
    auto ready = fut::ready(5);
    co_return first + co_await ready;
  };
  CHECK(block_on(outer()) == 9);
}

TEST_CASE("task: an awaited future that throws at a later poll throws from the co_await", "[futures][task]") {
  auto late = []() -> task<int> {
    bool second = false;
    try {
      co_await fut::poll_fn([&second](weft::context& cx) -> weft::poll<int> {
        if (second) throw std::runtime_error("late");
        second = true;
        cx.get_waker().wake_by_ref();
        return weft::pending;
      });
    } catch (const std::runtime_error&) {
      co_return 1;
    }
    co_return 0;
  };
  CHECK(block_on(late()) == 1);
}

TEST_CASE("task: a throwing result constructor is the task's exception", "[futures][task]") {
  struct picky {
    explicit picky(int x) {
      if (x < 0) throw std::invalid_argument("negative");
    }
  };
  auto make = [](int x) -> task<picky> { co_return picky(x); };
  CHECK_NOTHROW(block_on(make(1)));
  CHECK_THROWS_AS(block_on(make(-1)), std::invalid_argument);
}

TEST_CASE("task: every future's poll, wait and drop balance their payloads", "[futures][task]") {
  std::atomic<int> alive{0};
  auto carry = [](test::counted payload) -> task<test::counted> {
    co_await fut::yield_now{};
    co_return payload;
  };
  auto pass = [carry](std::atomic<int>& count) -> task<test::counted> { co_return co_await carry(test::counted(count)); };
  { const test::counted got = block_on(pass(alive)); }
  CHECK(alive == 0);
}
