// A clock for pacing loops: cheap, coarse in scale, never the base of a result.
#pragma once

#include <weft/atomic/seam.hpp>

#include <cstdint>

namespace weft::inline WEFT_ABI::par::detail {

#if defined(__x86_64__)
/// The processor's time stamp counter: 10 ns alone, hidden behind the loads of a leaf around it.
[[nodiscard]] inline std::uint64_t ticks() noexcept { return __builtin_ia32_rdtsc(); }
/// About so many ticks make a microsecond; within a factor of two on every x86-64 in use.
inline constexpr double ticks_per_us = 2500;
/// What a reading costs at least.
inline constexpr std::uint64_t reading_ticks = 20;
#else
[[nodiscard]] inline std::uint64_t ticks() noexcept {
  return static_cast<std::uint64_t>(clock::now().time_since_epoch().count());
}
inline constexpr double ticks_per_us =
    static_cast<double>(clock::period::den) / static_cast<double>(clock::period::num) / 1e6;
inline constexpr std::uint64_t reading_ticks = 10;
#endif

/// From one reading to a later one, less what the reading itself takes; at least 1.
[[nodiscard]] inline std::uint64_t ticks_between(std::uint64_t from, std::uint64_t to) noexcept {
  return to > from + reading_ticks ? to - from - reading_ticks : 1;
}

struct last_ticks_tag;
/// This thread's last reading in a short loop.
[[nodiscard]] inline std::uint64_t& last_ticks() noexcept {
  return atomic::thread_word<last_ticks_tag, std::uint64_t>::get();
}

/// What this thread's loops have missed, in a burst of them, because everybody who could have helped was asleep. Each alone is
/// too short for a wake-up; when all together would have paid for one, the next of them wakes somebody.
class missed_help {
 public:
  [[nodiscard]] static missed_help& mine() noexcept { return atomic::thread_word<missed_help, missed_help>::get(); }

  /// A loop that needs `rest` more ticks could save `gain` of them, if somebody were awake. True: wake somebody now.
  [[nodiscard]] bool is_worth_waking(std::uint64_t now, double rest, double gain) noexcept {
    if (now > end_ + gap) missed_ = 0;
    end_ = now + static_cast<std::uint64_t>(rest);
    missed_ += gain;
    if (missed_ < price) return false;
    missed_ = 0;
    return true;
  }

 private:
  static constexpr auto gap =
      static_cast<std::uint64_t>(20 * ticks_per_us);  // as long as a helper looks for more before it sleeps
  static constexpr double price = 80 * ticks_per_us;  // some two wake-ups

  std::uint64_t end_ = 0;
  double missed_ = 0;
};

}  // namespace weft::inline WEFT_ABI::par::detail
