// stop_watch: what the threads of one call with a stop token look at.
//
// Words     states          moved by
//   noticed_  false → true    who leaves something out because of a stop request
// Invariants
//   S1  noticed_ is set before the part that was left out counts as done: so whoever has waited for all parts knows.
#pragma once

#include <weft/atomic/abi.hpp>
#include <weft/atomic/seam.hpp>

#include <stop_token>

namespace weft::inline WEFT_ABI::par::detail {

class stop_watch {
 public:
  explicit stop_watch(const std::stop_token& token) noexcept : token_(token) {}

  /// For who has something left to do. True: it is to be left out.
  [[nodiscard]] bool says_stop() noexcept {
    if (!token_.stop_requested()) return false;
    // relaxed(under latch.set): as the result of the part that is left out; a scope's tasks: under scope.open.
    noticed_.store(true, relaxed);
    return true;
  }
  /// Something was left out, by this thread or one whose part it has waited for.
  [[nodiscard]] bool has_stopped() const noexcept {
    // relaxed(under latch.set): as above.
    return noticed_.load(relaxed);
  }

 private:
  const std::stop_token& token_;
  atom<bool> noticed_{false};
};

}  // namespace weft::inline WEFT_ABI::par::detail
