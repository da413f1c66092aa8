#include <weft/par/detail/sleepers.hpp>

#include <weft/par/detail/participant.hpp>

namespace weft::inline WEFT_ABI::par::detail {

void sleepers::lie_down(participant& worker) noexcept {
  const bare_lock held(lock_);
  worker.listed_ = true;
  worker.above_ = nullptr;
  worker.below_ = top_;
  if (top_ != nullptr) top_->above_ = &worker;
  top_ = &worker;
  word.worker_sleeps();
}

bool sleepers::get_up(participant& worker) noexcept {
  const bare_lock held(lock_);
  if (!worker.listed_) return true;
  unlink(worker);
  word.worker_wakes();
  return false;
}

void sleepers::unlink(participant& worker) noexcept {
  (worker.above_ == nullptr ? top_ : worker.above_->below_) = worker.below_;
  if (worker.below_ != nullptr) worker.below_->above_ = worker.above_;
  worker.listed_ = false;
}

bool sleepers::is_called_for(work_kind reason) const noexcept {
  const sleep_word::view now = word.look();
  switch (reason) {
    case work_kind::none:
      return false;
    case work_kind::optional:
      return now.wants_helper();
    case work_kind::promised:
      return now.wants_worker();
  }
  return false;
}

thread_record& sleepers::rouse_top() noexcept {
  participant& worker = *top_;
  unlink(worker);
  word.worker_wakes();
  return worker.thread();
}

// The system call comes after the lock: the woken thread's first step may be to take it.
void sleepers::wake_one(work_kind reason) noexcept {
  thread_record* chosen = nullptr;
  {
    const bare_lock held(lock_);
    if (top_ == nullptr || !is_called_for(reason)) return;
    chosen = &rouse_top();
  }
  chosen->unpark();
}

void sleepers::wake_all() noexcept {
  for (;;) {
    thread_record* chosen = nullptr;
    {
      const bare_lock held(lock_);
      if (top_ == nullptr) return;
      chosen = &rouse_top();
    }
    chosen->unpark();
  }
}

}  // namespace weft::inline WEFT_ABI::par::detail
