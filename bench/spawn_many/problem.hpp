// Many small tasks.
//
// spawn_inside   100 000 of them, spawned by a worker of the pool, which then waits for them all
// spawn_outside  100 000 of them that nobody waits for, spawned by a thread that belongs to no pool
// wake_up        one, every 3 ms: how long does a pool that sleeps take to begin it?
//
// A task adds its number to a sum. The last one, whichever that is, sees the whole sum and says so.
#pragma once

#include <atomic>

#include "contest.hpp"

namespace spawn_many {

inline const race::work inside{"spawn_inside", "ns per task", true};
inline const race::work outside{"spawn_outside", "ns per task", true};
inline const race::work wake_up{"wake_up", "us from spawn to start", true};
inline constexpr unsigned threads = 2;
inline constexpr std::uint64_t tasks = 100'000, whole = tasks * (tasks + 1) / 2;

/// What the tasks of one call add up. It outlives the pool, because the last task touches it after the caller has gone on.
class total {
 public:
  void clear() noexcept {
    sum_.store(0, std::memory_order_relaxed);
    complete_.store(false, std::memory_order_relaxed);
  }
  /// The task number i, from 1.
  void add(std::uint64_t i) noexcept {
    if (sum_.fetch_add(i, std::memory_order_acq_rel) + i != whole) return;
    complete_.store(true, std::memory_order_release);
    complete_.notify_one();
  }
  void wait() const noexcept { complete_.wait(false, std::memory_order_acquire); }
  void check() const { race::check("the sum of the tasks", sum_.load(std::memory_order_acquire), whole); }

 private:
  std::atomic<std::uint64_t> sum_{0};
  std::atomic<bool> complete_{false};
};

/// Nanoseconds per task; spawn_all(total) spawns the tasks from 1 to `tasks` and returns when they are done.
template <class SpawnAll>
double measure_inside(const race::pace& how, total& sum, SpawnAll spawn_all) {
  return race::time_between(
             how, [&] { sum.clear(); }, [&] { spawn_all(sum); }, [&] { sum.check(); }) /
         static_cast<double>(tasks);
}

/// Nanoseconds per task, the last one's end included; spawn(f) spawns one task and returns.
template <class Spawn>
double measure_outside(const race::pace& how, total& sum, Spawn spawn) {
  return measure_inside(how, sum, [&](total& all) {
    for (std::uint64_t i = 1; i <= tasks; ++i) spawn([&all, i] { all.add(i); });
    all.wait();
  });
}

/// When a task began, in nanoseconds of the clock; 0 while it hasn't.
using moment = std::atomic<std::int64_t>;

inline std::int64_t now() noexcept { return race::clock::now().time_since_epoch().count(); }

/// Microseconds from just before spawn(f) until f begins; the caller, too, sleeps meanwhile.
template <class Spawn>
double measure_wake_up(const race::pace& how, moment& began, Spawn spawn) {
  constexpr std::chrono::microseconds pause{3000}, look{200};
  std::vector<double> times;
  for (auto left = how.samples * how.sample; left.count() > 0; left -= pause) {
    std::this_thread::sleep_for(pause);
    began.store(0, std::memory_order_relaxed);
    const std::int64_t before = now();
    spawn([&began] { began.store(now(), std::memory_order_release); });
    do std::this_thread::sleep_for(look);
    while (began.load(std::memory_order_acquire) == 0);
    times.push_back(static_cast<double>(began.load(std::memory_order_acquire) - before) / 1e3);
  }
  return race::median(std::move(times));
}

/// The works outside and wake_up. surround(f) calls f(where...) beside a pool; spawn(task, where...) spawns and returns.
template <class Surround, class Spawn>
std::vector<race::entry> entries_outside(const std::string& name, const std::string& version, race::role part,
                                         Surround surround, Spawn spawn) {
  const auto beside = [=](auto measure) {
    return [=](const race::pace& how) {
      return surround([&](auto&&... where) { return measure(how, [&](auto task) { spawn(task, where...); }); });
    };
  };
  static total sum;
  static moment began;
  return {{name, version, part, outside, threads,
           beside([](const auto& how, auto spawn_one) { return measure_outside(how, sum, spawn_one); })},
          {name, version, part, wake_up, threads,
           beside([](const auto& how, auto spawn_one) { return measure_wake_up(how, began, spawn_one); })}};
}

}  // namespace spawn_many
