// Where a pool's work goes and where it is found: submitted, stolen, seen.
#include <weft/par/detail/processors.hpp>
#include <weft/par/detail/registry.hpp>
#include <weft/par/detail/topology.hpp>
#include <weft/par/detail/watch.hpp>

#include <new>

namespace weft::inline WEFT_ABI::par::detail {

void registry::submit(job& what) {
  check_threads();
  participant* const home = participant::home();
  if (home != nullptr && home->owner_ == this && home->queue_.try_push(&what)) {
    notify_promised();
    return;
  }
  inject(what);
}

void registry::submit_woken(job& what) {
  participant* const home = participant::home();
  if (home == nullptr || home->owner_ != this || !home->try_keep_next(what)) return submit(what);
  notify_promised();
}

void registry::submit_scoped(job& what) {
  check_threads();
  participant* const here = participant::current();
  if (here != nullptr && here->owner_ == this && here->try_push_promised(what)) return;
  inject(what);
}

// Held, because the job may run, and its owner destroy the pool, before this thread has looked at the word (R3).
void registry::inject(job& what) {
  hold();
  try {
    injector_->push(&what);
  } catch (...) {
    release();
    throw;
  }
  notify_promised();
  release();
}

job* registry::take_injected(participant& thief) noexcept {
  while (!injector_->is_empty()) {
    deque::stolen<job*> got = deque::stolen<job*>::empty();
    try {
      got = thief.is_staff() ? injector_->steal_batch_and_pop(thief.queue_) : injector_->steal();
    } catch (const std::bad_alloc&) {
      got = injector_->steal();
    }
    if (got) {
      thief.note(happening::injected);
      return *got;
    }
    if (got.is_empty()) return nullptr;
    cpu_relax();
  }
  return nullptr;
}

job* registry::steal_from(participant& victim, work_kind least_kind) noexcept {
  if (least_kind == work_kind::optional) {
    if (job* const offered = victim.take_offer()) return offered;
  }
  if (const auto got = victim.deque_.steal()) return *got;
  if (const auto got = victim.queue_.steal()) return *got;
  return victim.take_next();
}

participant* registry::seat_at(std::size_t i) const noexcept {
  if (i < workers_.size()) return &workers_[i]->seat;
  // order(par.seats): acquire; pairs with make_seat().
  return seats_[i - workers_.size()].load(acquire);
}

// From a random start, so that thieves at equal distances spread out.
participant* registry::nearest_victim(participant& thief, work_kind least_kind) const noexcept {
  // relaxed(hint): a guest that is missed here is seen before this thread sleeps.
  const std::size_t all = workers_.size() + seats_made_.load(relaxed);
  const auto start = static_cast<std::size_t>(thief.next_random() % all);
  const std::uint32_t here = near_ == nullptr ? 0 : current_processor();
  thief.seen_on(here);
  const std::size_t chosen = nearest_of(
      all, start,
      [&](std::size_t i) {
        const participant* const victim = seat_at(i);
        return victim != nullptr && victim != &thief && stealable_work_of(thief, *victim) >= least_kind;
      },
      [&](std::size_t i) { return near_ == nullptr ? nearness::core : near_->between(here, seat_at(i)->last_processor()); });
  return chosen == all ? nullptr : seat_at(chosen);
}

job* registry::find_work(participant& thief, work_kind least_kind) noexcept {
  if (job* const sent = thief.inbox_.take()) return sent;
  if (job* const injected = take_injected(thief)) return injected;
  participant* victim = nearest_victim(thief, least_kind);
  if (victim == nullptr) victim = extra_victim(thief, least_kind);
  job* const stolen = victim == nullptr ? nullptr : steal_from(*victim, least_kind);
  if (stolen != nullptr) thief.note_theft(*victim);
  if (thief.watch_ != nullptr) [[unlikely]]
    note_search(thief, stolen == nullptr ? nullptr : victim);
  return stolen;
}

work_kind registry::visible_work_of(const participant& seat, bool is_deque_spared) noexcept {
  if (!seat.queue_.is_empty()) return work_kind::promised;
  const bool has_deque = !is_deque_spared && !seat.deque_.is_empty();
  // relaxed(under par.sleep): the callers that must not miss it have a fence before.
  if (has_deque && seat.promised_.load(relaxed)) return work_kind::promised;
  if (seat.has_next()) return work_kind::kept;
  return has_deque || seat.has_offer() ? work_kind::optional : work_kind::none;
}

work_kind registry::stealable_work_of(participant& thief, const participant& victim) noexcept {
  const bool spares = thief.pace_.is_sparing();
  const work_kind seen = visible_work_of(victim, spares);
  if (seen != work_kind::kept) return seen;
  if (thief.sees_left_lying(victim)) return work_kind::promised;
  return victim.has_offer() || (!spares && !victim.deque_.is_empty()) ? work_kind::optional : work_kind::none;
}

work_kind registry::visible_work() const noexcept {
  if (!injector_->is_empty()) return work_kind::promised;
  work_kind most = work_kind::none;
  each_seat([&](const participant& seat) {
    const work_kind here = visible_work_of(seat);
    if (here > most) most = here;
  });
  return most;
}

void registry::look_around(sleep_word::view after) noexcept {
  if (after.searching() != 0 || after.workers_asleep() == 0) return;
  // order(par.sleep): seq_cst fence; twin in notify_promised() and notify_offered(); pairs with notify_promised().
  //   forbids: this thread sees no work AND the pusher of a promised or offered job still sees it searching.
  //   weaker: the pusher leaves its job to a searcher that has stopped looking.
  //   model: tests/model/par_wake.cpp
  fence(seq_cst);
  if (const work_kind left = visible_work(); left != work_kind::none) rest_.wake_one(left);
}

// ---------------------------------------------------------------------------------------------- bursts

void registry::expect_more_work(std::uint64_t now) noexcept {
  const std::uint64_t until = now + longest_pause;
  // relaxed(hint): it decides when a thread goes to sleep, not whether one is woken. Nearly the same is as good, and costs no line.
  if (looks_before_sleep_ > 1 && until - more_work_until_.load(relaxed) > longest_pause / 8)
    more_work_until_.store(until, relaxed);
}

bool registry::expects_more_work(std::uint64_t now) const noexcept {
  // relaxed(hint): as above.
  return is_before(more_work_until_.load(relaxed), now, longest_pause);
}

}  // namespace weft::inline WEFT_ABI::par::detail
