#include <weft/par/scope.hpp>

namespace weft::inline WEFT_ABI::par {

void scope_handle::submit(detail::job& what) {
  // relaxed(count): the spawner keeps the scope open itself (C1).
  open_.fetch_add(1, relaxed);
  try {
    pool_.submit_scoped(what);
  } catch (...) {
    // relaxed(count): not the last one, as above.
    open_.fetch_sub(1, relaxed);
    throw;
  }
}

void scope_handle::fail(std::exception_ptr error) noexcept {
  // relaxed(under scope.open): error_ is read after everybody's step down.
  if (!failed_.exchange(true, relaxed)) {
    error_.write() = std::move(error);
  } else {
    detail::note_dropped_exception();
  }
}

void scope_handle::finish_one() noexcept {
  detail::thread_record& waiter = waiter_;
  // order(scope.open): acq_rel; pairs with itself in finish_one() and with close().
  //   carries what the tasks did, and error_, to the last one, whose latch carries it to the owner.
  if (open_.fetch_sub(1, acq_rel) != 1) return;
  if (done_.set()) waiter.unpark();
}

void scope_handle::close() {
  // order(scope.open): acquire; pairs with finish_one().
  //   nobody reads what the body did through this step.
  if (open_.fetch_sub(1, acquire) != 1) detail::wait_until_set(done_);
  if (detail::participant* const here = detail::participant::current()) here->settle_promises();
  if (error_.read() != nullptr) std::rethrow_exception(std::exchange(error_.write(), nullptr));
}

}  // namespace weft::inline WEFT_ABI::par
