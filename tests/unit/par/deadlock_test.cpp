// A wait that could never end, because the awaited task is under way beneath it on the same thread, throws deadlock_error; the
// handle keeps its task.
#include <weft/par.hpp>

#include "task_tools.hpp"
#include "weft_catch.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <future>
#include <optional>
#include <thread>
#include <utility>

namespace {

using weft::deadlock_error;
using weft::handle;
using weft::thread_pool;

// Runs body(me) in a task of the pool that has its own handle; on a worker, as this thread only looks on.
template <class Body>
void with_own_handle(thread_pool& pool, Body body) {
  std::promise<handle<int>> own;
  std::atomic<bool> over{false};
  own.set_value(pool.spawn([handed = own.get_future(), &over, &body]() mutable {
    handle<int> me = handed.get();
    body(me);
    std::move(me).detach();
    over = true;
    return 1;
  }));
  while (!over) std::this_thread::yield();
}

void refuses(handle<int>& awaited) {
  CHECK_THROWS_AS(std::move(awaited).wait(), deadlock_error);
  CHECK(awaited);
  CHECK_FALSE(awaited.is_done());
}

}  // namespace

TEST_CASE("deadlock_error: from within a join, scope, loop, install, broadcast and isolate of the task", "[par][handle]") {
  thread_pool pool(1);
  with_own_handle(pool, [&pool](handle<int>& me) {
    refuses(me);
    weft::join([&] { refuses(me); }, [] {});
    weft::join([] {}, [&] { refuses(me); });
    weft::scope([&](auto& s) {
      refuses(me);
      s.spawn([&] { refuses(me); });
    });
    weft::par::scope_fifo([&](auto& s) { s.spawn_fifo([&] { refuses(me); }); });
    weft::par_iter(weft::indices(3)).with_max_len(1).for_each([&](std::size_t) { refuses(me); });
    pool.install([&] { refuses(me); });
    pool.broadcast([&] { refuses(me); });
    weft::isolate([&] { refuses(me); });
    weft::isolate([&] { weft::join([] {}, [&] { weft::scope([&](auto& s) { s.spawn([&] { refuses(me); }); }); }); });
    weft::blocking([&] { refuses(me); });
  });
}

// Each of the tasks waits for the next one, which runs here as it hasn't begun; the last waits for each of them.
TEST_CASE("deadlock_error: through a chain of tasks on one stack", "[par][handle]") {
  constexpr std::size_t length = 8;
  thread_pool pool(1);
  std::array<std::optional<handle<int>>, length> chain;
  std::atomic<std::size_t> deepest{0};
  const auto step = [&](auto& self, std::size_t depth) -> int {
    deepest = depth;
    if (depth == length) {
      for (auto& each : chain) refuses(*each);
      return 0;
    }
    chain[depth] = weft::spawn([&self, depth] { return self(self, depth + 1); });
    return std::move(*chain[depth]).wait() + 1;
  };
  with_own_handle(pool, [&](handle<int>& me) {
    chain[0] = std::move(me);
    CHECK(step(step, 1) == static_cast<int>(length) - 1);
    me = std::move(*chain[0]);
  });
  CHECK(deepest == length);
}

TEST_CASE("deadlock_error: through other pools, isolation and blocking on one stack", "[par][handle]") {
  thread_pool pool(1), other(1);
  with_own_handle(pool, [&](handle<int>& me) {
    other.install([&] { refuses(me); });
    other.install([&] { pool.install([&] { other.join([&] { refuses(me); }, [] {}); }); });
    const auto refuses_apart = [&] { return weft::isolate([&] { return weft::blocking([&] { return refuses(me), 2; }); }); };
    // Begun by the wait, so on top of this task, in the other pool.
    const test::busy_worker nobody_else(other);
    other.install([&] {
      auto on_top = weft::spawn(refuses_apart);
      CHECK(std::move(on_top).wait() == 2);
    });
  });
}

// Whoever polls is told as well: its waker would never be called.
TEST_CASE("deadlock_error: of a poll", "[par][handle]") {
  thread_pool pool(1);
  with_own_handle(pool, [](handle<int>& me) {
    const weft::waker who = weft::par::detail::thread_waker();
    weft::context cx(who);
    CHECK_THROWS_AS(static_cast<void>(me.poll(cx)), deadlock_error);
    CHECK(me);
  });
}

// Not every wait for what is under way is refused: on another thread it ends.
TEST_CASE("deadlock_error: not for a task that is under way on another thread", "[par][handle]") {
  thread_pool pool(2);
  std::atomic<bool> begun{false}, go_on{false};
  auto elsewhere = pool.spawn([&] {
    begun = true;
    while (!go_on) std::this_thread::yield();
    return 3;
  });
  while (!begun) std::this_thread::yield();
  with_own_handle(pool, [&](handle<int>& me) {
    refuses(me);
    go_on = true;
    CHECK(std::move(elsewhere).wait() == 3);
  });
}
