// What a spawned closure returns or throws comes out of its handle, once, whatever its type and wherever it is waited for.
#include "task_tools.hpp"
#include "weft_catch.hpp"

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

struct of_unknown_size;
of_unknown_size& somewhere();

struct alignas(256) wide {
  int value = 0;
};

struct stuck {  // neither assignable nor default-constructible
  explicit stuck(int v) : value(v) {}
  stuck(stuck&&) = default;
  stuck& operator=(stuck&&) = delete;
  const int value;
};

}  // namespace

TEST_CASE("handle: smoke", "[par][handle]") {
  weft::thread_pool pool(2);
  auto answer = pool.spawn([] { return 42; });
  CHECK(std::move(answer).wait() == 42);
}

TEST_CASE("handle: void result", "[par][handle]") {
  weft::thread_pool pool(1);
  int x = 0;
  auto done = pool.spawn([&x] { x = 7; });
  std::move(done).wait();
  CHECK(x == 7);
}

TEST_CASE("handle: reference result is the object itself", "[par][handle]") {
  weft::thread_pool pool(1);
  int x = 1;
  auto place = pool.spawn([&x]() -> int& { return x; });
  CHECK(&std::move(place).wait() == &x);
  auto constant = pool.spawn([&x]() -> const int& { return x; });
  CHECK(&std::move(constant).wait() == &x);
}

TEST_CASE("handle: reference to what isn't known yet", "[par][handle]") {
  weft::thread_pool pool(1);
  auto place = pool.spawn([]() -> of_unknown_size& { return somewhere(); });
  CHECK(&std::move(place).wait() == &somewhere());
}

TEST_CASE("handle: move_only closure and result", "[par][handle]") {
  weft::thread_pool pool(1);
  auto moved = pool.spawn([p = std::make_unique<int>(5)]() mutable { return std::move(p); });
  CHECK(*std::move(moved).wait() == 5);
}

TEST_CASE("handle: over_aligned closure and result stay aligned", "[par][handle]") {
  weft::thread_pool pool(2);
  wide captured;
  captured.value = 3;
  auto aligned = pool.spawn([captured] {
    const bool good = reinterpret_cast<std::uintptr_t>(&captured) % alignof(wide) == 0;
    wide out;
    out.value = good ? captured.value : -1;
    return out;
  });
  const wide result = std::move(aligned).wait();
  CHECK(reinterpret_cast<std::uintptr_t>(&result) % alignof(wide) == 0);
  CHECK(result.value == 3);
}

TEST_CASE("handle: a result that can only be moved once into place", "[par][handle]") {
  weft::thread_pool pool(1);
  CHECK(pool.spawn([] { return stuck(9); }).wait().value == 9);
}

TEST_CASE("handle: throws_a", "[par][handle]") {
  weft::thread_pool pool(1);
  auto failed = pool.spawn([]() -> int { throw std::runtime_error("no"); });
  CHECK_THROWS_WITH(std::move(failed).wait(), "no");
}

TEST_CASE("handle: an exception that a worker caught comes out as well", "[par][handle]") {
  weft::thread_pool pool(1);
  auto failed = pool.spawn([]() -> int { throw std::runtime_error("no"); });
  while (!failed.is_done()) std::this_thread::yield();
  CHECK_THROWS_WITH(std::move(failed).wait(), "no");
  CHECK_FALSE(failed);
}

TEST_CASE("handle: the closure is gone before the result is seen", "[par][handle]") {
  weft::thread_pool pool(1);
  for (const bool by_worker : {false, true}) {
    std::atomic<int> alive{0};
    auto done = pool.spawn([payload = test::counted(alive)] { static_cast<void>(payload); });
    if (by_worker) {
      while (!done.is_done()) std::this_thread::yield();
    }
    std::move(done).wait();
    CHECK(alive == 0);
  }
}

TEST_CASE("handle: nested waits inside workers, pools of 1, 2 and 8", "[par][handle]") {
  struct fib {
    static int of(int n) {
      if (n < 2) return n;
      auto left = weft::spawn([n] { return of(n - 1); });
      const int right = of(n - 2);
      return std::move(left).wait() + right;
    }
  };
  for (const std::size_t threads : {1u, 2u, 8u}) {
    weft::thread_pool pool(threads);
    CHECK(pool.spawn([] { return fib::of(12); }).wait() == 144);
    CHECK(pool.install([] { return fib::of(12); }) == 144);
  }
}

TEST_CASE("handle: a closure waited for from outside runs in its own pool", "[par][handle]") {
  weft::thread_pool pool(1);
  const test::busy_worker hold(pool);
  auto where = pool.spawn([&pool] { return weft::par::detail::registry::current() == &pool.engine(); });
  CHECK(std::move(where).wait());
}

TEST_CASE("handle: many tasks waited for in order and against it", "[par][handle]") {
  weft::thread_pool pool(2);
  const auto run = [&pool](bool backwards) {
    std::vector<weft::handle<int>> all;
    for (int i = 0; i < test::count(2000); ++i) all.push_back(pool.spawn([i] { return i; }));
    int wrong = 0;
    for (std::size_t k = 0; k < all.size(); ++k) {
      const std::size_t i = backwards ? all.size() - 1 - k : k;
      wrong += std::move(all[i]).wait() != static_cast<int>(i);
    }
    return wrong;
  };
  for (const bool backwards : {false, true}) {
    CHECK(run(backwards) == 0);
    CHECK(pool.spawn([&run, backwards] { return run(backwards); }).wait() == 0);
    CHECK(pool.install([&run, backwards] { return run(backwards); }) == 0);
  }
}

TEST_CASE("handle: outlives its pool", "[par][handle]") {
  weft::handle<std::string> late;
  {
    weft::thread_pool pool(2);
    late = pool.spawn([] { return std::string(100, 'x'); });
  }
  CHECK(late.is_done());
  CHECK(std::move(late).wait().size() == 100);
}

// Nobody hears of the exception, and nobody asks the pool that has gone to count it.
TEST_CASE("handle: of a failed task, dropped after its pool", "[par][handle]") {
  auto pool = std::make_unique<weft::thread_pool>(1u);
  const auto failed = pool->spawn([] { throw std::runtime_error("nobody asks"); });
  while (!failed.is_done()) std::this_thread::yield();
  pool.reset();
}

TEST_CASE("handle: spawn uses the global pool outside and the own pool inside", "[par][handle]") {
  CHECK(weft::spawn([] { return 1; }).wait() == 1);
  weft::thread_pool pool(1);
  auto inside = pool.spawn(
      [&pool] { return weft::spawn([&pool] { return weft::par::detail::registry::current() == &pool.engine(); }).wait(); });
  CHECK(std::move(inside).wait());
}

namespace {
struct of_unknown_size {};
of_unknown_size& somewhere() {
  static of_unknown_size it;
  return it;
}
}  // namespace
