// atomic_waker: the place where one consumer leaves its waker and any number of producers find it.
//
// Words        bits                                                   moved by
//   state_     has          cell_ holds a waker                       registrar sets; registrar or taker clears
//              registering  the registrar has cell_                   registrar
//              waking       a wake-up has come; with `has` alone      taker sets; taker or registrar clears
//                           before it, its taker has cell_
// Data         may be touched by
//   cell_      the registrar while registering; else the taker that set waking; else nobody but the destructor
// Invariants
//   A1  A taker that finds `registering` or `waking` leaves its bit and goes: whoever has cell_ sees the bit and wakes in its place.
//   A2  A registrar that finds `waking` wakes the new waker itself: it can't tell whether the wake-up was meant for it.
//   A3  state_ changes by read-modify-writes only: whoever gets hold of cell_ sees all that the takers before it did, also of those
//       that found it busy.
//   A4  Wakers are cloned, woken and dropped only outside the two windows: they are user code.
// Source  the idea is that of futures-rs' AtomicWaker; the `has` bit and A4 are ours.
#pragma once

#include <weft/atomic/abi.hpp>
#include <weft/atomic/seam.hpp>
#include <weft/atomic/waker.hpp>

#include <cstdint>
#include <utility>

namespace weft::inline WEFT_ABI::atomic {

/// Holds the waker of the one task that waits for something; whoever completes it calls wake().
///
/// The consumer registers first and looks at its condition afterwards; the producer changes the condition first and calls wake()
/// afterwards. Then one of them sees the other.
/// Threads   wake, take: any. register_by_ref: one task at a time; a second one at the same moment is woken instead of registered.
/// Progress  wait-free, except for what the wakers do.
class atomic_waker {
 public:
  atomic_waker() noexcept = default;
  atomic_waker(const atomic_waker&) = delete;
  atomic_waker& operator=(const atomic_waker&) = delete;

  /// Leaves a copy of `who`, in place of an earlier one; wakes it at once if a wake-up comes in the same moment.
  ///
  /// Cost      two read-modify-writes; when `who` is there already no copy, else when another is, four.
  /// Order     what preceded an earlier wake() is visible after register_by_ref(); what precedes a later one, to the woken task.
  void register_by_ref(const waker& who) noexcept {
    // relaxed(hint): only chooses between looking for an equal waker first and copying first; try_open() follows either way.
    if ((state_.load(relaxed) & has) != 0) {
      if (!try_open()) return who.wake_by_ref();
      const bool same = cell_.read().will_wake(who);
      close();
      if (same) return;
    }
    waker fresh(who);
    if (!try_open()) return std::move(fresh).wake();
    std::swap(cell_.write(), fresh);
    close();
    // fresh, now the waker of before, dies here: after the window.
  }

  /// Takes the waker out and wakes it. Without one: remembered by nobody, so the consumer must look after it has registered.
  void wake() noexcept { take().wake(); }

  /// Takes the waker out, to wake it later or never. Empty if there is none, or if somebody else is waking it right now.
  ///
  /// Cost      without a waker one read-modify-write, else two.
  [[nodiscard]] waker take() noexcept {
    if (is_idle()) return {};
    // order(atomic_waker.state): acq_rel; pairs with take(), try_open(), close().
    //   release: what the producer did reaches whoever wakes in its place; acquire: the waker in cell_.
    //   weaker: the woken task looks, sees the old condition and sleeps for good.
    //   model: tests/model/atomic_waker_register.cpp
    const std::uint32_t before = state_.fetch_or(waking, acq_rel);
    if ((before & (registering | waking)) != 0) return {};  // A1
    waker found;
    if (before == has) std::swap(found, cell_.write());
    // order(atomic_waker.state): acq_rel; pairs with take(), try_open(), close().
    //   release: cell_ is empty again; acquire: what takers did that came meanwhile and left it to us.
    state_.fetch_and(~(waking | has), acq_rel);
    return found;
  }

 private:
  static constexpr std::uint32_t has = 1;
  static constexpr std::uint32_t registering = 2;
  static constexpr std::uint32_t waking = 4;

  /// True if there is neither waker nor registrar; then a later register_by_ref() sees what the caller did.
  bool is_idle() noexcept {
    std::uint32_t seen = 0;
    // order(atomic_waker.state): release; called by take(); pairs with try_open().
    //   A read alone isn't enough: the registrar would open the window without having seen the producer's change.
    return state_.compare_exchange_strong(seen, 0, release, relaxed);
  }

  /// Opens the registrar's window, in which it has cell_. False: a wake-up (or another registrar) is at work.
  bool try_open() noexcept {
    // relaxed(hint): the compare-exchange below checks it; and whoever is refused wakes its task, which registers again.
    std::uint32_t seen = state_.load(relaxed);
    while ((seen & (registering | waking)) == 0) {
      // order(atomic_waker.state): acquire; pairs with take(), is_idle(), close().
      //   cell_ as it was left, and what the takers did.
      //   model: tests/model/atomic_waker_register.cpp
      if (state_.compare_exchange_weak(seen, seen | registering, acquire, relaxed)) return true;
    }
    return false;
  }

  /// Ends the window; a wake-up that came meanwhile is delivered now (A1).
  void close() noexcept {
    // relaxed(owner): only takers' bits may differ; the compare-exchange says so.
    std::uint32_t seen = state_.load(relaxed) & ~waking;
    // order(atomic_waker.state): release; pairs with take(), try_open(). No taker has come, so there is nothing to acquire.
    //   model: tests/model/atomic_waker_register.cpp
    if (state_.compare_exchange_strong(seen, has, release, relaxed)) return;
    waker found;
    std::swap(found, cell_.write());
    // order(atomic_waker.state): acq_rel; pairs with take(), try_open().
    //   release: cell_ is empty again; acquire: what the takers did in whose place the waker is woken.
    state_.exchange(0, acq_rel);
    std::move(found).wake();
  }

  atom<std::uint32_t> state_{0};
  plain<waker> cell_;
};

}  // namespace weft::inline WEFT_ABI::atomic

namespace weft::inline WEFT_ABI {
using atomic::atomic_waker;
}  // namespace weft::inline WEFT_ABI
