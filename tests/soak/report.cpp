// What the soak prints: its result, and, when something stands still, what everybody is doing.
#include "world.hpp"

#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

namespace soak {

namespace {

std::string line_of(const std::filesystem::path& file) {
  std::string line;
  std::getline(std::ifstream(file), line);
  return line;
}

/// R: runs or could, S: sleeps, D: in the kernel, t: stopped.
char state_of(const std::filesystem::path& task) {
  const std::string line = line_of(task / "stat");
  const std::size_t behind_name = line.rfind(')');
  return behind_name == std::string::npos || behind_name + 2 >= line.size() ? '?' : line[behind_name + 2];
}

void print_threads(std::ostream& out) {
  out << "\nthreads of this process, as the kernel sees them:\n";
  std::error_code ignored;
  for (const auto& task : std::filesystem::directory_iterator("/proc/self/task", ignored)) {
    out << "  " << task.path().filename().string() << "  " << state_of(task.path()) << "  " << line_of(task.path() / "comm")
        << "  " << line_of(task.path() / "wchan") << '\n';
  }
}

}  // namespace

void world::print_report() const {
  std::ostringstream out;
  std::unique_lock hold(lock_, std::try_to_lock);
  for (int i = 0; i < 100 && !hold; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    static_cast<void>(hold.try_lock());
  }
  if (!hold) out << "(somebody doesn't give up the lists' lock: what follows may be torn)\n";
  out << "\ndrivers:\n";
  for (const progress& each : drivers_) {
    out << "  " << each.name << ": " << (each.over ? "over" : each.doing.load()) << ", " << each.rounds << " rounds, "
        << each.handshakes << " handshakes\n";
  }
  for (const auto& [name, pool] : pools_) {
    const auto now = pool->engine().look();
    out << "\npool '" << name << "', " << pool->num_threads() << " threads: " << now.searching() << " searching, "
        << now.workers_asleep() << " workers asleep, room for " << now.room() << '\n';
    if (const auto statistics = pool->statistics(); !statistics.workers.empty()) out << statistics;
  }
  print_threads(out);
  std::cerr << out.str() << std::flush;
}

void world::print_summary() const {
  const double seconds = age().count();
  std::uint64_t with_sleepers = 0;
  for (const progress& each : drivers_) {
    with_sleepers += each.with_sleepers;
    std::printf("  %-14s %12" PRIu64 " rounds %12" PRIu64 " handshakes\n", each.name.c_str(), each.rounds.load(),
                each.handshakes.load());
  }
  const std::uint64_t all = handshakes();
  const double rate = static_cast<double>(all) / seconds;
  std::printf("%" PRIu64 " handshakes in %.1f s: %.0f a second; 1e8 would take %.0f minutes\n", all, seconds, rate,
              1e8 / std::max(rate, 1e-9) / 60);
  std::printf("%" PRIu64 " of them were with a pool whose workers all slept\n", with_sleepers);
  std::fflush(stdout);
}

}  // namespace soak
