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

void sleepers::get_up(participant& worker) noexcept {
  const bare_lock held(lock_);
  if (!worker.listed_) return;
  unlink(worker);
  word.worker_wakes();
}

void sleepers::unlink(participant& worker) noexcept {
  (worker.above_ == nullptr ? top_ : worker.above_->below_) = worker.below_;
  if (worker.below_ != nullptr) worker.below_->above_ = worker.above_;
  worker.listed_ = false;
}

void sleepers::wake_one(work_kind reason) noexcept {
  thread_record* chosen = nullptr;
  {
    const bare_lock held(lock_);
    const sleep_word::view now = word.look();
    const bool called_for = reason == work_kind::promised ? now.wants_worker() : now.wants_helper();
    if (!called_for || top_ == nullptr) return;
    participant& worker = *top_;
    unlink(worker);
    word.worker_wakes();
    chosen = &worker.thread();
  }
  chosen->unpark();
}

void sleepers::wake_all() noexcept {
  for (;;) {
    thread_record* chosen = nullptr;
    {
      const bare_lock held(lock_);
      if (top_ == nullptr) return;
      participant& worker = *top_;
      unlink(worker);
      word.worker_wakes();
      chosen = &worker.thread();
    }
    chosen->unpark();
  }
}

}  // namespace weft::inline WEFT_ABI::par::detail
