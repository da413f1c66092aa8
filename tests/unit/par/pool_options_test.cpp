// A pool is made as its options say: by whose threads, under which names, with which handlers; and says so when it can't be.
#include <weft/par/thread_pool.hpp>

#include "weft_catch.hpp"

#include <atomic>
#include <cstddef>
#include <exception>
#include <memory>
#include <pthread.h>
#include <set>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

using weft::thread_pool;
using weft::par::idle_policy;
using weft::par::pool_options;
using weft::par::worker_main;

namespace {
std::string name_of_this_thread() {
  char name[16] = {};
  static_cast<void>(::pthread_getname_np(::pthread_self(), name, sizeof name));
  return name;
}
pool_options with_threads(std::size_t count) {
  pool_options options;
  options.threads = count;
  return options;
}
// Threads that outlive their pool's interest in them.
struct own_threads {
  std::vector<std::jthread> all;
  void operator()(worker_main main) { all.emplace_back(std::move(main)); }
};
}  // namespace

TEST_CASE("pool_options names: a pattern, cut to what the system shows, or a callback", "[par][pool]") {
  auto options = with_threads(2);
  options.name = "mill";
  CHECK(thread_pool(options).broadcast(name_of_this_thread) == std::vector<std::string>{"mill-0", "mill-1"});
  options.name_of = [](std::size_t i) { return i == 0 ? "warp" : "a name of sixteen"; };
  CHECK(thread_pool(options).broadcast(name_of_this_thread) == std::vector<std::string>{"warp", "a name of sixte"});
}

TEST_CASE("pool_options stack_size: the workers' stacks are as large as asked for", "[par][pool]") {
  auto options = with_threads(2);
  options.stack_size = 24 * 1024 * 1024;
  const auto sizes = thread_pool(options).broadcast([] {
    ::pthread_attr_t attributes;
    std::size_t size = 0;
    if (::pthread_getattr_np(::pthread_self(), &attributes) != 0) return size;
    static_cast<void>(::pthread_attr_getstacksize(&attributes, &size));
    static_cast<void>(::pthread_attr_destroy(&attributes));
    return size;
  });
  for (const std::size_t size : sizes) CHECK(size >= options.stack_size);
}

TEST_CASE("pool_options handlers throw: to on_exception", "[par][pool]") {
  std::atomic<int> caught{0};
  {
    auto options = with_threads(3);
    options.on_start = [](std::size_t i) {
      if (i == 1) throw std::runtime_error("start");
    };
    options.on_exit = [](std::size_t) { throw std::runtime_error("exit"); };
    options.on_exception = [&](const std::exception_ptr&) { caught.fetch_add(1); };
    thread_pool pool(options);
    CHECK(pool.broadcast([] { return 1; }).size() == 3);
    CHECK(caught.load() == 1);
  }
  CHECK(caught.load() == 4);
}

TEST_CASE("pool_options spawn_thread: workers on threads of one's own", "[par][pool]") {
  own_threads mine;
  std::atomic<int> started{0};
  std::atomic<int> ended{0};
  std::vector<std::string> wanted;
  {
    auto options = with_threads(3);
    options.name = "own";
    options.stack_size = 1 << 20;
    options.on_start = [&](std::size_t) { started.fetch_add(1); };
    options.on_exit = [&](std::size_t) { ended.fetch_add(1); };
    options.spawn_thread = [&](worker_main main) {
      wanted.push_back(main.name() + " " + std::to_string(main.index()) + " " + std::to_string(main.stack_size()));
      mine(std::move(main));
    };
    thread_pool pool(options);
    CHECK(pool.num_threads() == 3);
    std::set<std::thread::id> ids;
    for (const auto& each : mine.all) ids.insert(each.get_id());
    for (const auto id : pool.broadcast([] { return std::this_thread::get_id(); })) CHECK(ids.count(id) == 1);
    CHECK(pool.spawn([] { return 5; }).wait() == 5);
  }
  CHECK(started.load() == 3);
  CHECK(ended.load() == 3);
  CHECK(wanted == std::vector<std::string>{"own-0 0 1048576", "own-1 1 1048576", "own-2 2 1048576"});
}

TEST_CASE("pool_options spawn_thread drops: the pool's end waits for the mains, whose threads live on", "[par][pool]") {
  own_threads mine;
  std::atomic<int> ran{0};
  for (int i = 0; i < 50; ++i) {
    auto options = with_threads(2);
    options.spawn_thread = std::ref(mine);
    const thread_pool pool(options);
    for (int j = 0; j < 4; ++j) pool.spawn([&] { ran.fetch_add(1); }).detach();
  }
  CHECK(ran.load() == 200);
}

