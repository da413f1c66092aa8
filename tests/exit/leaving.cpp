// The process ends at once, whatever the global pool's workers do at that moment and whoever says so. The first argument is what
// they do, the second how the process ends.
#include "uses.hpp"

#include <cstring>

namespace {

// Never freed: the workers go on while the process ends.
struct crowd {
  std::atomic<std::size_t> begun{0};
  std::atomic<std::size_t> turns{0};
};

// All workers but `spared` are in the midst of a job that never ends.
void keep_busy(std::size_t spared) {
  auto* const all = new crowd;
  const std::size_t wanted = weft::par::global_pool().num_threads() - spared;
  for (std::size_t i = 0; i < wanted; ++i) {
    weft::spawn([all] {
      ++all->begun;
      for (;;) ++all->turns;
    }).detach();
  }
  while (all->begun != wanted) std::this_thread::yield();
}

void fall_asleep() {
  test::use_everything_and_a_worker();
  const auto& pool = weft::par::global_pool().engine();
  while (pool.look().workers_asleep() != pool.num_threads()) std::this_thread::yield();
}

void queue_more() {
  keep_busy(0);
  for (int i = 0; i < 1000; ++i)
    weft::spawn([i] { test::require(i < 0, "a job that hasn't begun doesn't begin"); }).detach();
}

// Each in the midst of loops and joins that never end, and a guest as well.
void work_for_ever() {
  static auto* const rounds = new std::atomic<std::size_t>{0};
  constexpr auto work = [] {
    for (;;) {
      test::use_everything();
      ++*rounds;
    }
  };
  for (std::size_t i = 1; i < weft::par::global_pool().num_threads(); ++i) weft::spawn(work).detach();
  std::thread(work).detach();
  while (*rounds < 20) std::this_thread::yield();
}

[[noreturn]] void sleep_for_ever() {
  for (;;) std::this_thread::sleep_for(std::chrono::seconds(1));
}

void by_return() {}
void by_exit() { std::exit(0); }
void by_quick_exit() {
  // Handlers run newest first. Only the last one makes the status a good one.
  test::require(std::at_quick_exit([] { std::_Exit(0); }) == 0, "there is room for a handler");
  test::require(std::at_quick_exit([] { test::use_everything(); }) == 0, "there is room for a handler");
  std::quick_exit(1);
}
void by_immediate_exit() { std::_Exit(0); }
void in_a_job() {
  weft::spawn([] { std::exit(0); }).detach();
  sleep_for_ever();
}
void in_a_job_of_a_scope() {
  weft::scope([](auto& s) {
    s.spawn([] { std::exit(0); });
    sleep_for_ever();
  });
}
void in_a_guest() {
  weft::par::global_pool().install([] { std::exit(0); });
}
void in_a_loop() {
  weft::par_iter(weft::indices(1000)).with_max_len(1).for_each([](std::size_t i) {
    if (i == 500) std::exit(0);
  });
}

// The workers of a pool that exit() destroys, and cannot wait for: it is called by one of them, or beneath a call into it.
weft::thread_pool& local() {
  static weft::thread_pool pool(2);
  return pool;
}
void in_a_job_of_a_static_pool() {
  local().spawn([] { std::exit(0); }).detach();
  sleep_for_ever();
}
void in_a_guest_of_a_static_pool() {
  local().spawn([] { sleep_for_ever(); }).detach();
  local().install([] { std::exit(0); });
}
void in_a_job_through_a_static_pool() {
  weft::spawn([] { local().install([] { test::use_everything(), std::exit(0); }); }).detach();
  sleep_for_ever();
}
void in_the_maker_of_a_static_pool() {
  weft::par::pool_options options;
  options.threads = 2;
  options.use_current_thread = true;
  static const weft::thread_pool pool(options);
  for (int i = 0; i < 100; ++i) pool.spawn([] { test::use_everything(); }).detach();
  pool.install([] { weft::join([] { std::exit(0); }, [] {}); });
}
// Another thread, which has used no pool, while the maker is in the midst of its own.
void beside_the_maker_of_a_static_pool() {
  weft::par::pool_options options;
  options.threads = 2;
  options.use_current_thread = true;
  static const weft::thread_pool pool(options);
  static std::atomic<bool> begun{false};
  std::thread([] {
    while (!begun) std::this_thread::yield();
    std::exit(0);
  }).detach();
  pool.install([] {
    begun = true;
    sleep_for_ever();
  });
}

// The same, of one that is a guest of somebody else's pool.
void beside_a_guest_of_a_static_pool() {
  static std::atomic<bool> begun{false};
  std::thread([] {
    while (!begun) std::this_thread::yield();
    std::exit(0);
  }).detach();
  local().install([] {
    for (;;) {
      weft::join([] {}, [] {});
      weft::scope([](auto& s) { s.spawn([] {}); });
      begun = true;
    }
  });
}

struct choice {
  const char* name;
  void (*run)();
};
constexpr choice states[] = {
    {"unborn", [] {}},
    {"asleep", fall_asleep},
    {"busy", [] { keep_busy(0); }},
    {"busy_but_one", [] { keep_busy(1); }},
    {"queued", [] { queue_more(); }},
    {"working", work_for_ever},
};
constexpr choice ways[] = {
    {"return", by_return},
    {"exit", by_exit},
    {"quick_exit", by_quick_exit},
    {"immediate_exit", by_immediate_exit},
    {"job", in_a_job},
    {"job_of_a_scope", in_a_job_of_a_scope},
    {"guest", in_a_guest},
    {"loop", in_a_loop},
    {"job_of_a_static_pool", in_a_job_of_a_static_pool},
    {"guest_of_a_static_pool", in_a_guest_of_a_static_pool},
    {"job_through_a_static_pool", in_a_job_through_a_static_pool},
    {"maker_of_a_static_pool", in_the_maker_of_a_static_pool},
    {"beside_the_maker_of_a_static_pool", beside_the_maker_of_a_static_pool},
    {"beside_a_guest_of_a_static_pool", beside_a_guest_of_a_static_pool},
};

template <std::size_t N>
void run(const choice (&all)[N], const char* name) {
  for (const choice& each : all) {
    if (std::strcmp(each.name, name) == 0) return each.run();
  }
  test::require(false, "the arguments name a state and a way");
}

}  // namespace

int main(int argc, char** argv) {
  test::require(argc == 3, "there are two arguments");
  run(states, argv[1]);
  run(ways, argv[2]);
}
