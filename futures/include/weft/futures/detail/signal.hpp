// A waker for a thread that waits in block_on: remembers one wake, and brings the thread out of wait_until().
#pragma once

#include <weft/atomic/waker.hpp>

namespace weft::inline WEFT_ABI::futures::detail {

class signal_block;

/// The waiting thread's end. Wakers may outlive it.
class signal {
 public:
  signal();
  ~signal();
  signal(const signal&) = delete;
  signal& operator=(const signal&) = delete;

  [[nodiscard]] waker make_waker() const noexcept;
  /// Until somebody has woken since the last wait; helps on a pool's worker. For the thread that made the signal.
  void wait() const;

 private:
  signal_block* block_;
};

}  // namespace weft::inline WEFT_ABI::futures::detail
