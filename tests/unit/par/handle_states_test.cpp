// Cancelling, dropping, detaching and polling a handle do what they say in each state of its task, and nothing is leaked.
#include "task_tools.hpp"
#include "weft_catch.hpp"

#include <chrono>
#include <future>
#include <stdexcept>
#include <thread>

using namespace std::chrono_literals;

TEST_CASE("handle: cancel of a queued task destroys its closure here and now", "[par][handle]") {
  weft::thread_pool pool(1);
  test::busy_worker hold(pool);
  std::atomic<int> alive{0};
  bool ran = false;
  auto task = pool.spawn([payload = test::counted(alive), &ran] {
    static_cast<void>(payload);
    ran = true;
    return 1;
  });
  CHECK(alive == 1);
  CHECK_FALSE(task.is_done());
  task.cancel();
  CHECK(alive == 0);
  CHECK(task.is_done());
  task.cancel();
  hold.let_go();
  CHECK_THROWS_AS(std::move(task).wait(), weft::cancelled_error);
  CHECK_FALSE(ran);
}

TEST_CASE("handle: cancel of a running closure lets it finish, and its result counts", "[par][handle]") {
  weft::thread_pool pool(1);
  test::gate hold;
  auto task = pool.spawn([&hold] {
    hold.pass();
    return 5;
  });
  hold.await_somebody();
  task.cancel();
  CHECK_FALSE(task.is_done());
  hold.open();
  CHECK(std::move(task).wait() == 5);
}

TEST_CASE("handle: cancel of a finished task changes nothing", "[par][handle]") {
  weft::thread_pool pool(1);
  auto task = pool.spawn([] { return 5; });
  while (!task.is_done()) std::this_thread::yield();
  task.cancel();
  CHECK(std::move(task).wait() == 5);
}

TEST_CASE("handle: dropping a queued task cancels it", "[par][handle]") {
  weft::thread_pool pool(1);
  std::atomic<int> alive{0};
  bool ran = false;
  {
    test::busy_worker hold(pool);
    {
      auto task = pool.spawn([payload = test::counted(alive), &ran] {
        static_cast<void>(payload);
        ran = true;
      });
    }
    CHECK(alive == 0);
  }
  CHECK_FALSE(ran);
}

TEST_CASE("handle: dropping a running task waits for it, and discards what it gives", "[par][handle]") {
  weft::thread_pool pool(1);
  for (const bool throws : {false, true}) {
    test::gate hold;
    std::atomic<int> alive{0};
    std::atomic<bool> finished{false};
    {
      auto task = pool.spawn([&] {
        hold.pass();
        finished = true;
        if (throws) throw std::runtime_error("dropped");
        return test::counted(alive);
      });
      hold.await_somebody();
      hold.open();
    }
    CHECK(finished);
    CHECK(alive == 0);
  }
}

TEST_CASE("handle: dropping a finished task discards its result", "[par][handle]") {
  weft::thread_pool pool(1);
  std::atomic<int> alive{0};
  {
    auto task = pool.spawn([&alive] { return test::counted(alive); });
    while (!task.is_done()) std::this_thread::yield();
    CHECK(alive == 1);
  }
  CHECK(alive == 0);
}

TEST_CASE("handle: assignment drops the task it had", "[par][handle]") {
  weft::thread_pool pool(1);
  const test::busy_worker hold(pool);
  std::atomic<int> alive{0};
  auto task = pool.spawn([payload = test::counted(alive)] { static_cast<void>(payload); });
  task = pool.spawn([] {});
  CHECK(alive == 0);
  std::move(task).wait();
}

TEST_CASE("handle: a detached task runs to its end in every state it is detached in", "[par][handle]") {
  std::atomic<int> ran{0};
  std::atomic<int> alive{0};
  {
    weft::thread_pool pool(1);
    {
      test::busy_worker hold(pool);
      pool.spawn([&] {
            ++ran;
            return test::counted(alive);
          })
          .detach();  // queued
    }
    test::gate hold;
    auto task = pool.spawn([&] {
      hold.pass();
      ++ran;
      return test::counted(alive);
    });
    hold.await_somebody();
    std::move(task).detach();  // running
    hold.open();
    auto done = pool.spawn([&] {
      ++ran;
      return test::counted(alive);
    });
    while (!done.is_done()) std::this_thread::yield();
    std::move(done).detach();  // finished
  }
  CHECK(ran == 3);
  CHECK(alive == 0);
}

