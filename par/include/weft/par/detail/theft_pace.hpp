// theft_pace: when a thief takes nothing out of deques for a while, so that tiny jobs are left to their owner.
#pragma once

#include <weft/atomic/abi.hpp>
#include <weft/par/detail/ticks.hpp>

#include <algorithm>
#include <cstdint>

namespace weft::inline WEFT_ABI::par::detail {

/// A theft interrupts the victim (its heavy fence does): some 2 µs between the two of them. If what was stolen was over sooner
/// than that, and the owner is at work on its deque, the thief rests before the next theft, twice as long each time. A theft that
/// was worth it, or that disturbed nobody, makes good.
///
/// Threads   the thief. Times are ticks().
class theft_pace {
 public:
  static constexpr auto cost = static_cast<std::uint64_t>(2 * ticks_per_us);
  static constexpr std::uint64_t longest_rest = 32 * cost;

  /// Right after a theft. `disturbs`: the owner moves its deque itself.
  void note_theft(std::uint64_t now, bool disturbs) noexcept {
    stolen_at_ = now;
    disturbs_ = disturbs;
  }
  /// Whether begin_look() has something to find out.
  [[nodiscard]] bool matters() const noexcept { return stolen_at_ != 0 || rest_ != 0; }
  /// Looking for work again.
  void begin_look(std::uint64_t now) noexcept {
    if (stolen_at_ != 0) {
      rest_ = disturbs_ && now - stolen_at_ < cost ? std::clamp(2 * rest_, cost, longest_rest) : 0;
      end_ = now + rest_;
      stolen_at_ = 0;
    }
    is_sparing_ = is_resting(now);
  }
  /// Looking for whatever there is.
  void begin_greedy_look() noexcept { is_sparing_ = false; }

  /// In this look, deques don't count.
  [[nodiscard]] bool is_sparing() const noexcept { return is_sparing_; }
  /// There may be something in a deque that is left there for a moment.
  [[nodiscard]] bool is_resting(std::uint64_t now) const noexcept {
    return rest_ != 0 && is_before(end_, now, longest_rest);
  }

 private:
  std::uint64_t stolen_at_ = 0;  // 0: nothing, or known already how it went
  std::uint64_t rest_ = 0;
  std::uint64_t end_ = 0;
  bool disturbs_ = false;
  bool is_sparing_ = false;
};

}  // namespace weft::inline WEFT_ABI::par::detail
