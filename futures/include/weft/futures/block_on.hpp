// block_on(f): from threads into futures: polls f on the calling thread until it is ready.
#pragma once

#include <weft/futures/detail/signal.hpp>
#include <weft/futures/future.hpp>

#include <utility>

namespace weft::inline WEFT_ABI::futures {

/// Polls the future on the calling thread until it is ready, and gives its value. Between polls a worker of a pool does other
/// work of its pool; any other thread sleeps.
///
/// Threads   any.
/// Progress  blocks, as long as the future takes.
/// Order     what a waker's thread did before it woke is visible to the poll that follows.
/// Errors    the future's exception; bad_alloc.
///
///     int seven = weft::block_on(weft::futures::ready(7));
template <future F>
output_t<F> block_on(F f) {
  const detail::signal woken;
  const waker who = woken.make_waker();
  context cx(who);
  for (;;) {
    atomic::poll<output_t<F>> answer = f.poll(cx);
    if (answer.is_ready()) return std::move(answer).take();
    woken.wait();
  }
}

}  // namespace weft::inline WEFT_ABI::futures

namespace weft::inline WEFT_ABI {
using futures::block_on;
}  // namespace weft::inline WEFT_ABI
