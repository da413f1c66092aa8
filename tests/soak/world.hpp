// world: what the drivers share: when to end, how far each has come, which pools there are.
#pragma once

#include "options.hpp"

#include <weft/par.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace soak {

/// What one driver does and how often it has done it. Written by the driver, read by the watchdog.
struct progress {
  std::string name;
  std::atomic<const char*> doing{"starts"};
  std::atomic<std::uint64_t> rounds{0};
  std::atomic<std::uint64_t> handshakes{0};
  std::atomic<std::uint64_t> with_sleepers{0};  // of the handshakes: all of the pool's workers slept when the job came
  std::atomic<bool> over{false};

  void shook_hands(std::uint64_t times = 1) { handshakes.fetch_add(times, std::memory_order_relaxed); }
};

class world {
 public:
  explicit world(const options& chosen);

  [[nodiscard]] const options& chosen() const noexcept { return chosen_; }
  /// The drivers end when this is true.
  [[nodiscard]] bool is_over() const;
  /// Something is wrong: says so and ends the process with a report.
  [[noreturn]] void fail(const std::string& what);
  void expect(bool right, const char* what) {
    if (!right) [[unlikely]]
      fail(what);
  }

  progress& add_driver(std::string name);
  [[nodiscard]] std::uint64_t handshakes() const;
  [[nodiscard]] std::chrono::duration<double> age() const { return std::chrono::steady_clock::now() - begin_; }

  /// Of the drivers' progress and what came of the whole.
  void print_summary() const;
  /// What every driver, pool and thread does at this moment.
  void print_report() const;

  /// Shows a pool to the reports while this lives.
  class shown_pool {
   public:
    shown_pool(world& where, std::string name, weft::thread_pool& pool);
    shown_pool(const shown_pool&) = delete;
    shown_pool& operator=(const shown_pool&) = delete;
    ~shown_pool();

   private:
    world& where_;
    weft::thread_pool& pool_;
  };

 private:
  friend class watchdog;

  const options chosen_;
  const std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  mutable std::mutex lock_;  // of the lists
  std::deque<progress> drivers_;
  std::vector<std::pair<std::string, weft::thread_pool*>> pools_;
};

/// Ends the process with a report when a driver gets nowhere for too long. Looks on while it lives.
class watchdog {
 public:
  explicit watchdog(world& where);
  watchdog(const watchdog&) = delete;
  watchdog& operator=(const watchdog&) = delete;
  ~watchdog();

 private:
  void look_on();

  world& where_;
  std::atomic<bool> over_{false};
  std::thread thread_;
};

}  // namespace soak
