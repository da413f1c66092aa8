// No wake is lost and no task outlives its end, however wakes, polls, cancels and drops meet.
#include "task_tools.hpp"
#include "weft_catch.hpp"

#include <weft/weft.hpp>

#include <atomic>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace fut = weft::futures;
using fut::task;

namespace {

void dawdle(unsigned n) {
  for (unsigned i = 0; i < n % 61; ++i) weft::cpu_relax();
}

struct threads {
  ~threads() {
    for (std::thread& t : all) t.join();
  }
  std::vector<std::thread> all;
};

// Where a task leaves its waker for everybody.
class bell {
 public:
  void leave(const weft::waker& who) {
    const std::lock_guard hold(mutex_);
    who_ = who;
  }
  void ring() {
    weft::waker who;
    {
      const std::lock_guard hold(mutex_);
      who = who_;
    }
    std::move(who).wake();
  }

 private:
  std::mutex mutex_;
  weft::waker who_;
};

}  // namespace

TEST_CASE("wakes: storm: each ring after a count is followed by a poll that sees it", "[futures][stress]") {
  const int ringers = 4;
  const int rings = test::count(20'000);
  for (const std::size_t size : {1u, 2u}) {
    weft::thread_pool pool(size);
    bell door;
    std::atomic<int> left{ringers * rings};
    std::atomic<int> polls{0};
    auto counting = pool.spawn(fut::poll_fn([&](weft::context& cx) -> weft::poll<int> {
      ++polls;
      door.leave(cx.get_waker());
      if (left.load(std::memory_order_relaxed) == 0) return 1;
      return weft::pending;
    }));
    {
      threads all;
      for (int id = 0; id < ringers; ++id) {
        all.all.emplace_back([&] {
          for (int i = 0; i < rings; ++i) {
            left.fetch_sub(1, std::memory_order_relaxed);
            door.ring();
          }
        });
      }
    }
    CHECK(std::move(counting).wait() == 1);
    CHECK(polls <= ringers * rings + 1);
    door.leave(weft::waker());
  }
}

TEST_CASE("wakes: what the waker wrote is seen by the poll, though nothing else orders them", "[futures][stress]") {
  weft::thread_pool pool(1);
  for (unsigned i = 0; i < static_cast<unsigned>(test::count(3000)); ++i) {
    bell door;
    int plain = 0;  // TSan would see a missing edge
    std::atomic<bool> waits{false};
    auto reading = pool.spawn(fut::poll_fn([&, again = false](weft::context& cx) mutable -> weft::poll<int> {
      if (std::exchange(again, true)) return plain;
      door.leave(cx.get_waker());
      waits.store(true, std::memory_order_relaxed);
      return weft::pending;
    }));
    std::thread writer([&] {
      while (!waits.load(std::memory_order_relaxed)) std::this_thread::yield();
      dawdle(i);
      plain = 7;
      door.ring();
    });
    const int got = std::move(reading).wait();
    writer.join();
    REQUIRE(got == 7);
  }
}

TEST_CASE("wakes: against cancel and drop", "[futures][stress]") {
  weft::thread_pool pool(2);
  std::atomic<int> alive{0};
  int wrong = 0;
  for (unsigned i = 0; i < static_cast<unsigned>(test::count(4000)); ++i) {
    bell door;
    std::atomic<bool> set{false};
    auto body = [](test::counted payload, bell& at, std::atomic<bool>& flag) -> task<int> {
      static_cast<void>(payload);
      co_await fut::poll_fn([&at, &flag](weft::context& cx) -> weft::poll<void> {
        at.leave(cx.get_waker());
        if (flag) return weft::ready;
        return weft::pending;
      });
      co_return 1;
    };
    auto running = pool.spawn(body(test::counted(alive), door, set));
    {
      threads all;
      all.all.emplace_back([&, i] {
        dawdle(i * 3);
        door.ring();
        set = true;
        door.ring();
      });
      dawdle(i * 5);
      if (i % 3 == 0) {
        running = weft::handle<int>();
      } else {
        if (i % 3 == 1) running.cancel();
        try {
          wrong += std::move(running).wait() != 1;
        } catch (const weft::cancelled_error&) {
          wrong += i % 3 != 1;
        }
      }
      wrong += alive != 0;
    }
    door.leave(weft::waker());
  }
  CHECK(wrong == 0);
  CHECK(alive == 0);
}

TEST_CASE("ping-pong over bounded channels: tasks with tasks, tasks with threads", "[futures][channel][stress]") {
  const int rounds = test::count(5000);
  auto echo = [](weft::channel::receiver<int> in, weft::channel::sender<int> out) -> task<int> {
    int n = 0;
    while (auto got = co_await fut::recv(in)) {
      if (!co_await fut::send(out, *got + 1)) break;
      ++n;
    }
    co_return n;
  };
  auto ask = [](weft::channel::sender<int> out, weft::channel::receiver<int> in, int times) -> task<int> {
    int wrong = 0;
    for (int i = 0; i < times; ++i) {
      static_cast<void>(co_await fut::send(out, i));
      const auto back = co_await in.recv_async();
      wrong += !back || *back != i + 1;
    }
    out.close();
    co_return wrong;
  };
  for (const std::size_t size : {1u, 2u}) {
    weft::thread_pool pool(size);
    for (const std::size_t capacity : {0u, 1u, 16u}) {
      std::vector<weft::handle<int>> all;
      for (int pair = 0; pair < 2; ++pair) {
        auto [to, from] = weft::channel::bounded<int>(capacity);
        auto [back, answer] = weft::channel::bounded<int>(capacity);
        all.push_back(pool.spawn(echo(std::move(from), std::move(back))));
        all.push_back(pool.spawn(ask(std::move(to), std::move(answer), rounds / 4)));
      }
      auto [to, from] = weft::channel::bounded<int>(capacity);
      auto [back, answer] = weft::channel::bounded<int>(capacity);
      all.push_back(pool.spawn(echo(std::move(from), std::move(back))));
      int wrong = 0;
      for (int i = 0; i < rounds / 8; ++i) {
        static_cast<void>(to.send(i));
        const auto got = answer.recv();
        wrong += !got || *got != i + 1;
      }
      to.close();
      const std::vector<int> ends = weft::block_on(fut::join_all(std::move(all)));
      CHECK(wrong == 0);
      CHECK(ends == std::vector<int>{rounds / 4, 0, rounds / 4, 0, rounds / 8});
    }
  }
}

TEST_CASE("oneshot: awaited by tasks, sent or dropped by threads", "[futures][channel][stress]") {
  weft::thread_pool pool(2);
  int wrong = 0;
  for (unsigned i = 0; i < static_cast<unsigned>(test::count(3000)); ++i) {
    auto [tx, rx] = weft::channel::oneshot<unsigned>();
    auto waiting = pool.spawn(std::move(rx));
    std::thread other([i, sender = std::move(tx)]() mutable {
      dawdle(i);
      if (i % 3 != 0) static_cast<void>(std::move(sender).send(i));
    });
    dawdle(i * 7);
    if (i % 5 == 0) {
      waiting = decltype(waiting)();
    } else {
      const auto got = std::move(waiting).wait();
      wrong += static_cast<bool>(got) != (i % 3 != 0);
      if (got) wrong += *got != i;
    }
    other.join();
  }
  CHECK(wrong == 0);
}

TEST_CASE("select: losers dropped and kept under fire", "[futures][select][stress]") {
  weft::thread_pool pool(2);
  const int total = test::count(5000);
  auto [tx, rx] = weft::channel::unbounded<int>();
  auto reading = pool.spawn(fut::async([in = std::move(rx)]() mutable -> task<long> {
    long sum = 0;
    for (int got = 0; got < total;) {
      // Ever again a receive that loses against a yield and is dropped or gone on with: it must lose no message.
      auto race = co_await fut::select(fut::recv(in), fut::yield_now{});
      if (auto* first = race.first()) {
        sum += *first->value;
        ++got;
      } else if (got % 2 == 0) {
        sum += *co_await std::move(race.second()->rest);
        ++got;
      }
    }
    co_return sum;
  }));
  for (int i = 0; i < total; ++i) static_cast<void>(tx.send(i));
  CHECK(std::move(reading).wait() == static_cast<long>(total) * (total - 1) / 2);
}
