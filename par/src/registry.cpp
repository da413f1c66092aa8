#include <weft/par/detail/registry.hpp>

#include <weft/atomic/assert.hpp>
#include <weft/par/detail/engine.hpp>
#include <weft/par/detail/processors.hpp>
#include <weft/par/detail/watch.hpp>

#include <bit>
#include <cstdio>
#include <stdexcept>
#include <string>
#include <system_error>

namespace weft::inline WEFT_ABI::par::detail {

// ---------------------------------------------------------------------------------------------- birth and death

registry::registry(const pool_options& options)
    : watching_(options.statistics, options.timeline_events),
      name_(options.name),
      on_start_(options.on_start),
      on_exit_(options.on_exit),
      on_exception_(options.on_exception) {
  const std::size_t wanted = options.threads == 0 ? default_threads() : options.threads;
  if (wanted > sleep_word::most_workers) {
    throw std::length_error("weft: a pool has at most 32768 threads, not " + std::to_string(wanted));
  }
  // Two threads have nothing to choose from; and reading the machine takes some milliseconds.
  if (wanted > 2) near_ = &topology::machine();
  workers_.reserve(wanted);
  for (std::size_t i = 0; i < wanted; ++i) {
    workers_.push_back(std::make_unique<worker>(*this, i));
    workers_.back()->seat.watch_ = watching_.make();
  }
  start_workers(options, wanted);
}

void registry::start_workers(const pool_options& options, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    worker& born = *workers_[i];
    rest_.word.add_worker();
    hold();
    try {
      born.thread = atomic::thread({.name = options.name + "-" + std::to_string(i), .stack_size = options.stack_size},
                                   [this, &born] { work(born); });
    } catch (...) {
      release();
      rest_.word.remove_worker();
      if (i == 0) throw;  // not even one: nothing has been started
      return;
    }
    // relaxed(count): read by num_threads() only.
    started_.store(i + 1, relaxed);
  }
}

// A worker holds the pool but while it sleeps here, at the bottom of its stack, with nothing in sight.
void registry::work(worker& self) noexcept {
  participant& seat = self.seat;
  seat.thread_ = &self.record.claim();
  participant::set_home(&seat);
  participant::current_word() = &seat;
  seat.note(happening::visit_begin);
  if (on_start_) on_start_(seat.index());
  struct shift {
    registry& pool;
    bool holds;
  } mine{*this, true};  // start_workers() has taken it
  const auto is_over = [](void* data) noexcept -> bool {
    auto& [pool, holds] = *static_cast<shift*>(data);
    // relaxed(hint): stop() wakes everybody after it, by the sleepers' lock; what it has seen is over.
    if (pool.stopping_.load(relaxed) && pool.visible_work() == work_kind::none) return true;
    if (!std::exchange(holds, true)) pool.hold();
    return false;
  };
  const auto may_sleep = [](void* data) noexcept -> bool {
    auto& [pool, holds] = *static_cast<shift*>(data);
    // relaxed(hint): as in is_over().
    if (pool.stopping_.load(relaxed)) return false;
    if (std::exchange(holds, false)) pool.release();
    return true;
  };
  look_around(rest_.word.stop_searching());  // as which start_workers() has announced it
  // Tired: a new pool has no work yet.
  seat.wait({.is_done = is_over, .may_sleep = may_sleep, .data = &mine}, true);
  seat.note(happening::visit_end);
  if (on_exit_) on_exit_(seat.index());
  participant::current_word() = nullptr;
  participant::set_home(nullptr);
}

registry::~registry() { stop(); }

void registry::stop() noexcept {
  WEFT_ASSERT(
      seat_guard::find(*this) == nullptr,
      "a thread_pool was destroyed from inside itself, by a worker or within install(), join() or scope(): it would wait "
      "for its own caller; destroy it elsewhere");
  stopper_.write() = &stopper_record_.claim();
  release();
  wait_until([this] { return is_quiet(); });
  // relaxed(hint): as in work().
  stopping_.store(true, relaxed);
  rest_.wake_all();
  for (const auto& each : workers_) {
    if (each->thread.joinable()) each->thread.join();
  }
  each_seat([](participant& seat) {
    if (seat.kind() == seat_kind::guest) delete &seat;
  });
}

