// Futures on a pool: spawned, awaited, cancelled and dropped in each state, with loops inside tasks and tasks inside loops.
#include "task_tools.hpp"
#include "weft_catch.hpp"

#include <weft/weft.hpp>

#include <future>
#include <memory>
#include <mutex>
#include <numeric>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace fut = weft::futures;
using fut::task;
using weft::block_on;

namespace {

// A future that is ready when told so from outside.
class signal {
 public:
  auto wait() {
    return fut::poll_fn([this](weft::context& cx) -> weft::poll<void> {
      const std::lock_guard hold(mutex_);
      if (set_) return weft::ready;
      who_ = cx.get_waker();
      return weft::pending;
    });
  }
  void set() {
    weft::waker who;
    {
      const std::lock_guard hold(mutex_);
      set_ = true;
      who = std::exchange(who_, weft::waker());
    }
    std::move(who).wake();
  }
  void wake_only() {
    weft::waker who;
    {
      const std::lock_guard hold(mutex_);
      who = who_;
    }
    who.wake_by_ref();
  }
  [[nodiscard]] bool is_awaited() {
    const std::lock_guard hold(mutex_);
    return static_cast<bool>(who_);
  }
  void await_poll() {
    while (!is_awaited()) std::this_thread::yield();
  }

 private:
  std::mutex mutex_;
  bool set_ = false;
  weft::waker who_;
};

task<int> carrying(test::counted payload, signal& until) {
  static_cast<void>(payload);
  co_await until.wait();
  co_return 5;
}

}  // namespace

TEST_CASE("spawn: a task that suspends is polled again when woken", "[futures][spawn]") {
  for (const std::size_t threads : {1u, 2u, 8u}) {
    weft::thread_pool pool(threads);
    signal go;
    std::atomic<int> alive{0};
    auto running = fut::spawn(pool, carrying(test::counted(alive), go));
    go.await_poll();
    CHECK_FALSE(running.is_done());
    go.wake_only();
    go.set();
    CHECK(std::move(running).wait() == 5);
    CHECK(alive == 0);
  }
}

TEST_CASE("spawn: cancel and drop of a suspended task destroy it at once", "[futures][spawn]") {
  weft::thread_pool pool(1);
  for (const bool drop : {false, true}) {
    signal go;
    std::atomic<int> alive{0};
    auto running = pool.spawn(carrying(test::counted(alive), go));
    go.await_poll();
    while (alive != 1) std::this_thread::yield();
    // The worker may still be on its way out of the poll; then the drop is its to do.
    if (drop) {
      running = weft::handle<int>();
      CHECK(alive == 0);
    } else {
      running.cancel();
      CHECK_THROWS_AS(std::move(running).wait(), weft::cancelled_error);
      CHECK(alive == 0);
    }
    go.set();  // a late wake of a task that is no more
  }
}

TEST_CASE("spawn: cancel of a task in its poll drops it when it suspends", "[futures][spawn]") {
  weft::thread_pool pool(1);
  test::gate hold;
  auto running = pool.spawn(fut::poll_fn([&hold](weft::context&) -> weft::poll<int> {
    hold.pass();
    return weft::pending;
  }));
  hold.await_somebody();
  running.cancel();
  hold.open();
  CHECK_THROWS_AS(std::move(running).wait(), weft::cancelled_error);
}

TEST_CASE("spawn: a detached task that nobody can wake any more is destroyed", "[futures][spawn]") {
  std::atomic<int> alive{0};
  {
    weft::thread_pool pool(1);
    auto stuck = [](test::counted payload) -> task<> {
      static_cast<void>(payload);
      co_await fut::never<>();
    };
    pool.spawn(stuck(test::counted(alive))).detach();
  }
  CHECK(alive == 0);
}

TEST_CASE("spawn: the pool lives until its futures have ended", "[futures][spawn]") {
  auto pool = std::make_unique<weft::thread_pool>(1);
  signal go;
  std::atomic<int> alive{0};
  auto running = pool->spawn(carrying(test::counted(alive), go));
  go.await_poll();
  std::thread opener([&go] { go.set(); });
  pool.reset();
  opener.join();
  CHECK(running.is_done());
  CHECK(std::move(running).wait() == 5);
}

TEST_CASE("spawn: a future's exception comes out of wait and await; detached, it goes to the handler", "[futures][spawn]") {
  std::atomic<int> reported{0};
  weft::par::pool_options options;
  options.threads = 1;
  options.on_exception = [&reported](std::exception_ptr) { ++reported; };
  {
    weft::thread_pool pool(options);
    auto boom = []() -> task<int> {
      co_await fut::yield_now{};
      throw std::runtime_error("boom");
    };
    CHECK_THROWS_WITH(pool.spawn(boom()).wait(), "boom");
    auto awaiting = [](weft::handle<int> inner) -> task<int> { co_return co_await inner; };
    CHECK_THROWS_WITH(pool.spawn(awaiting(pool.spawn(boom()))).wait(), "boom");
    pool.spawn(boom()).detach();
  }
  CHECK(reported == 1);
}

