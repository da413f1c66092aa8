#include <weft/par/detail/sleepers.hpp>

#include <weft/par/detail/participant.hpp>
#include <weft/par/detail/topology.hpp>

#include <cstdint>

#include <utility>

namespace weft::inline WEFT_ABI::par::detail {

void sleepers::lie_down(participant& worker) noexcept {
  const bare_lock held(lock_);
  list(worker);
  word.worker_sleeps();
}

void sleepers::list(participant& worker) noexcept {
  worker.listed_ = true;
  worker.above_ = nullptr;
  worker.below_ = top_;
  if (top_ != nullptr) top_->above_ = &worker;
  top_ = &worker;
}

bool sleepers::get_up(participant& worker) noexcept {
  bool was_woken = false;
  while (is_resting(worker, was_woken)) worker.thread().park();
  return was_woken;
}

// True: on the bench, asleep for nobody. Else it is awake and searching from here on.
bool sleepers::is_resting(participant& worker, bool& was_woken) noexcept {
  const bare_lock held(lock_);
  if (worker.benched_) return true;
  worker.idle_ = false;
  was_woken = !worker.listed_;
  if (was_woken) return false;
  unlink(worker);
  word.worker_wakes();
  return false;
}

void sleepers::unlink(participant& worker) noexcept {
  (worker.above_ == nullptr ? top_ : worker.above_->below_) = worker.below_;
  if (worker.below_ != nullptr) worker.below_->above_ = worker.above_;
  worker.listed_ = false;
}

void sleepers::bench(participant& spare) noexcept {
  spare.benched_ = true;
  spare.idle_ = true;
  spare.below_ = bench_;
  bench_ = &spare;
}

bool sleepers::is_called_for(work_kind reason) const noexcept {
  const sleep_word::view now = word.look();
  switch (reason) {
    case work_kind::none:
      return false;
    case work_kind::optional:
      return now.wants_helper();
    case work_kind::kept:
    case work_kind::promised:
      return now.wants_worker();
  }
  return false;
}

participant& sleepers::best() const noexcept {
  if (near == nullptr) return *top_;
  const std::uint32_t here = current_processor();
  return least_ranked(
      *top_, [](const participant& each) { return each.below_; },
      [&](const participant& each) { return near->wake_rank(here, each.last_processor()); });
}

thread_record& sleepers::rouse(participant& worker) noexcept {
  unlink(worker);
  word.worker_wakes();
  return worker.thread();
}

// The system call comes after the lock: the woken thread's first step may be to take it.
void sleepers::wake_one(work_kind reason) noexcept {
  if (forks.is_orphaned()) return;  // nobody is there, and the lock may be a dead thread's
  thread_record* chosen = nullptr;
  {
    const bare_lock held(lock_);
    if (top_ == nullptr || !is_called_for(reason)) return;
    chosen = &rouse(best());
  }
  chosen->unpark();
}

void sleepers::wake(participant& worker) noexcept {
  thread_record* chosen = nullptr;
  {
    const bare_lock held(lock_);
    if (!worker.listed_) return;
    chosen = &rouse(worker);
  }
  chosen->unpark();
}

void sleepers::wake_all() noexcept {
  for (;;) {
    thread_record* chosen = nullptr;
    {
      const bare_lock held(lock_);
      if (top_ == nullptr) return;
      chosen = &rouse(*top_);
    }
    chosen->unpark();
  }
}

// ---------------------------------------------------------------------------------------------- spares

sleepers::stand_in sleepers::stand_in_for_blocked() noexcept {
  const bare_lock held(lock_);
  if (has_surplus()) {
    // relaxed(owner): changed under the lock only.
    surplus_.fetch_sub(1, relaxed);
    word.remove_guest();
    return {true, nullptr};
  }
  if (bench_ == nullptr) return {false, nullptr};
  participant& spare = *std::exchange(bench_, bench_->below_);
  spare.benched_ = false;
  list(spare);
  word.sleeper_stands_in();
  return {true, &spare};
}

// The one that has come for this worker, if it sleeps, else any other: it may have been another's that nobody needed any more.
participant* sleepers::idle_spare(participant* first_choice) const noexcept {
  const auto is_idle = [](const participant& each) { return each.listed_ && each.idle_; };
  if (first_choice != nullptr && is_idle(*first_choice)) return first_choice;
  for (participant* each = top_; each != nullptr; each = each->below_) {
    if (is_idle(*each)) return each;
  }
  return nullptr;
}

void sleepers::stand_down(participant* substitute) noexcept {
  const bare_lock held(lock_);
  if (participant* const idle = idle_spare(substitute)) {
    unlink(*idle);
    bench(*idle);
    word.sleeper_stands_down();
    return;
  }
  // relaxed(owner): changed under the lock only.
  surplus_.fetch_add(1, relaxed);
  word.add_guest();
}

bool sleepers::may_idle(participant& spare) noexcept {
  const bare_lock held(lock_);
  if (has_surplus()) return false;
  spare.idle_ = true;
  return true;
}

bool sleepers::try_bench(participant& spare) noexcept {
  const bare_lock held(lock_);
  if (!has_surplus()) return false;
  // relaxed(owner): changed under the lock only.
  surplus_.fetch_sub(1, relaxed);
  bench(spare);
  word.remove_guest();
  return true;
}

void sleepers::dismiss() noexcept {
  for (;;) {
    thread_record* chosen = nullptr;
    {
      const bare_lock held(lock_);
      if (bench_ == nullptr) return;
      participant& spare = *std::exchange(bench_, bench_->below_);
      spare.benched_ = false;
      word.guest_wakes();
      chosen = &spare.thread();
    }
    chosen->unpark();
  }
}

}  // namespace weft::inline WEFT_ABI::par::detail
