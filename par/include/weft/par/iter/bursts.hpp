// What a thread remembers of the loops that it has run, as some are only worth sharing because others follow.
#pragma once

#include <weft/par/detail/registry.hpp>
#include <weft/par/detail/ticks.hpp>

#include <cstdint>

namespace weft::inline WEFT_ABI::par::detail {

struct last_ticks_tag;
/// This thread's last reading in a short loop.
[[nodiscard]] inline std::uint64_t& last_ticks() noexcept {
  return atomic::thread_word<last_ticks_tag, std::uint64_t>::get();
}

/// Loops of one thread that follow each other closely. Whoever helps with one stays up for the next. And what they have missed
/// because everybody was asleep is added up: each alone may be too short for a wake-up; when all together would have paid for
/// one, the next of them wakes somebody.
class burst_of_loops {
 public:
  [[nodiscard]] static burst_of_loops& mine() noexcept { return atomic::thread_word<burst_of_loops, burst_of_loops>::get(); }

  /// A loop begins that may be shared. True: another has gone before, so one more may follow.
  [[nodiscard]] bool begin(std::uint64_t now) noexcept {
    const bool follows = now <= end_ + registry::longest_pause;
    if (!follows) missed_ = 0;
    return follows;
  }
  /// It has ended.
  void end(std::uint64_t now) noexcept { end_ = now; }

  /// A loop could save so many ticks, if somebody were awake. True: wake somebody now.
  [[nodiscard]] bool is_worth_waking(double gain) noexcept {
    missed_ += gain;
    if (missed_ < price) return false;
    missed_ = 0;
    return true;
  }

 private:
  static constexpr double price = 80 * ticks_per_us;  // some two wake-ups

  std::uint64_t end_ = 0;
  double missed_ = 0;
};

}  // namespace weft::inline WEFT_ABI::par::detail
