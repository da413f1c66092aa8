// A thread_local object's destructor may use the pool, on every kind of thread, whether the object is older or younger than what
// the pool keeps for the thread.
#include "uses.hpp"

#include <cstring>

namespace {

std::atomic<int> dead{0};

struct user {
  ~user() {
    test::use_everything_and_a_worker();
    ++dead;
  }
};
// Each is made when its function is called first.
void make_older() { static thread_local const user one; }
void make_younger() { static thread_local const user one; }

void live() {
  make_older();
  test::use_everything();
  make_younger();
}

// Three threads at a time: each pair of steps may meet.
void on_foreign_threads() {
  for (int round = 0; round < 20; ++round) {
    std::thread threads[3];
    for (auto& each : threads) each = std::thread(live);
    for (auto& each : threads) each.join();
  }
  test::require(dead == 120, "thread_local objects die with their thread");
}

// A thread that has used no pool before.
void on_fresh_threads() {
  for (int round = 0; round < 20; ++round) std::thread(make_older).join();
  test::require(dead == 20, "thread_local objects die with their thread");
}

void on_workers() {
  for (int round = 0; round < 10; ++round) {
    weft::thread_pool pool(3);
    pool.broadcast([] { live(); });
  }
  test::require(dead == 60, "thread_local objects of a worker die with its pool");
}

// exit() destroys the calling thread's objects, then the static ones.
struct counter {
  int wanted;
  ~counter() { test::require(dead == wanted, "exit() destroys the thread_local objects of its caller"); }
};
void on_the_main_thread() {
  static counter all{0};
  all.wanted = 2;
  live();
}
void on_a_worker_that_exits() {
  static counter all{0};
  all.wanted = 2;
  weft::spawn([] {
    live();
    std::exit(0);
  }).detach();
  for (;;) std::this_thread::sleep_for(std::chrono::seconds(1));
}
void on_a_worker_of_a_static_pool_that_exits() {
  static counter all{0};
  all.wanted = 2;
  static weft::thread_pool pool(3);
  pool.spawn([] {
        live();
        std::exit(0);
      })
      .detach();
  for (;;) std::this_thread::sleep_for(std::chrono::seconds(1));
}

struct choice {
  const char* name;
  void (*run)();
};
constexpr choice places[] = {
    {"foreign_threads", on_foreign_threads},
    {"fresh_threads", on_fresh_threads},
    {"workers", on_workers},
    {"the_main_thread", on_the_main_thread},
    {"a_worker_that_exits", on_a_worker_that_exits},
    {"a_worker_of_a_static_pool_that_exits", on_a_worker_of_a_static_pool_that_exits},
};

}  // namespace

int main(int argc, char** argv) {
  test::require(argc == 2, "there is an argument");
  for (const choice& each : places) {
    if (std::strcmp(each.name, argv[1]) == 0) return each.run(), 0;
  }
  test::require(false, "the argument names a place");
}
