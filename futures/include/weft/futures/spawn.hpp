// spawn(pool, f): a future or a closure, on a pool; the handle is a future again.
#pragma once

#include <weft/futures/future.hpp>
#include <weft/par/handle.hpp>

#include <utility>

namespace weft::inline WEFT_ABI::futures {

/// Polls the future on the pool, first soon and then whenever it is woken; gives the handle to what it becomes.
///
/// A woken future goes behind the tasks that wait already. A wake during its poll makes it run once more; none is lost.
///
/// Threads   any.
/// Cost      one allocation; a wake of a sleeping future is one compare-and-swap and one push.
/// Errors    bad_alloc: then nothing was spawned and f is destroyed.
template <class Pool, future F>
[[nodiscard]] auto spawn(Pool& pool, F f) -> par::handle<output_t<F>> {
  return pool.spawn(std::move(f));
}

using par::cancelled_error;
using par::deadlock_error;
using par::handle;
using par::spawn;

}  // namespace weft::inline WEFT_ABI::futures
