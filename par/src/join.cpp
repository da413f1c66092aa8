#include <weft/par/join.hpp>

namespace weft::inline WEFT_ABI::par::detail {

bool stack_job::come_back(job* top) noexcept {
  for (; top != nullptr; top = home_->pop()) {
    if (top == this) return true;
    home_->run(*top);
    if (done_.is_set()) return false;
  }
  wait_until_set(done_);
  return false;
}

void stack_job::complete(std::exception_ptr error) noexcept {
  error_.construct(std::move(error));
  thread_record& waiter = home_->thread();
  if (done_.set()) waiter.unpark();
}

void stack_job::rethrow() {
  if (std::exception_ptr error = error_.take()) std::rethrow_exception(std::move(error));
}

}  // namespace weft::inline WEFT_ABI::par::detail
