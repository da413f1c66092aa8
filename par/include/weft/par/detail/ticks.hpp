// A clock for pacing: cheap, coarse in scale, never the base of a result.
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

/// Whether `now` lies before `end`. An end further ahead than `longest` is another processor's clock: then no.
[[nodiscard]] inline bool is_before(std::uint64_t end, std::uint64_t now, std::uint64_t longest) noexcept {
  return end - now - 1 < longest;
}

}  // namespace weft::inline WEFT_ABI::par::detail