bool registry::is_quiet() const noexcept {
  // order(par.holds): acquire; pairs with release().
  //   carries what holders did to the pool: the jobs that they left, and everything for the destructor.
  const std::uint64_t before = holds_.load(acquire);
  if ((before & holds_now) != 0 || visible_work() != work_kind::none) return false;
  // relaxed(under par.holds): a hold that was taken before a job went out of sight is seen, as that job's end is carried.
  return holds_.load(relaxed) == before;
}

void registry::release() noexcept {
  // order(par.holds): acquire; pairs with release().
  //   carries stopper_ to who finds itself the last: the pool's own hold has gone before.
  std::uint64_t before = holds_.load(acquire);
  for (;;) {
    // Whom to wake is read while the pool is sure to be there.
    thread_record* const stopper = (before & holds_now) == 1 ? stopper_.read() : nullptr;
    // order(par.holds): release, and acquire on failure; pairs with is_quiet() and release().
    if (!holds_.compare_exchange_weak(before, before - 1, atomic::release, acquire)) continue;
    if (stopper != nullptr) stopper->unpark();
    return;
  }
}

registry& registry::global() {
  static registry* const pool = new registry(pool_options{});
  return *pool;
}

void registry::unhandled(std::exception_ptr what) const noexcept {
  if (on_exception_) return on_exception_(std::move(what));
  std::fputs("weft: a detached task has thrown, and its pool has no pool_options::on_exception to take the exception\n",
             stderr);
  std::rethrow_exception(std::move(what));  // out of noexcept: std::terminate, with the exception at hand for its handler
}

// ---------------------------------------------------------------------------------------------- guests

participant* registry::take_seat() {
  thread_record& me = thread_record::mine();
  // relaxed(hint): the CAS checks it.
  std::uint64_t free = free_seats_.load(relaxed);
  while (free != 0) {
    // order(par.seat): acquire; pairs with leave_seat().
    //   carries the seat as its last guest left it.
    if (!free_seats_.compare_exchange_weak(free, free & (free - 1), acquire, relaxed)) continue;
    const auto index = static_cast<std::size_t>(std::countr_zero(free));
    // relaxed(owner): a seat is made once, by who holds its bit.
    participant* seat = seats_[index].load(relaxed);
    if (seat == nullptr) seat = make_seat(index);
    if (seat == nullptr) {
      // relaxed(under par.seat): nothing was done with the seat.
      free_seats_.fetch_or(std::uint64_t{1} << index, relaxed);
      break;
    }
    seat->thread_ = &me;
    seat->settle_promises();
    // relaxed(hint): thieves only look for somebody near.
    if (near_ != nullptr) seat->processor_.store(current_processor(), relaxed);
    rest_.word.add_guest();
    seat->note(happening::visit_begin);
    return seat;
  }
  participant* const alone = new participant(*this, seat_kind::serial, guest_seats);
  alone->thread_ = &me;
  rest_.word.add_guest();
  return alone;
}

participant* registry::make_seat(std::size_t index) noexcept {
  participant* const seat = new (std::nothrow) participant(*this, seat_kind::guest, index);
  if (seat == nullptr) return nullptr;
  seat->watch_ = watching_.try_make();
  // order(par.seats): release; pairs with each_seat().
  //   carries the new participant.
  seats_[index].store(seat, atomic::release);
  // relaxed(hint): read again below by the CAS.
  std::size_t made = seats_made_.load(relaxed);
  // relaxed(under par.sleep): this guest's pushes come later, and who must not miss one looks behind a fence.
  while (made <= index && !seats_made_.compare_exchange_weak(made, index + 1, relaxed, relaxed)) {
  }
  return seat;
}

