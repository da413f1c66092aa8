// Each way to misuse a pool that could only hang or corrupt memory ends the process instead, with a sentence that says what is
// wrong: the argument chooses one.
#include <weft/par/thread_pool.hpp>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>
#include <thread>
#include <utility>

namespace {

using weft::thread_pool;
using weft::par::pool_options;
using weft::par::worker_main;

void by_its_worker() {
  auto* const pool = new thread_pool(1);
  pool->spawn([pool] { delete pool; }).detach();
  for (;;) std::this_thread::sleep_for(std::chrono::seconds(1));
}

void within_install() {
  auto* const pool = new thread_pool(1);
  pool->install([pool] { delete pool; });
}

void by_another_thread_than_its_maker() {
  pool_options options;
  options.threads = 2;
  options.use_current_thread = true;
  auto* const pool = new thread_pool(options);
  std::thread([pool] { delete pool; }).join();
}

void a_main_that_nobody_calls() {
  pool_options options;
  options.threads = 1;
  options.spawn_thread = [](const worker_main&) {};
  const thread_pool pool(options);
}

void a_main_called_twice() {
  std::optional<worker_main> kept;
  std::thread only;
  std::atomic<bool> returned{false};
  {
    pool_options options;
    options.threads = 1;
    options.spawn_thread = [&](worker_main main) {
      kept.emplace(std::move(main));
      only = std::thread([&] {
        (*kept)();
        returned.store(true);
      });
    };
    const thread_pool pool(options);
  }
  only.join();
  (*kept)();
}

void a_main_called_in_a_pool() {
  thread_pool other(1);
  pool_options options;
  options.threads = 1;
  options.spawn_thread = [&](worker_main main) { other.install([&] { main(); }); };
  const thread_pool pool(options);
}

struct misuse {
  const char* name;
  void (*run)();
};
constexpr misuse misuses[] = {
    {"by_its_worker", by_its_worker},
    {"within_install", within_install},
    {"by_another_thread_than_its_maker", by_another_thread_than_its_maker},
    {"a_main_that_nobody_calls", a_main_that_nobody_calls},
    {"a_main_called_twice", a_main_called_twice},
    {"a_main_called_in_a_pool", a_main_called_in_a_pool},
};

}  // namespace

int main(int argc, char** argv) {
  // The sentence is out; the test reads it, and a killed process would count as failed all the same.
  std::signal(SIGABRT, [](int) { std::_Exit(0); });
  for (const misuse& each : misuses) {
    if (argc == 2 && std::strcmp(argv[1], each.name) == 0) each.run();
  }
  std::fputs("nothing was noticed\n", stderr);
  return 1;
}
