// pin(): the calling thread's guard in the default collector, the one that most code shares.
#pragma once

#include <weft/atomic/abi.hpp>
#include <weft/atomic/seam.hpp>
#include <weft/epoch/collector.hpp>
#include <weft/epoch/guard.hpp>

namespace weft::inline WEFT_ABI::epoch {

namespace detail {
struct default_record_tag;
/// The calling thread's record in the default collector; null before its first pin and after its thread_local objects have
/// died.
using default_record = atomic::thread_word<default_record_tag, record*>;
/// Registers the thread; or, when its thread_local objects have died already, gives a pinned record for one guard.
record& default_record_slow();
}  // namespace detail

/// Pins the calling thread in the default collector.
///
/// Works everywhere: also in destructors of thread_local and static objects, where it costs a registration each time.
/// Threads   any.
/// Cost      with the guard's end 1 ns; 0.3 ns under another guard; the first time in a thread 100 ns.
/// Errors    bad_alloc the first time in a thread.
inline guard pin() {
  detail::record* mine = detail::default_record::get();
  if (mine == nullptr) [[unlikely]]
    mine = &detail::default_record_slow();
  return guard(*mine);
}

/// Whether the calling thread is pinned in the default collector.
[[nodiscard]] inline bool is_pinned() noexcept {
  const detail::record* const mine = detail::default_record::get();
  return mine != nullptr && mine->is_pinned();
}

/// The collector of pin(). It lives as long as the process: what is still deferred at its end doesn't run.
[[nodiscard]] collector default_collector();

#ifdef WEFT_MODEL
/// In a model the default collector lives as long as this object: make one first thing in the body, join every thread before
/// its end.
class model_default_collector {
 public:
  model_default_collector();
  model_default_collector(const model_default_collector&) = delete;
  model_default_collector& operator=(const model_default_collector&) = delete;
  ~model_default_collector();
};
#endif

}  // namespace weft::inline WEFT_ABI::epoch
