// A call with a stop token leaves out what hasn't begun at the request, says so, and leaves nothing behind.
#include <weft/par.hpp>

#include "task_tools.hpp"
#include "weft_catch.hpp"

#include <atomic>
#include <stdexcept>
#include <stop_token>
#include <thread>
#include <utility>

using weft::cancelled_error;
using weft::thread_pool;
using weft::with_pool;
using weft::with_stop_token;
using weft::par::call_settings;
using weft::par::half_context;

namespace {
std::stop_token stopped() {
  std::stop_source source;
  source.request_stop();
  return source.get_token();
}
}  // namespace

TEST_CASE("call_settings stop: a call that comes after the request does nothing", "[par][settings][stop]") {
  thread_pool pool(2);
  int ran = 0;
  const auto run = [&] { ++ran; };
  for (const bool isolated : {false, true}) {
    call_settings how = with_pool(pool).with_stop_token(stopped());
    if (isolated) how = how.isolated();
    CHECK_THROWS_AS(how.install(run), cancelled_error);
    CHECK_THROWS_AS(how.join(run, run), cancelled_error);
    CHECK_THROWS_AS(how.join_context([&](half_context) { run(); }, [&](half_context) { run(); }), cancelled_error);
    CHECK_THROWS_AS(how.scope([&](auto&) { run(); }), cancelled_error);
    CHECK_THROWS_AS(how.scope_fifo([&](auto&) { run(); }), cancelled_error);
    CHECK_THROWS_AS(how.in_place_scope([&](auto&) { run(); }), cancelled_error);
    CHECK_THROWS_AS(how.in_place_scope_fifo([&](auto&) { run(); }), cancelled_error);
    CHECK_THROWS_AS(how.broadcast([&ran] { std::atomic_ref(ran).fetch_add(1); }), cancelled_error);
    CHECK_THROWS_AS(how.broadcast([&ran] { return std::atomic_ref(ran).fetch_add(1); }), cancelled_error);
    CHECK_THROWS_AS(how.spawn(run).wait(), cancelled_error);
    CHECK_THROWS_AS(how.spawn_fifo(run).wait(), cancelled_error);
    how.spawn(run).detach();
    static_cast<void>(how.spawn(run));
  }
  CHECK(ran == 0);
}

TEST_CASE("call_settings stop: between the halves of a join", "[par][settings][stop]") {
  thread_pool pool(1);
  test::on_worker(pool, [&] {  // alone: nobody takes the second half
    std::stop_source source;
    bool ran = false;
    const auto how = with_stop_token(source.get_token());
    const auto stops = [&] { source.request_stop(); };
    CHECK_THROWS_AS(how.join(stops, [&] { ran = true; }), cancelled_error);
    source = std::stop_source();
    CHECK_THROWS_AS(
        with_stop_token(source.get_token()).join_context([&](half_context) { stops(); }, [&](half_context) { ran = true; }),
        cancelled_error);
    source = std::stop_source();
    const auto throws = [&] {
      source.request_stop();
      throw std::out_of_range("the first half");
    };
    CHECK_THROWS_AS(with_stop_token(source.get_token()).join(throws, [&] { ran = true; }), std::out_of_range);
    CHECK_FALSE(ran);
    source = std::stop_source();
    CHECK(with_stop_token(source.get_token()).join([] { return 1; }, stops).first == 1);  // all has run
  });
}

TEST_CASE("call_settings stop: a scope drops what hasn't begun, lets run what runs, then says so", "[par][settings][stop]") {
  thread_pool pool(1);
  const auto check = [&](auto scope, auto spawn) {
    std::stop_source source;
    std::atomic<int> alive{0};
    test::gate gate;
    bool finished = false, ran = false;
    CHECK_THROWS_AS(scope(with_pool(pool).with_stop_token(source.get_token()),
                          [&](auto& s) {
                            spawn(s, [&] {
                              gate.pass();
                              finished = true;
                            });
                            gate.await_somebody();  // the only worker runs it
                            for (int i = 0; i < 5; ++i) spawn(s, [&ran, owned = test::counted(alive)] { ran = true; });
                            source.request_stop();
                            gate.open();
                          }),
                    cancelled_error);
    CHECK(finished);
    CHECK_FALSE(ran);
    CHECK(alive.load() == 0);
  };
  const auto spawn = [](auto& s, auto f) { s.spawn(std::move(f)); };
  const auto spawn_fifo = [](auto& s, auto f) { s.spawn_fifo(std::move(f)); };
  check([](call_settings how, auto body) { how.scope(body); }, spawn);
  check([](call_settings how, auto body) { how.isolated().scope(body); }, spawn);
  check([](call_settings how, auto body) { how.scope_fifo(body); }, spawn_fifo);
  check([](call_settings how, auto body) { how.in_place_scope(body); }, spawn);
  check([](call_settings how, auto body) { how.in_place_scope_fifo(body); }, spawn_fifo);
}

TEST_CASE("call_settings stop: an exception goes before cancelled_error; what is through returns", "[par][settings][stop]") {
  thread_pool pool(2);
  std::stop_source source;
  const auto how = with_pool(pool).with_stop_token(source.get_token());
  CHECK_THROWS_AS(how.scope([&](auto& s) {
    source.request_stop();
    s.spawn([] {});  // left out
    throw std::out_of_range("the body");
  }),
                  std::out_of_range);
  source = std::stop_source();
  CHECK(with_pool(pool).with_stop_token(source.get_token()).scope([&](auto&) {
    source.request_stop();  // nothing is left out
    return 3;
  }) == 3);
  source = std::stop_source();
  CHECK(with_pool(pool).with_stop_token(source.get_token()).install([&] {
    source.request_stop();
    return 4;
  }) == 4);
}

