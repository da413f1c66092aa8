// The soak: pools are driven from outside and inside for a long time, with random delays, while a watchdog looks on.
// A lost wake-up, a lost job or a wrong result ends it with a report of what everybody was doing.
#include "drivers.hpp"

#include <cstdio>
#include <memory>
#include <pthread.h>
#include <string>
#include <thread>
#include <vector>

namespace soak {

namespace {

weft::thread_pool make_pool(std::size_t threads, const char* name, bool statistics) {
  weft::par::pool_options options;
  options.threads = threads;
  options.name = name;
  options.statistics = statistics;
  return weft::thread_pool(options);
}

/// A driver on a thread of its name.
template <class F>
std::jthread start(progress& mine, F drive) {
  return std::jthread([&mine, drive] {
    static_cast<void>(::pthread_setname_np(::pthread_self(), mine.name.substr(0, 15).c_str()));
    drive();
  });
}

/// Several drivers on two pools.
void run_mixed(world& where) {
  constexpr std::uint64_t drivers = 3;
  weft::thread_pool watched = make_pool(2, "watched", true);
  weft::thread_pool plain = make_pool(3, "plain", false);
  weft::thread_pool alone = make_pool(1, "alone", false);
  const world::shown_pool show_watched(where, "watched", watched);
  const world::shown_pool show_plain(where, "plain", plain);
  const world::shown_pool show_alone(where, "alone", alone);
  const long_lived pools{watched, plain};
  std::vector<std::jthread> threads;
  for (std::uint64_t i = 0; i < drivers; ++i) {
    progress& mine = where.add_driver("driver " + std::to_string(i));
    threads.push_back(start(mine, [&, i] { run_activities(where, pools, mine, where.chosen().seed + i); }));
  }
  progress& shaking = where.add_driver("handshakes");
  threads.push_back(start(shaking, [&] { run_handshakes(where, alone, shaking, where.chosen().seed + drivers); }));
}

/// Pairs of a thread outside and a pool: their waits overlap.
void run_pure(world& where) {
  constexpr std::size_t pairs = 4;
  std::vector<std::unique_ptr<weft::thread_pool>> pools;
  std::vector<std::unique_ptr<world::shown_pool>> shown;
  std::vector<std::jthread> threads;
  for (std::size_t i = 0; i < pairs; ++i) {
    // The first two in their shortest form, one worker; then those in which one wakes another. Every second one is watched.
    pools.emplace_back(new weft::thread_pool(make_pool(i < 2 ? 1 : 2, "pure", i % 2 == 0)));
    const std::string name = "pair " + std::to_string(i);
    shown.push_back(std::make_unique<world::shown_pool>(where, name, *pools.back()));
    progress& mine = where.add_driver(name);
    threads.push_back(start(mine, [&where, &mine, &pool = *pools.back(), seed = where.chosen().seed + i] {
      run_handshakes(where, pool, mine, seed);
    }));
  }
}

}  // namespace

}  // namespace soak

int main(int argc, char** argv) {
  const soak::options chosen = soak::read_options(argc, argv);
  soak::world where(chosen);
  const soak::watchdog dog(where);
  std::printf("soak: %s, seed %llu, patience %.0f s\n", chosen.pure ? "handshakes" : "everything",
              static_cast<unsigned long long>(chosen.seed), chosen.patience);
  std::fflush(stdout);
  std::jthread hanging;
  if (chosen.hang) {
    soak::progress& mine = where.add_driver("hanging");
    hanging = soak::start(mine, [&mine] { soak::run_hang(mine); });
  }
  chosen.pure ? soak::run_pure(where) : soak::run_mixed(where);
  where.print_summary();
}
