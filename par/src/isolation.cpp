// Isolation: a thread in isolate(f) works in a seat of its own, which holds only jobs that f has made, and while it waits takes
// only jobs out of seats of the same region. Whoever else takes one of them works in such a seat too for as long.
#include <weft/par/blocking.hpp>
#include <weft/par/isolate.hpp>

#include <weft/par/detail/engine.hpp>
#include <weft/par/detail/stack_room.hpp>

#include <new>

namespace weft::inline WEFT_ABI::par::detail {

namespace {
std::uint64_t new_region() noexcept {
  static constinit atom<std::uint64_t> last{0};
  // relaxed(count): a number that nobody else has.
  return last.fetch_add(1, relaxed) + 1;
}
}  // namespace

isolation::isolation() : apart_(make_seat()) {}

participant& isolation::make_seat() {
  registry& pool = participant::current()->owner();
  pool.check_threads();
  participant* const seat = pool.take_isolated_seat(new_region(), false);
  if (seat == nullptr) throw std::bad_alloc();
  return *seat;
}

// ---------------------------------------------------------------------------------------------- seats

void participant::move_to_region(std::uint64_t region) noexcept {
  const bare_lock held(theft_lock_);
  region_ = region;
}

participant* registry::free_isolated_seat() noexcept {
  {
    const bare_lock held(isolated_lock_);
    if (participant* const seat = free_isolated_) {
      free_isolated_ = seat->next_free_;
      return seat;
    }
  }
  participant* const seat = new (std::nothrow) participant(*this, seat_kind::isolated, 0);
  if (seat != nullptr) show_extra_seat(*seat);
  return seat;
}

participant* registry::take_isolated_seat(std::uint64_t region, bool as_guest) noexcept {
  participant* const seat = free_isolated_seat();
  if (seat == nullptr) return nullptr;
  seat->thread_ = &participant::current()->thread();
  seat->counts_as_guest_ = as_guest;
  seat->settle_promises();
  seat->move_to_region(region);
  if (as_guest) rest_.word.add_guest();
  return seat;
}

// What was spawned and not waited for goes on outside of the region.
void registry::leave_isolated_seat(participant& seat) noexcept {
  while (job* const left = seat.pop()) {
    try {
      submit_scoped(*left);
    } catch (const std::bad_alloc&) {
      left->run(*left);
    }
  }
  if (seat.counts_as_guest_) guest_steps_aside();
  const bare_lock held(isolated_lock_);
  seat.next_free_ = free_isolated_;
  free_isolated_ = &seat;
}

// ---------------------------------------------------------------------------------------------- theft

found_job registry::find_isolated_work(work_kind least_kind) noexcept {
  for (participant* victim = newest_extra_seat(); victim != nullptr; victim = victim->next_extra_) {
    if (victim->kind() != seat_kind::isolated || visible_work_of(*victim) < least_kind) continue;
    participant* const seat = take_isolated_seat(0, false);
    if (seat == nullptr) continue;
    bare_lock held(victim->theft_lock_);
    const std::uint64_t region = victim->region_;
    job* const what = steal_from(*victim, least_kind);
    held.unlock();
    if (what == nullptr) {
      leave_isolated_seat(*seat);
      continue;
    }
    seat->move_to_region(region);
    return {what, seat};
  }
  return {};
}

job* registry::find_region_work(const participant& thief) noexcept {
  for (participant* victim = newest_extra_seat(); victim != nullptr; victim = victim->next_extra_) {
    if (victim->kind() != seat_kind::isolated || victim == &thief || visible_work_of(*victim) == work_kind::none) continue;
    const bare_lock held(victim->theft_lock_);
    if (victim->region_ != thief.region_) continue;
    if (job* const what = steal_from(*victim, work_kind::optional)) return what;
  }
  return nullptr;
}

// ---------------------------------------------------------------------------------------------- waiting

job* participant::take_of_region() noexcept {
  if (job* const newest = pop()) return newest;
  settle_promises();
  if (job* const offered = take_offer()) return offered;
  return owner_->find_region_work(*this);
}

bool participant::waits_apart() const noexcept { return region_ != 0 || is_deep(); }

bool participant::has_letters_of(const registry& pool) noexcept {
  const participant* const seat = home();
  return seat != nullptr && &seat->owner() == &pool && !seat->inbox_.is_empty();
}

void participant::open_inbox_of(const registry& pool) noexcept {
  while (has_letters_of(pool)) {
    if (job* const sent = home()->inbox_.take()) sent->run(*sent);
  }
}

void participant::run_down_to(std::uint64_t mark) noexcept {
  while (deque_.is_above(mark)) {
    job* const newest = pop();
    if (newest == nullptr) return;
    newest->run(*newest);
  }
}

// Whoever finds nothing that it may run sleeps to the end, and its pool goes on with a spare: so what it leaves lying is run.
void participant::wait_apart(const wait_condition& until) noexcept {
  const bool deep = is_deep();
  for (unsigned round = 0; round < owner_->looks_before_sleep();) {
    if (until.is_done(until.data)) return;
    job* const what = deep ? nullptr : take_of_region();
    if (what == nullptr) {
      pause(round++);
      continue;
    }
    what->run(*what);
    round = 0;
  }
  const absence away;
  while (!until.is_done(until.data)) {
    if (until.may_sleep(until.data)) thread_->park();
  }
}

}  // namespace weft::inline WEFT_ABI::par::detail