TEST_CASE("handle: a detached task's exception goes to the pool's handler, whenever it is detached", "[par][handle]") {
  std::atomic<int> reported{0};
  weft::par::pool_options options;
  options.threads = 1;
  options.on_exception = [&reported](std::exception_ptr error) {
    try {
      std::rethrow_exception(error);
    } catch (const std::runtime_error&) {
      ++reported;
    }
  };
  {
    weft::thread_pool pool(options);
    pool.spawn([] { throw std::runtime_error("early"); }).detach();
    auto late = pool.spawn([] { throw std::runtime_error("late"); });
    while (!late.is_done()) std::this_thread::yield();
    std::move(late).detach();
  }
  CHECK(reported == 2);
}

TEST_CASE("handle: poll registers one waker, wakes it at the end, and then gives the result", "[par][handle]") {
  weft::thread_pool pool(1);
  test::counting_waker first, second;
  {
    test::gate hold;
    auto task = pool.spawn([&hold] {
      hold.pass();
      return 8;
    });
    hold.await_somebody();
    const weft::waker a = first.make();
    const weft::waker b = second.make();
    weft::context with_a(a), with_b(b);
    CHECK(task.poll(with_a).is_pending());
    CHECK(first.alive() == 2);
    CHECK(task.poll(with_a).is_pending());
    CHECK(first.alive() == 2);
    CHECK(task.poll(with_b).is_pending());
    CHECK(first.alive() == 1);
    CHECK(second.alive() == 2);
    hold.open();
    while (second.woken() == 0) std::this_thread::yield();
    weft::poll<int> answer = task.poll(with_b);
    REQUIRE(answer.is_ready());
    CHECK(std::move(answer).take() == 8);
    CHECK_FALSE(task);
  }
  CHECK(first.woken() == 0);
  CHECK(second.woken() == 1);
  CHECK(first.alive() == 0);
  CHECK(second.alive() == 0);
}

TEST_CASE("handle: cancel wakes a poller, which then gets cancelled_error", "[par][handle]") {
  weft::thread_pool pool(1);
  const test::busy_worker hold(pool);
  auto task = pool.spawn([] { return 8; });
  test::counting_waker counts;
  const weft::waker who = counts.make();
  weft::context cx(who);
  CHECK(task.poll(cx).is_pending());
  task.cancel();
  CHECK(counts.woken() == 1);
  CHECK(counts.alive() == 1);
  CHECK_THROWS_AS(static_cast<void>(task.poll(cx)), weft::cancelled_error);
}

TEST_CASE("handle: a registered waker is destroyed by drop, detach and wait", "[par][handle]") {
  weft::thread_pool pool(1);
  for (const int how : {0, 1, 2}) {
    test::counting_waker counts;
    {
      test::busy_worker hold(pool);
      auto task = pool.spawn([] {});
      const weft::waker who = counts.make();
      weft::context cx(who);
      CHECK(task.poll(cx).is_pending());
      if (how == 1) std::move(task).detach();
      if (how == 2) std::move(task).wait();
    }
    CHECK(counts.alive() == 0);
  }
}

TEST_CASE("handle: waiting for oneself is deadlock_error, directly and through a task on top", "[par][handle]") {
  std::promise<weft::handle<int>> own;
  auto handed = own.get_future();
  weft::thread_pool pool(1);
  auto task = pool.spawn([&handed] {
    weft::handle<int> me = handed.get();
    try {
      return std::move(me).wait();
    } catch (const weft::deadlock_error&) {
    }
    auto on_top = weft::spawn([&me] { return std::move(me).wait(); });
    CHECK_THROWS_AS(std::move(on_top).wait(), weft::deadlock_error);
    return 1;  // drops its own handle: detached
  });
  own.set_value(std::move(task));
}

TEST_CASE("handle: a task that drops its own handle detaches itself", "[par][handle]") {
  std::atomic<int> reported{0};
  weft::par::pool_options options;
  options.threads = 1;
  options.on_exception = [&reported](std::exception_ptr) { ++reported; };
  {
    weft::thread_pool pool(options);
    std::promise<weft::handle<void>> own;
    auto handed = own.get_future();
    auto task = pool.spawn([&handed] {
      { const weft::handle<void> me = handed.get(); }
      throw std::runtime_error("nobody waits");
    });
    own.set_value(std::move(task));
    while (reported == 0) std::this_thread::yield();
  }
  CHECK(reported == 1);
}

TEST_CASE("handle: two pools that wait for each other's tasks", "[par][handle]") {
  weft::thread_pool a(1), b(1);
  struct ping {
    static int pong(weft::thread_pool& here, weft::thread_pool& there, int depth) {
      if (depth == 0) return 0;
      return there.spawn([&here, &there, depth] { return pong(there, here, depth - 1); }).wait() + 1;
    }
  };
  CHECK(a.spawn([&] { return ping::pong(a, b, 20); }).wait() == 20);
}
