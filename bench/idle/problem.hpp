// What a pool costs that has nothing to do: processor time while it sleeps, processor time until it sleeps, and memory.
//
// A contestant gives meet(pool, n): n tasks that run at the same time, each on a thread of its own, and wait for each other;
// so all threads of the pool exist and have worked.
#pragma once

#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <barrier>
#include <cmath>
#include <condition_variable>
#include <fstream>
#include <mutex>

#include "contest.hpp"

namespace idle {

inline const race::work asleep{"idle_processor", "% of one processor", true};
inline const race::work falling_asleep{"idle_until_asleep", "us of processor time after the last work", true};
inline const race::work memory{"idle_memory", "KiB per thread", true};
inline constexpr unsigned threads = 2, many = 64;

/// Microseconds of processor time that the process's other threads have used.
inline double others_time() {
  const auto used = [](int who) {
    rusage usage{};
    getrusage(who, &usage);
    const auto us = [](const timeval& t) { return static_cast<double>(t.tv_sec) * 1e6 + static_cast<double>(t.tv_usec); };
    return us(usage.ru_utime) + us(usage.ru_stime);
  };
  return used(RUSAGE_SELF) - used(RUSAGE_THREAD);
}

/// KiB of this process that are in memory and its own: without the pages of files, such as those of a library.
inline double resident() {
  std::ifstream file("/proc/self/statm");
  double all = 0, here = 0, of_files = 0;
  if (!(file >> all >> here >> of_files)) throw std::runtime_error("/proc/self/statm can't be read");
  return (here - of_files) * static_cast<double>(sysconf(_SC_PAGESIZE)) / 1024;
}

/// The tasks that meet: each says that it has come, and goes on when all have.
class meeting {
 public:
  explicit meeting(unsigned n) : wanted_(n), door_(static_cast<std::ptrdiff_t>(n)) {}
  void operator()() {
    came_.fetch_add(1, std::memory_order_relaxed);
    door_.arrive_and_wait();
  }
  void check() const { race::check("tasks that met", came_.load(std::memory_order_relaxed), wanted_); }

 private:
  unsigned wanted_;
  std::atomic<unsigned> came_{0};
  std::barrier<> door_;
};

/// Where the caller waits for n tasks that nobody else waits for.
class finish {
 public:
  explicit finish(unsigned n) : missing_(n) {}
  void cross() {
    const std::lock_guard lock(mutex_);
    if (--missing_ == 0) all_.notify_one();
  }
  void wait() {
    std::unique_lock lock(mutex_);
    all_.wait(lock, [this] { return missing_ == 0; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable all_;
  unsigned missing_;
};

inline constexpr std::chrono::milliseconds to_fall_asleep{20};

/// The other threads' processor time during `length`, in microseconds. The clock of processor time may run back by one.
inline double time_of_others_during(std::chrono::nanoseconds length) {
  const double before = others_time();
  std::this_thread::sleep_for(length);
  return std::max(0.0, others_time() - before);
}

template <class Meet>
double measure_asleep(const race::pace& how, Meet meet) {
  std::vector<double> samples;
  for (unsigned i = 0; i < how.samples; ++i) {
    meet(threads);
    std::this_thread::sleep_for(to_fall_asleep);
    const auto length = 2 * how.sample;
    const double percent = time_of_others_during(length) * 1e3 / race::nanoseconds(length) * 100;
    samples.push_back(std::round(percent * 100) / 100);
  }
  return race::median(std::move(samples));
}

template <class Meet>
double measure_falling_asleep(const race::pace& how, Meet meet) {
  std::vector<double> samples;
  for (unsigned i = 0; i < how.samples * 3; ++i) {
    meet(threads);
    samples.push_back(time_of_others_during(to_fall_asleep));
  }
  return race::median(std::move(samples));
}

/// One difference: a second pool in the same process would be given the memory of the first.
template <class Surround, class Meet>
double measure_memory(Surround surround, Meet meet) {
  const double before = resident();
  return surround(many, [&](auto&&... where) {
    meet(many, where...);
    std::this_thread::sleep_for(to_fall_asleep);
    return (resident() - before) / many;
  });
}

/// All works of one contestant. surround(n, f) calls f(where...) beside a pool of n threads; meet(n, task, where...) has n
/// threads run `task` at the same time, and returns when they have.
template <class Surround, class Meet>
std::vector<race::entry> entries(const std::string& name, const std::string& version, race::role part, Surround surround,
                                 Meet meet) {
  const auto all_meet = [meet](unsigned n, auto&&... where) {
    meeting everybody(n);
    meet(n, everybody, where...);
    everybody.check();
  };
  const auto beside = [=](auto measure) {
    return [=](const race::pace& how) {
      return surround(threads, [&](auto&&... where) { return measure(how, [&](unsigned n) { all_meet(n, where...); }); });
    };
  };
  return {
      {name, version, part, asleep, threads, beside([](const auto& how, auto m) { return measure_asleep(how, m); })},
      {name, version, part, falling_asleep, threads,
       beside([](const auto& how, auto m) { return measure_falling_asleep(how, m); })},
      {name, version, part, memory, many, [=](const race::pace&) { return measure_memory(surround, all_meet); }},
  };
}

}  // namespace idle
