// latch: one waiter learns, once, that something is done; whoever does it never touches the latch again.
//
// Words    states             moved by
//   state_   unset → asleep   the waiter, before it may sleep
//            unset → set      the setter
//            asleep → set     the setter, who then owes the waiter's thread a wake-up
// Invariants
//   L1  set is final. After the exchange in set() the setter touches neither latch nor job: the waiter may have freed them.
//       Whom to wake it has read before.
// Source  own; rayon's CoreLatch without its fourth state.
#pragma once

#include <weft/atomic/abi.hpp>
#include <weft/atomic/orders.hpp>
#include <weft/atomic/seam.hpp>

#include <cstdint>

namespace weft::inline WEFT_ABI::par::detail {

class latch {
 public:
  [[nodiscard]] bool is_set() const noexcept {
    // order(latch.set): acquire; pairs with set().
    //   carries the job's result.
    return state_.load(acquire) == done;
  }

  /// The waiter announces that it is about to sleep. False: it is done already.
  [[nodiscard]] bool try_sleep() noexcept {
    std::uint32_t seen = unset;
    // relaxed(under latch.set): a waiter that finds it done asks is_set() before it looks at the result.
    if (state_.compare_exchange_strong(seen, asleep, relaxed, relaxed)) return true;
    return seen == asleep;
  }

  /// True: the waiter may be asleep and must be woken, by what the caller has read before (L1).
  [[nodiscard]] bool set() noexcept {
    // order(latch.set): release; pairs with is_set().
    //   carries the job's result.
    //   model: tests/model/par_latch.cpp
    return state_.exchange(done, release) == asleep;
  }

 private:
  static constexpr std::uint32_t unset = 0;
  static constexpr std::uint32_t asleep = 1;
  static constexpr std::uint32_t done = 2;

  atom<std::uint32_t> state_{unset};
};

}  // namespace weft::inline WEFT_ABI::par::detail
