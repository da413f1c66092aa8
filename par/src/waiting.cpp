// How a participant waits: its own work, then everybody's, then a short while of looking, then sleep.
#include <weft/par/detail/engine.hpp>
#include <weft/par/detail/participant.hpp>
#include <weft/par/detail/registry.hpp>
#include <weft/par/detail/stack_room.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <span>

namespace weft::inline WEFT_ABI::par::detail {

void participant::pause(unsigned round) noexcept {
  if (round % 4 != 3) {
    for (int i = 0; i < 8; ++i) cpu_relax();
  } else {
    atomic::yield_thread();
  }
}

// A thread that looks for work, in the pool that it works for and, if it is only a guest there, also in the pool whose
// worker it is: otherwise two pools that wait for each other could both stand still.
class idler {
 public:
  explicit idler(participant& here) noexcept : seats_{&here, nullptr} {
    participant* const home = participant::home();
    if (home != nullptr && home != &here) seats_[count_++] = home;
  }

  /// One piece of work has been run: true. The condition has come true: false. A tired one looks only once before it sleeps.
  bool work_or_wait(const wait_condition& until, bool tired) noexcept {
    start_searching();
    const unsigned rounds = seats_[0]->owner().looks_before_sleep();
    for (bool briefly = tired;;) {
      for (unsigned round = briefly ? rounds - 1 : 0; round < rounds; ++round) {
        if (until.is_done(until.data)) {
          stop_searching();
          return false;
        }
        if (try_one()) return true;
        participant::pause(round);
      }
      if (should_stay_up()) continue;
      briefly = must_mind();
      briefly ? doze(until) : sleep(until);
    }
  }

  /// One look around, without announcing it; but what has been moved is announced.
  bool try_one_quietly() noexcept {
    for (participant* const seat : seats()) {
      seat->begin_look(true);
      if (const found_job found = find(*seat, work_kind::optional)) {
        seat->notify_moved();
        run(found);
        return true;
      }
    }
    return false;
  }

 private:
  [[nodiscard]] std::span<participant* const> seats() const noexcept { return std::span(seats_).first(count_); }

  void start_searching() noexcept {
    for (participant* const seat : seats()) {
      seat->owner().rest_.word.start_searching();
      seat->note(happening::search_begin);
    }
  }
  void stop_searching() noexcept {
    for (participant* const seat : seats()) {
      registry& pool = seat->owner();
      pool.look_around(pool.rest_.word.stop_searching());
      seat->note(happening::search_end);
    }
  }

  static work_kind wanted_of(const participant& seat) noexcept {
    const bool is_too_many = seat.is_staff() && seat.owner().look().is_crowded();
    return is_too_many ? work_kind::promised : work_kind::optional;
  }

  // At home, while this thread is a guest elsewhere, its own deque and queue count as well: find_work() looks into others' only.
  static found_job find(participant& seat, work_kind least_kind) noexcept {
    if (&seat != participant::current()) {
      if (job* const own = seat.take_local()) return {own, &seat};
    }
    if (job* const what = seat.owner().find_work(seat, least_kind)) return {what, &seat};
    return seat.owner().find_isolated_work(least_kind);
  }

  bool try_one() noexcept {
    for (participant* const seat : seats()) {
      seat->begin_look(false);
      if (const found_job found = find(*seat, wanted_of(*seat))) {
        stop_searching();
        run(found);
        return true;
      }
    }
    return false;
  }

  static void run(const found_job& found) noexcept {
    participant& seat = *found.seat;
    if (participant::current() == &seat) return seat.run(*found.what);
    if (seat.region() == 0) return seat.owner().enter([&] { seat.run(*found.what); });
    const seat_guard apart(seat);
    seat.run(*found.what);
  }

