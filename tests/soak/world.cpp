#include "world.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <iostream>

namespace soak {

world::world(const options& chosen) : chosen_(chosen) {}

bool world::is_over() const {
  if (chosen_.handshakes != 0) return handshakes() >= chosen_.handshakes;
  return age().count() >= chosen_.seconds;
}

void world::fail(const std::string& what) {
  std::cout << std::flush;
  std::cerr << "soak: " << what << " (seed " << chosen_.seed << ", after " << age().count() << " s)\n";
  print_report();
  std::abort();
}

progress& world::add_driver(std::string name) {
  const std::lock_guard hold(lock_);
  progress& made = drivers_.emplace_back();
  made.name = std::move(name);
  return made;
}

std::uint64_t world::handshakes() const {
  const std::lock_guard hold(lock_);
  std::uint64_t all = 0;
  for (const progress& each : drivers_) all += each.handshakes.load(std::memory_order_relaxed);
  return all;
}

world::shown_pool::shown_pool(world& where, std::string name, weft::thread_pool& pool) : where_(where), pool_(pool) {
  const std::lock_guard hold(where_.lock_);
  where_.pools_.emplace_back(std::move(name), &pool);
}

world::shown_pool::~shown_pool() {
  const std::lock_guard hold(where_.lock_);
  std::erase_if(where_.pools_, [this](const auto& each) { return each.second == &pool_; });
}

watchdog::watchdog(world& where) : where_(where), thread_([this] { look_on(); }) {}

watchdog::~watchdog() {
  over_ = true;
  thread_.join();
}

// The clock decides only how long a standstill may last, never whether a result is right.
void watchdog::look_on() {
  using clock = std::chrono::steady_clock;
  struct last_seen {
    std::uint64_t rounds = 0;
    clock::time_point since;
  };
  std::vector<last_seen> seen;
  const std::chrono::duration<double> patience(where_.chosen().patience);
  while (!over_) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    const auto now = clock::now();
    std::string stuck;
    auto longest = std::chrono::duration<double>::zero();
    {
      const std::lock_guard hold(where_.lock_);
      seen.resize(where_.drivers_.size(), {.rounds = 0, .since = now});
      for (std::size_t i = 0; i < seen.size(); ++i) {
        const progress& driver = where_.drivers_[i];
        const std::uint64_t rounds = driver.rounds.load(std::memory_order_relaxed);
        if (rounds != seen[i].rounds || driver.over) seen[i] = {rounds, now};
        const std::chrono::duration<double> still = now - seen[i].since;
        if (still > std::max(patience, longest)) {
          longest = still;
          stuck = driver.name;
        }
      }
    }
    if (!stuck.empty()) where_.fail("no progress of '" + stuck + "' for " + std::to_string(patience.count()) + " s");
  }
}

}  // namespace soak