TEST_CASE("spawn: a self-waking task leaves room for others", "[futures][spawn]") {
  weft::thread_pool pool(1);
  std::atomic<bool> stop{false};
  auto spinning = pool.spawn(fut::poll_fn([&stop](weft::context& cx) -> weft::poll<void> {
    if (stop) return weft::ready;
    cx.get_waker().wake_by_ref();
    return weft::pending;
  }));
  auto other = pool.spawn(fut::async([&stop]() -> task<int> {
    co_await fut::yield_now{};
    stop = true;
    co_return 1;
  }));
  while (!other.is_done()) std::this_thread::yield();
  std::move(spinning).wait();
  CHECK(std::move(other).wait() == 1);
}

TEST_CASE("await of a handle: closures and tasks, done and not", "[futures][spawn]") {
  weft::thread_pool pool(1);
  auto sum = [](weft::thread_pool& on) -> task<int> {
    int total = 0;
    for (int i = 0; i < 100; ++i) total += co_await on.spawn([i] { return i; });
    auto inner = on.spawn(fut::ready(50));
    total += co_await inner;
    co_return total;
  };
  CHECK(pool.spawn(sum(pool)).wait() == 5000);
  CHECK(block_on(sum(pool)) == 5000);
}

TEST_CASE("await of one's own handle is deadlock_error", "[futures][spawn]") {
  weft::thread_pool pool(1);
  std::promise<weft::handle<int>> own;
  auto handed = own.get_future();
  auto me = [](std::future<weft::handle<int>> from) -> task<int> {
    weft::handle<int> self = from.get();
    bool refused = false;
    try {
      co_await self;
    } catch (const weft::deadlock_error&) {
      refused = true;
    }
    CHECK(refused);
    co_return 1;
  };
  own.set_value(pool.spawn(me(std::move(handed))));
}

TEST_CASE("block_on: on a worker it helps: pools of 1, 2 and 8", "[futures][block_on]") {
  for (const std::size_t threads : {1u, 2u, 8u}) {
    weft::thread_pool pool(threads);
    auto nested = pool.spawn([] {
      auto [tx, rx] = weft::channel::oneshot<int>();
      auto sending = weft::spawn(fut::async([sender = std::move(tx)]() mutable -> task<> {
        co_await fut::yield_now{};
        static_cast<void>(std::move(sender).send(3));
      }));
      const auto got = block_on(std::move(rx));
      std::move(sending).wait();
      return *got;
    });
    CHECK(std::move(nested).wait() == 3);
  }
}

TEST_CASE("par_iter inside a coroutine, and coroutines waited for inside par_iter", "[futures][spawn]") {
  for (const std::size_t threads : {1u, 2u, 8u}) {
    weft::thread_pool pool(threads);
    auto summing = []() -> task<std::int64_t> {
      std::vector<int> v(10'000);
      std::iota(v.begin(), v.end(), 0);
      co_await fut::yield_now{};
      const std::int64_t sum = weft::par_iter(v).map([](int i) { return std::int64_t{i}; }).sum();
      co_await fut::yield_now{};
      co_return sum;
    };
    const std::int64_t expected = 9'999LL * 10'000 / 2;
    CHECK(pool.spawn(summing()).wait() == expected);
    const std::int64_t all = pool.install([&summing] {
      std::vector<int> each(64, 1);
      return weft::par_iter(each).map([summing](int) { return weft::spawn(summing()).wait(); }).sum();
    });
    CHECK(all == 64 * expected);
    const std::int64_t blocked = pool.install([&summing] {
      std::vector<int> each(16, 1);
      return weft::par_iter(each).map([summing](int) { return block_on(summing()); }).sum();
    });
    CHECK(blocked == 16 * expected);
  }
}

TEST_CASE("tasks and a thread talk over bounded channels", "[futures][channel]") {
  weft::thread_pool pool(1);
  auto [to_task, from_thread] = weft::channel::bounded<int>(1);
  auto [to_thread, from_task] = weft::channel::bounded<int>(1);
  auto echo = pool.spawn([](weft::channel::receiver<int> in, weft::channel::sender<int> out) -> task<int> {
    int n = 0;
    while (auto got = co_await fut::recv(in)) {
      static_cast<void>(co_await fut::send(out, *got + 1));
      ++n;
    }
    co_return n;
  }(std::move(from_thread), std::move(to_thread)));
  const int rounds = test::count(2000);
  for (int i = 0; i < rounds; ++i) {
    REQUIRE(to_task.send(i));
    const auto back = from_task.recv();
    REQUIRE(back);
    REQUIRE(*back == i + 1);
  }
  to_task.close();
  CHECK(std::move(echo).wait() == rounds);
}