void registry::leave_seat(participant& seat) noexcept {
  // A core is free now: what others offer in vain until then may be worth a wake-up. A miss costs parallelism, nothing else.
  const sleep_word::view before = rest_.word.remove_guest();
  if (before.room() == 0 && before.searching() == 0) rest_.wake_one(visible_work());
  if (seat.kind() == seat_kind::serial) {
    delete &seat;
    return;
  }
  seat.note(happening::visit_end);
  // order(par.seat): release; pairs with take_seat().
  free_seats_.fetch_or(std::uint64_t{1} << seat.index(), atomic::release);
}

template <class Visit>
void registry::each_seat(Visit visit) const noexcept {
  for (const auto& each : workers_) visit(each->seat);
  // relaxed(under par.sleep): as in make_seat().
  const std::size_t made = seats_made_.load(relaxed);
  for (std::size_t i = 0; i < made; ++i) {
    // order(par.seats): acquire; pairs with make_seat().
    if (participant* const seat = seats_[i].load(acquire)) visit(*seat);
  }
}

// ---------------------------------------------------------------------------------------------- work

void registry::submit(job& what) {
  participant* const home = participant::home();
  if (home != nullptr && home->owner_ == this && home->queue_.try_push(&what)) {
    notify_promised();
    return;
  }
  inject(what);
}

void registry::submit_scoped(job& what) {
  participant* const here = participant::current();
  if (here != nullptr && here->owner_ == this && here->try_push_promised(what)) return;
  inject(what);
}

// Held, because the job may run, and its owner destroy the pool, before this thread has looked at the word (R3).
void registry::inject(job& what) {
  hold();
  try {
    injector_.push(&what);
  } catch (...) {
    release();
    throw;
  }
  notify_promised();
  release();
}

job* registry::take_injected(participant& thief) noexcept {
  while (!injector_.is_empty()) {
    deque::stolen<job*> got = deque::stolen<job*>::empty();
    try {
      got = thief.kind() == seat_kind::worker ? injector_.steal_batch_and_pop(thief.queue_) : injector_.steal();
    } catch (const std::bad_alloc&) {
      got = injector_.steal();
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
  return nullptr;
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
  // relaxed(hint): thieves only look for somebody near.
  thief.processor_.store(here, relaxed);
  participant* nearest = nullptr;
  nearness least = nearness::remote;
  for (std::size_t i = 0; i < all; ++i) {
    participant* const victim = seat_at((start + i) % all);
    if (victim == nullptr || victim == &thief || visible_work_of(*victim) < least_kind) continue;
    if (near_ == nullptr) return victim;
    // relaxed(hint): as above.
    const nearness distance = near_->between(here, victim->processor_.load(relaxed));
    if (nearest == nullptr || distance < least) {
      nearest = victim;
      least = distance;
    }
    if (least == nearness::core) break;
  }
  return nearest;
}

job* registry::find_work(participant& thief, work_kind least_kind) noexcept {
  if (job* const injected = take_injected(thief)) return injected;
  participant* const victim = nearest_victim(thief, least_kind);
  job* const stolen = victim == nullptr ? nullptr : steal_from(*victim, least_kind);
  if (thief.watch_ != nullptr) [[unlikely]]
    note_search(thief, stolen == nullptr ? nullptr : victim);
  return stolen;
}

work_kind registry::visible_work_of(const participant& seat) noexcept {
  if (!seat.queue_.is_empty()) return work_kind::promised;
  if (seat.deque_.is_empty()) return seat.has_offer() ? work_kind::optional : work_kind::none;
  // relaxed(under par.sleep): the callers that must not miss it have a fence before.
  return seat.promised_.load(relaxed) ? work_kind::promised : work_kind::optional;
}

work_kind registry::visible_work() const noexcept {
  if (!injector_.is_empty()) return work_kind::promised;
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

}  // namespace weft::inline WEFT_ABI::par::detail
