// Objects with static storage duration may use the global pool before main and after it, whichever came first, and may be pools
// or handles themselves. With WEFT_FIRST_USE_IN_MAIN nobody uses a pool before main.
#include "uses.hpp"

#include <optional>

namespace {

#ifdef WEFT_FIRST_USE_IN_MAIN
constexpr bool early = false;
#else
constexpr bool early = true;
#endif

// Before all others, so that it ends after them.
test::expected ends(7);

struct user {
  explicit user(bool at_birth) {
    if (at_birth) test::use_everything_and_a_worker();
  }
  ~user() {
    test::use_everything_and_a_worker();
    ends.happened();
  }
};

// The fences are of one kind from the first parallel call on.
struct look_at_fences {
  bool before_main = weft::atomic::has_asymmetric_fences();
};
const look_at_fences fences;

const user made_before_the_pool(false);

// A handle that is destroyed after its pool: the task has run.
std::optional<weft::handle<int>> outlives_its_pool;
std::atomic<bool> it_ran{false};
struct check_it {
  ~check_it() {
    test::require(it_ran, "the end of a static pool runs what was spawned");
    test::require(std::move(*outlives_its_pool).wait() == 5, "a handle gives the result when the pool has gone");
    ends.happened();
  }
};
const check_it after_the_pool;

const user makes_the_pool(early);

std::optional<weft::thread_pool> pool;
struct pool_maker {
  pool_maker() { pool.emplace(2); }
  ~pool_maker() { ends.happened(); }
};
const pool_maker made;

// While it ends, the pool runs what uses it and the global one.
struct leaves_work {
  ~leaves_work() {
    outlives_its_pool = pool->spawn([] {
      test::use_everything();
      weft::par::global_pool().install([] { test::use_everything(); });
      it_ran = true;
      return 5;
    });
    for (int i = 0; i < 100; ++i) pool->spawn([] { weft::spawn([] { test::use_everything(); }).detach(); }).detach();
    pool->install([] { test::use_everything_and_a_worker(); });
    ends.happened();
  }
};
const leaves_work last_user;

// Handles that are destroyed before their pool: of a task that runs, of many that haven't begun, of one that has ended.
std::optional<weft::handle<int>> running, ended;
std::optional<weft::handle<void>> queued[50];
struct holder {
  holder() {
    if (early) fill();
  }
  static void fill() {
    static std::atomic<bool> begun{false};
    ended = pool->spawn([] { return 1; });
    while (!ended->is_done()) std::this_thread::yield();
    running = pool->spawn([] {
      begun = true;
      for (int i = 0; i < 1000; ++i) std::this_thread::yield();
      return 2;
    });
    for (auto& each : queued) each = pool->spawn([] { test::use_everything(); });
    while (!begun) std::this_thread::yield();
  }
  ~holder() {
    if (!early) fill();
    for (auto& each : queued) each.reset();
    running.reset();
    ended.reset();
    ends.happened();
  }
};
const holder drops_handles;

const user made_after_the_pool(early);

}  // namespace

int main() {
  test::use_everything_and_a_worker();
  test::require(fences.before_main == weft::atomic::has_asymmetric_fences(),
                "the fences are of one kind from the first call on");
  pool->install([] { test::use_everything(); });
}