// One worker is busy until the other one, in its copy, has requested the stop.
TEST_CASE("call_settings stop: a broadcast's copies that haven't begun are left out", "[par][settings][stop]") {
  thread_pool pool(2);
  const auto check = [&](auto copy) {
    std::stop_source source;
    test::gate gate;
    std::atomic<int> ran{0};
    auto busy = pool.spawn([&] { gate.pass(); });
    gate.await_somebody();
    CHECK_THROWS_AS(with_pool(pool).with_stop_token(source.get_token()).broadcast([&] {
      source.request_stop();
      gate.open();
      ++ran;
      return copy();
    }),
                    cancelled_error);
    CHECK(ran.load() == 1);
    std::move(busy).wait();
  };
  check([] {});
  check([] { return 1; });
}

TEST_CASE("call_settings stop: a request cancels a task that hasn't begun", "[par][settings][stop]") {
  thread_pool pool(1);
  for (const bool fifo : {false, true}) {
    std::stop_source source;
    std::atomic<int> alive{0};
    const test::busy_worker busy(pool);
    const auto how = with_pool(pool).with_stop_token(source.get_token());
    auto work = [owned = test::counted(alive)] {};
    auto kept = fifo ? how.spawn_fifo(work) : how.spawn(work);
    how.spawn(work).detach();
    auto isolated = how.isolated().spawn(std::move(work));
    CHECK_FALSE(kept.is_done());
    source.request_stop();
    CHECK(kept.is_done());
    CHECK_THROWS_AS(std::move(kept).wait(), cancelled_error);
    CHECK_THROWS_AS(std::move(isolated).wait(), cancelled_error);
    CHECK(alive.load() == 1);  // `work` itself, moved from
  }
}

TEST_CASE("call_settings stop: a closure that runs goes on, and gives its result", "[par][settings][stop]") {
  thread_pool pool(1);
  std::stop_source source;
  test::gate gate;
  auto task = with_pool(pool).with_stop_token(source.get_token()).spawn([&] {
    gate.pass();
    return source.stop_requested();
  });
  gate.await_somebody();
  source.request_stop();
  gate.open();
  CHECK(std::move(task).wait());
  // By itself, and when nothing is left of it but the handle.
  std::stop_source again;
  auto own = with_pool(pool).with_stop_token(again.get_token()).spawn([&] { return again.request_stop(); });
  CHECK(std::move(own).wait());
  std::stop_source late;
  auto done = with_pool(pool).with_stop_token(late.get_token()).spawn([] { return 8; });
  while (!done.is_done()) std::this_thread::yield();
  late.request_stop();
  CHECK(std::move(done).wait() == 8);
}

// Its waker wakes who polls the handle.
TEST_CASE("call_settings stop: a request wakes who polls the handle", "[par][settings][stop]") {
  thread_pool pool(1);
  std::stop_source source;
  const test::busy_worker busy(pool);
  auto task = with_pool(pool).with_stop_token(source.get_token()).spawn([] { return 1; });
  test::counting_waker wakes;
  const weft::waker mine = wakes.make();
  weft::context cx(mine);
  CHECK(task.poll(cx).is_pending());
  source.request_stop();
  CHECK(wakes.woken() == 1);
  CHECK_THROWS_AS(static_cast<void>(task.poll(cx)), cancelled_error);
}

// Nobody has a waker of it, so the request alone can end it, or nobody does.
TEST_CASE("call_settings stop: a suspended future", "[par][settings][stop]") {
  struct sleeper {
    std::atomic<int>* polls;
    test::counted owned;
    weft::atomic::poll<int> poll(weft::context&) {
      ++*polls;
      return weft::atomic::pending;
    }
  };
  std::atomic<int> alive{0}, polls{0};
  {
    thread_pool pool(1);
    std::stop_source source;
    auto task = with_pool(pool).with_stop_token(source.get_token()).spawn(sleeper{&polls, test::counted(alive)});
    while (polls.load() == 0) std::this_thread::yield();
    source.request_stop();
    CHECK_THROWS_AS(std::move(task).wait(), cancelled_error);
    CHECK(alive.load() == 0);
    std::stop_source never;
    with_pool(pool).with_stop_token(never.get_token()).spawn(sleeper{&polls, test::counted(alive)}).detach();
    with_pool(pool).isolated().with_stop_token(never.get_token()).spawn(sleeper{&polls, test::counted(alive)}).detach();
  }
  CHECK(alive.load() == 0);
}

// The closure's end may use what the waiter has on its stack.
TEST_CASE("call_settings stop: who hears of the cancellation finds the closure gone", "[par][settings][stop]") {
  struct slow_end {
    std::atomic<bool>* gone;
    explicit slow_end(std::atomic<bool>& flag) : gone(&flag) {}
    slow_end(slow_end&& other) noexcept : gone(std::exchange(other.gone, nullptr)) {}
    ~slow_end() {
      if (gone == nullptr) return;
      for (int i = 0; i < 20; ++i) std::this_thread::yield();
      gone->store(true);
    }
    void operator()() const {}
  };
  thread_pool pool(1);
  for (int round = 0; round < test::count(200); ++round) {
    std::stop_source source;
    std::atomic<bool> gone{false};
    const test::busy_worker busy(pool);
    auto task = with_pool(pool).with_stop_token(source.get_token()).spawn(slow_end(gone));
    std::thread stopper([&] { source.request_stop(); });
    while (!task.is_done()) std::this_thread::yield();
    if (round % 2 == 0) {
      CHECK_THROWS_AS(std::move(task).wait(), cancelled_error);
    } else {
      const auto dropped = std::move(task);
    }
    CHECK(gone.load());
    stopper.join();
  }
}