TEST_CASE("pool_options spawn_thread throws: fewer threads, or the exception when there is none", "[par][pool]") {
  own_threads mine;
  std::size_t granted = 0;
  auto options = with_threads(5);
  options.spawn_thread = [&](worker_main main) {
    if (main.index() == granted) throw std::system_error(std::make_error_code(std::errc::resource_unavailable_try_again));
    mine(std::move(main));
  };
  CHECK_THROWS_AS(thread_pool(options), std::system_error);
  for (granted = 1; granted < 5; ++granted) {
    const thread_pool pool(options);
    CHECK(pool.num_threads() == granted);
    CHECK(pool.broadcast([] { return 1; }).size() == granted);
    CHECK(pool.spawn([] { return 5; }).wait() == 5);
  }
}

TEST_CASE("pool_options use_current_thread: this thread is worker 0, for the pool's life", "[par][pool]") {
  const auto me = std::this_thread::get_id();
  for (const std::size_t threads : {1u, 2u, 4u}) {
    std::atomic<int> handled{0};
    std::atomic<int> ran{0};
    {
      auto options = with_threads(threads);
      options.use_current_thread = true;
      options.on_start = [&](std::size_t) { handled.fetch_add(1); };
      options.on_exit = [&](std::size_t) { handled.fetch_add(1); };
      const thread_pool pool(options);
      CHECK(pool.num_threads() == threads);
      CHECK(weft::par::current_thread_index() == 0u);
      CHECK(weft::par::current_pool() == weft::par::pool_ref(pool));
      CHECK(pool.broadcast([] { return std::this_thread::get_id(); })[0] == me);
      CHECK(weft::join([] { return 1; }, [] { return 2; }).second == 2);
      CHECK(weft::spawn([] { return 5; }).wait() == 5);
      for (int i = 0; i < 100; ++i) weft::spawn([&] { ran.fetch_add(1); }).detach();
    }
    CHECK(ran.load() == 100);
    CHECK(handled.load() == 2 * (static_cast<int>(threads) - 1));
    CHECK_FALSE(weft::par::current_pool().has_value());
    CHECK_FALSE(weft::par::current_thread_index().has_value());
  }
}

TEST_CASE("pool_options use_current_thread: alone, work runs in waits, yields and at the end only", "[par][pool]") {
  int ran = 0;
  {
    auto options = with_threads(1);
    options.use_current_thread = true;
    const thread_pool pool(options);
    std::jthread([&] { pool.spawn([&] { ++ran; }).detach(); }).join();
    pool.spawn_broadcast([&] { ++ran; });
    CHECK(ran == 0);
    CHECK(weft::par::yield_now() == weft::par::yielded::executed);
    CHECK(weft::par::yield_now() == weft::par::yielded::executed);
    CHECK(weft::par::yield_now() == weft::par::yielded::idle);
    CHECK(ran == 2);
    pool.spawn([&] { ++ran; }).detach();
    CHECK(ran == 2);
  }
  CHECK(ran == 3);
}

TEST_CASE("pool_options use_current_thread: not where this thread works for a pool", "[par][pool]") {
  auto options = with_threads(1);
  options.use_current_thread = true;
  thread_pool other(1);
  CHECK_THROWS_AS(other.install([&] { const thread_pool pool(options); }), std::logic_error);
  CHECK_THROWS_AS(other.broadcast([&] { const thread_pool pool(options); }), std::logic_error);
  const thread_pool pool(options);
  CHECK_THROWS_AS(thread_pool(options), std::logic_error);
  CHECK(pool.install([] { return 5; }) == 5);
}

TEST_CASE("pool_options use_current_thread: pools that call each other", "[par][pool]") {
  auto options = with_threads(2);
  options.use_current_thread = true;
  const thread_pool mine(options);
  thread_pool other(2);
  std::atomic<int> ran{0};
  other.broadcast([&] { mine.broadcast([&] { other.scope([&](auto& s) { s.spawn([&] { ran.fetch_add(1); }); }); }); });
  CHECK(ran.load() == 4);
  CHECK(weft::par::current_pool() == weft::par::pool_ref(mine));
}

TEST_CASE("pool_options policy: how often is looked for work before sleep, which all of them find", "[par][pool]") {
  std::vector<unsigned> looks;
  for (const auto policy : {idle_policy::power, idle_policy::balanced, idle_policy::latency}) {
    auto options = with_threads(3);
    options.policy = policy;
    const thread_pool pool(options);
    looks.push_back(pool.engine().looks_before_sleep());
    for (int i = 0; i < 20; ++i) {
      std::atomic<int> ran{0};
      pool.scope([&](auto& s) {
        for (int j = 0; j < 10; ++j) s.spawn([&] { ran.fetch_add(1); });
      });
      CHECK(ran.load() == 10);
      CHECK(pool.spawn([] { return 5; }).wait() == 5);
      while (pool.engine().look().workers_asleep() != 3) std::this_thread::yield();
    }
  }
  CHECK(looks[0] == 1);
  CHECK(looks[0] < looks[1]);
  CHECK(looks[1] < looks[2]);
  CHECK(thread_pool(1).engine().looks_before_sleep() == looks[1]);
}
