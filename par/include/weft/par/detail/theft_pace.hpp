// theft_pace: how often a thread may steal from others' deques, so that tiny jobs are left to their owner.
#pragma once

#include <weft/atomic/abi.hpp>
#include <weft/par/detail/ticks.hpp>

#include <algorithm>
#include <cstdint>

namespace weft::inline WEFT_ABI::par::detail {

/// A theft interrupts the victim (its heavy fence does): some 2 µs between the two of them. What is stolen and over sooner
/// than that wasn't worth it, and the thief lets the next one wait, twice as long each time. One that was worth it makes good.
///
/// Threads   the thief. Times are ticks().
class theft_pace {
 public:
  /// Right after a theft.
  void note_theft(std::uint64_t now) noexcept { stolen_at_ = now; }
  /// Looking for work again: whether to steal.
  [[nodiscard]] bool allows_theft(std::uint64_t now) noexcept {
    if (stolen_at_ != 0) {
      rest_ = now - stolen_at_ >= cost ? 0 : std::clamp(2 * rest_, cost, longest_rest);
      until_ = now + rest_;
      stolen_at_ = 0;
    }
    return !is_before_end(now);
  }
  /// There may be something to steal, and it is left lying for a moment.
  [[nodiscard]] bool is_resting(std::uint64_t now) const noexcept { return rest_ != 0 && is_before_end(now); }

  static constexpr auto cost = static_cast<std::uint64_t>(2 * ticks_per_us);
  static constexpr std::uint64_t longest_rest = 32 * cost;

 private:
  // An end further ahead than the longest rest is another processor's clock.
  [[nodiscard]] bool is_before_end(std::uint64_t now) const noexcept { return until_ - now - 1 < longest_rest; }

  std::uint64_t stolen_at_ = 0;  // 0: nothing, or known already how it went
  std::uint64_t rest_ = 0;
  std::uint64_t until_ = 0;
};

}  // namespace weft::inline WEFT_ABI::par::detail
