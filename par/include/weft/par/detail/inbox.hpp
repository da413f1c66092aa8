// inbox: the jobs that one worker alone may run, in the order in which they were sent.
//
// Words      states                          moved by
//   newest_  null → a letter → … → null      senders put theirs on top; the owner takes all of them at once
// Data           may be touched by
//   letter.next  its sender until the letter is in; the owner afterwards
//   oldest_      the owner
// Invariants
//   N1  A letter is in one inbox, once. Whoever takes it out, the owner, runs it.
//   N2  What hangs on oldest_ came before all that hangs on newest_.
// Source  Treiber's stack, taken whole and turned round; no pop, so no ABA.
#pragma once

#include <weft/atomic/abi.hpp>
#include <weft/atomic/orders.hpp>
#include <weft/atomic/seam.hpp>
#include <weft/par/detail/job.hpp>

#include <utility>

namespace weft::inline WEFT_ABI::par::detail {

/// A job that is addressed to one worker.
struct letter : job {
  explicit letter(job::entry* how) noexcept : job{how} {}
  plain<letter*> next{nullptr};
};

class inbox {
 public:
  /// Any thread.
  void put(letter& what) noexcept {
    // relaxed(hint): the CAS checks it.
    letter* below = newest_.load(relaxed);
    do {
      what.next.write() = below;
      // order(inbox.newest): release; pairs with fetch().
      //   carries the letter and its place.
      //   model: tests/model/par_broadcast.cpp
    } while (!newest_.compare_exchange_weak(below, &what, release, relaxed));
  }

  /// The oldest letter, or null. For the owner.
  [[nodiscard]] letter* take() noexcept {
    if (oldest_ == nullptr) fetch();
    letter* const first = oldest_;
    if (first != nullptr) oldest_ = first->next.read();
    return first;
  }

  /// For the owner. Who must not miss a letter has got the sleepers' lock since it was put (see registry::send()).
  [[nodiscard]] bool is_empty() const noexcept {
    // relaxed(under inbox.newest): a lock, as said above; take() carries the letter.
    return oldest_ == nullptr && newest_.load(relaxed) == nullptr;
  }

 private:
  void fetch() noexcept {
    // relaxed(hint): the exchange decides.
    if (newest_.load(relaxed) == nullptr) return;
    // order(inbox.newest): acquire; pairs with put().
    letter* each = newest_.exchange(nullptr, acquire);
    while (each != nullptr) {
      letter* const below = each->next.read();
      each->next.write() = std::exchange(oldest_, each);
      each = below;
    }
  }

  atom<letter*> newest_{nullptr};
  letter* oldest_ = nullptr;
};

}  // namespace weft::inline WEFT_ABI::par::detail