  // Only a moment more, by the clock: in a model it doesn't pass by itself.
  [[nodiscard]] bool should_stay_up() const noexcept {
#ifdef WEFT_MODEL
    return false;
#else
    const std::uint64_t now = ticks();
    return seats_[0]->owner().expects_more_work(now) ||
           std::ranges::any_of(seats(), [now](const participant* seat) { return seat->pace_.is_resting(now); });
#endif
  }
  // All that is left is what a worker has woken and is about to run, and nobody else would notice if it doesn't come to it.
  [[nodiscard]] bool must_mind() const noexcept {
    for (participant* const seat : seats()) {
      const registry& pool = seat->owner();
      if (pool.look().searching() == 1 && pool.visible_work() == work_kind::kept) return true;
    }
    return false;
  }
  // A short sleep, during which this thread counts as searching: who pushes work then has it found a moment later.
  void doze(const wait_condition& until) noexcept {
    constexpr std::chrono::microseconds between_looks(50);
    if (until.may_sleep(until.data)) static_cast<void>(seats_[0]->thread().park_for(between_looks));
    for (participant* const seat : seats()) {
      seat->has_minded_long();
      if (seat->is_staff()) static_cast<void>(seat->owner().rest_.get_up(*seat));  // may_sleep() may have said that it idles
    }
  }

  void sleep(const wait_condition& until) noexcept {
    for (participant* const seat : seats()) lie_down(*seat);
    // order(par.sleep): heavy fence; twin in notify_optional(), notify_promised() and notify_offered(); pairs with notify_optional().
    //   forbids: this thread sees no work anywhere AND the pusher of a job sees it searching.
    //   weaker: the job lies there and everybody sleeps.
    //   model: tests/model/par_wake.cpp
    fence_heavy();
    if (nothing_in_sight() && until.may_sleep(until.data)) park();
    for (participant* const seat : seats()) get_up(*seat);
  }
  void park() noexcept {
    for (participant* const seat : seats()) seat->note(happening::sleep_begin);
    seats_[0]->thread().park();
    for (participant* const seat : seats()) seat->note(happening::sleep_end);
  }
  // Of optional work only what there is room for: this thread no longer counts as awake.
  [[nodiscard]] bool nothing_in_sight() const noexcept {
    for (participant* const seat : seats()) {
      const registry& pool = seat->owner();
      const work_kind seen = pool.visible_work();
      const sleep_word::view now = pool.look();
      if (!seat->inbox_.is_empty() || seen == work_kind::promised) return false;
      if (seen == work_kind::optional && now.room() > 0) return false;
      if (seen == work_kind::kept && now.searching() == 0) return false;
    }
    return true;
  }
  static void lie_down(participant& seat) noexcept {
    if (seat.is_staff()) {
      seat.owner().rest_.lie_down(seat);
    } else {
      seat.owner().rest_.word.guest_sleeps();
    }
  }
  static void get_up(participant& seat) noexcept {
    if (seat.is_staff()) {
      if (seat.owner().rest_.get_up(seat)) seat.note(happening::woken);
    } else {
      seat.owner().rest_.word.guest_wakes();
    }
  }

  std::array<participant*, 2> seats_;
  std::size_t count_ = 1;
};

void participant::wait(const wait_condition& until, bool tired) noexcept {
  if (owner_->is_orphaned()) return wait_alone(until);
  if (waits_apart()) return wait_apart(until);
  for (; !until.is_done(until.data); tired = false) {
    if (job* const what = take_local()) {
      run(*what);
    } else if (!idler(*this).work_or_wait(until, tired)) {
      return;
    }
  }
}

void participant::wait_alone(const wait_condition& until) noexcept {
  while (!until.is_done(until.data)) {
    job* what = pop();
    if (what == nullptr) what = take_offer();
    if (what == nullptr) die_orphaned();
    what->run(*what);
  }
}

bool participant::work_once_here() noexcept {
  job* const what = take_own();
  if (what != nullptr) run(*what);
  return what != nullptr;
}

bool participant::work_once() noexcept {
  if (is_deep() || owner_->is_orphaned()) return false;
  if (region_ != 0) {
    job* const what = take_of_region();
    if (what != nullptr) run(*what);
    return what != nullptr;
  }
  if (job* const what = take_local()) {
    run(*what);
    return true;
  }
  return idler(*this).try_one_quietly();
}

void wait_here(const wait_condition& until) {
  if (participant* const here = participant::current()) {
    here->wait(until);
    return;
  }
  thread_record& me = thread_record::mine();
  while (!until.is_done(until.data)) {
    if (until.may_sleep(until.data)) me.park();
  }
}

}  // namespace weft::inline WEFT_ABI::par::detail
