// How the quickstart speaks: headings, aligned lines, readable numbers, a stopwatch and a progress bar.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

namespace quickstart {

void heading(int number, std::string_view title);

/// One line: what, the figure that belongs to it, and perhaps a remark.
void line(std::string_view what, std::string_view figure, std::string_view remark = "");

/// 1234567 → "1 234 567"
std::string grouped(std::uint64_t number);

/// 0.0123 → "12.3 ms"
std::string readable(std::chrono::duration<double> time);

/// "1.83 times as fast", from the time of before and the time of now.
std::string faster(std::chrono::duration<double> before, std::chrono::duration<double> now);

/// How long f() takes: the best of `rounds`, so that one disturbance doesn't count.
template <class F>
std::chrono::duration<double> time_of(F&& f, int rounds = 1) {
  using clock = std::chrono::steady_clock;
  auto best = clock::duration::max();
  for (int round = 0; round < rounds; ++round) {
    const auto start = clock::now();
    f();
    best = std::min(best, clock::now() - start);
  }
  return best;
}

/// A bar that grows with the files that are done; silent where the output is no terminal.
///
/// Threads   add() any thread, finish() one, when all others are done.
class progress_bar {
 public:
  progress_bar();

  /// There is more to do than was known.
  void expect(std::size_t files) { expected_.fetch_add(files, std::memory_order_relaxed); }
  /// Files are done. Draws at most twenty times a second.
  void add(std::size_t files);
  /// Wipes the bar away.
  void finish();

 private:
  void draw(std::size_t done) const;

  const bool shown_;
  std::atomic<std::size_t> expected_ = 0;
  std::atomic<std::size_t> done_ = 0;
  std::mutex drawing_;
  std::chrono::steady_clock::time_point next_;
};

}  // namespace quickstart
