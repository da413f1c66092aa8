#include <weft/par/join.hpp>

namespace weft::inline WEFT_ABI::par::detail {

bool stack_job::come_back() noexcept {
  while (!done_.is_set()) {
    job* const top = home_->pop();
    if (top == this) return true;
    if (top != nullptr) {
      top->run(*top);
    } else {
      wait_until_set(done_);
    }
  }
  return false;
}

void stack_job::complete(std::exception_ptr error) noexcept {
  error_.construct(std::move(error));
  // Met by the joiner itself, in a wait inside the first half: another job may lie at this position by the time that it asks.
  if (participant::current() == home_) at_ = nowhere;
  thread_record& waiter = home_->thread();
  if (done_.set()) waiter.unpark();
}

void stack_job::rethrow() {
  if (std::exception_ptr error = error_.take()) std::rethrow_exception(std::move(error));
}

}  // namespace weft::inline WEFT_ABI::par::detail
