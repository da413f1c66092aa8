// backoff: how a thread that has to try again waits without hurting the one that it waits for.
#pragma once

#include <weft/atomic/abi.hpp>
#include <weft/atomic/seam.hpp>

namespace weft::inline WEFT_ABI::atomic {

/// Exponential pauses: spin() after losing a race, snooze() while another thread has to act first.
///
/// Threads   one; make a new one for each operation that may have to retry.
/// Cost      the n-th call pauses 2^n times, at most 64 (a pause: 25 ns on x86-64); snooze() yields the core from the 7th call on.
///
///     weft::backoff patience;
///     weft::atom<int> word{1};
///     while (word.load(weft::acquire) == 0 && !patience.is_completed()) patience.snooze();
class backoff {
 public:
  /// After a lost compare-exchange: others made progress, so the next try is soon.
  void spin() noexcept {
    pause(step_ < spin_limit ? step_ : spin_limit);
    if (step_ <= spin_limit) ++step_;
  }

  /// While another thread must finish something first: pauses, later gives up the time slice.
  void snooze() noexcept {
    if (step_ <= spin_limit) {
      pause(step_);
    } else {
      yield_thread();
    }
    if (step_ <= yield_limit) ++step_;
  }

  /// True once it is wiser to block than to snooze on.
  [[nodiscard]] bool is_completed() const noexcept { return step_ > yield_limit; }

  /// Starts again with short pauses.
  void reset() noexcept { step_ = first_step; }

 private:
#ifdef WEFT_MODEL
  // One pause tells the checker all it needs: this thread waits for another. And whoever would block after a while blocks
  // at once: the checker lets a pause last until there is something new to see, so it must not stand before the blocking.
  static constexpr unsigned spin_limit = 0;
  static constexpr unsigned yield_limit = 0;
  static constexpr unsigned first_step = 1;
#else
  static constexpr unsigned spin_limit = 6;
  static constexpr unsigned yield_limit = 10;
  static constexpr unsigned first_step = 0;
#endif

  static void pause(unsigned exponent) noexcept {
    for (unsigned n = 1u << exponent; n > 0; --n) cpu_relax();
  }

  unsigned step_ = first_step;
};

}  // namespace weft::inline WEFT_ABI::atomic

namespace weft::inline WEFT_ABI {
using atomic::backoff;
}  // namespace weft::inline WEFT_ABI
