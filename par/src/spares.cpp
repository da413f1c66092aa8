// Spare threads: each stands in for a worker that blocks, so that a pool of n threads keeps n that can work.
#include <weft/par/blocking.hpp>

#include <new>
#include <system_error>

namespace weft::inline WEFT_ABI::par::detail {

// A spare that is born counts as awake, in place of the worker that blocks; one from the bench sleeps on, until there is work.
registry::loan registry::lend_slot() noexcept {
  const sleepers::stand_in old = rest_.stand_in_for_blocked();
  if (!old.found) {
    participant* const born = start_spare();
    return {.granted = born != nullptr, .stand_in = born};
  }
  // order(par.sleep): heavy fence; twin in notify_optional(), notify_promised() and notify_offered(); pairs with notify_optional().
  //   forbids: this thread sees no work anywhere AND the pusher of a job sees this worker awake, and no sleeper.
  //   weaker: the job lies there and its worker blocks.
  //   model: tests/model/par_blocking.cpp
  fence_heavy();
  if (const work_kind seen = visible_work(); seen != work_kind::none) rest_.wake_one(seen);
  return {.granted = true, .stand_in = old.asleep};
}

participant* registry::start_spare() noexcept {
  const bare_lock held(spares_lock_);
  if (spares_.size() >= most_spares_) return nullptr;
  try {
    auto born = std::make_unique<worker>(*this, workers_.size() + spares_.size(), seat_kind::spare);
    spares_.reserve(spares_.size() + 1);
    participant& seat = born->seat;
    start(*born);
    spares_.push_back(std::move(born));
    return &seat;
  } catch (const std::bad_alloc&) {
  } catch (const std::system_error&) {
  }
  return nullptr;
}

// On the bench until it is called up again.
void registry::sit_out(participant& spare) noexcept {
  // What this spare leaves behind, and the room that it makes, as in lend_slot().
  // order(par.sleep): heavy fence; as in lend_slot(); pairs with notify_optional().
  fence_heavy();
  if (const work_kind left = visible_work(); left != work_kind::none) rest_.wake_one(left);
  rest_.get_up(spare);
  look_around(rest_.word.stop_searching());
}

participant* registry::extra_victim(participant& thief, work_kind least_kind) const noexcept {
  participant* victim = nullptr;
  each_extra_seat([&](participant& seat) {
    if (seat.kind() == seat_kind::spare && &seat != &thief && stealable_work_of(thief, seat) >= least_kind) victim = &seat;
  });
  return victim;
}

void registry::guest_steps_aside() noexcept {
  const sleep_word::view before = rest_.word.remove_guest();
  if (before.room() == 0 && before.searching() == 0) rest_.wake_one(visible_work());
}

// ---------------------------------------------------------------------------------------------- who blocks

namespace {
struct absent_tag {};
bool& is_absent() noexcept { return atomic::thread_word<absent_tag, bool>::get(); }
}  // namespace

absence::absence() noexcept {
  if (is_absent()) return;
  participant* const home = participant::home();
  participant* const here = participant::current();
  if (home != nullptr && !home->owner().is_orphaned()) {
    worker_ = home;
    loan_ = home->owner().lend_slot();
  }
  if (here != nullptr && !here->owner().is_orphaned() && (home == nullptr || &home->owner() != &here->owner())) {
    guest_ = here;
    here->owner().guest_steps_aside();
  }
  is_absent() = worker_ != nullptr || guest_ != nullptr;
}

absence::~absence() {
  if (worker_ == nullptr && guest_ == nullptr) return;
  is_absent() = false;
  if (guest_ != nullptr) guest_->owner().guest_is_back();
  if (worker_ != nullptr && !worker_->owner().is_orphaned()) worker_->owner().return_slot(loan_);
}

}  // namespace weft::inline WEFT_ABI::par::detail
