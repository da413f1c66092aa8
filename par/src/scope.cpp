#include <weft/par/scope.hpp>
#include <weft/par/scope_fifo.hpp>

#include <weft/par/cancelled_error.hpp>
#include <weft/par/detail/stack_room.hpp>

#include <new>

namespace weft::inline WEFT_ABI::par::detail {

void scope_core::add(std::size_t count) noexcept {
  // relaxed(count): the spawner keeps the scope open itself (C1).
  open_.fetch_add(count, relaxed);
}

void scope_core::take_back(std::size_t count) noexcept {
  // relaxed(count): not the last ones, as in add().
  open_.fetch_sub(count, relaxed);
}

void scope_core::fail(std::exception_ptr error) noexcept {
  // relaxed(under scope.open): error_ is read after everybody's step down.
  if (failed_.exchange(true, relaxed)) {
    pool_.count_dropped();
  } else {
    error_.write() = std::move(error);
  }
}

void scope_core::finish_one() noexcept {
  thread_record& waiter = waiter_;
  // order(scope.open): acq_rel; pairs with itself in finish_one() and with close().
  //   carries what the tasks did, and error_, to the last one, whose latch carries it to the owner.
  if (open_.fetch_sub(1, acq_rel) != 1) return;
  if (done_.set()) waiter.unpark();
}

void scope_core::note_letters() noexcept {
  // relaxed(under parker.token): the token that comes next carries it to the owner's next look.
  has_letters_.store(true, relaxed);
  waiter_.unpark();
}

void scope_core::wait_for_tasks() {
  participant* const here = participant::current();
  if (here != nullptr && here->waits_apart()) return wait_apart(*here);
  wait_until_set(done_);
}

// Deep down its stack a thread runs nothing but this scope's own tasks. And who waits apart opens no inbox; but what this scope has
// sent to this very worker, nobody else may run, nor may it overtake what was sent before.
void scope_core::wait_apart(participant& here) {
  if (is_deep()) here.run_down_to(mark_);
  while (!done_.is_set()) {
    if (has_letters_here()) participant::open_inbox_of(pool_);
    wait_here({.is_done = [](void* data) noexcept -> bool {
                 const auto& me = *static_cast<const scope_core*>(data);
                 return me.done_.is_set() || me.has_letters_here();
               },
               .may_sleep = [](void* data) noexcept -> bool { return static_cast<scope_core*>(data)->done_.try_sleep(); },
               .data = this});
  }
}

bool scope_core::has_letters_here() const noexcept {
  // relaxed(under parker.token): see note_letters().
  return has_letters_.load(relaxed) && participant::has_letters_of(pool_);
}

void scope_core::close() {
  // order(scope.open): acquire; pairs with finish_one().
  //   nobody reads what the body did through this step.
  if (open_.fetch_sub(1, acquire) != 1) wait_for_tasks();
  if (participant* const here = participant::current()) here->settle_promises();
  if (error_.read() != nullptr) std::rethrow_exception(std::exchange(error_.write(), nullptr));
  if (terms_.stop != nullptr && terms_.stop->has_stopped()) throw_cancelled();
}

void fifo_line::submit(registry& pool, job& what) {
  line_.push(&what);
  try {
    pool.submit_scoped(*this);
  } catch (const std::bad_alloc&) {
    run_oldest(*this);  // what is in the line can't be taken out again, so the ticket is drawn at once
  }
}

void fifo_line::run_oldest(job& self) noexcept {
  auto& line = static_cast<fifo_line&>(self).line_;
  for (;;) {
    const auto oldest = line.steal();
    if (oldest) return (*oldest)->run(**oldest);
    cpu_relax();
  }
}

}  // namespace weft::inline WEFT_ABI::par::detail
