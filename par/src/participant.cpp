// How a participant waits: its own work, then everybody's, then a short while of looking, then sleep.
#include <weft/par/detail/participant.hpp>

#include <weft/atomic/assert.hpp>
#include <weft/par/detail/engine.hpp>
#include <weft/par/detail/registry.hpp>
#include <weft/par/detail/watch.hpp>

#include <array>
#include <limits>
#include <span>

namespace weft::inline WEFT_ABI::par::detail {

participant::participant(registry& owner, seat_kind kind, std::size_t index)
    : deque_(kind == seat_kind::serial ? 0 : std::numeric_limits<std::size_t>::max()),
      owner_(&owner),
      index_(index),
      random_(0x9E3779B97F4A7C15u * (index + 1) + static_cast<std::uint64_t>(kind)),
      kind_(kind),
      queue_(kind == seat_kind::worker ? std::numeric_limits<std::size_t>::max() : 0) {}

participant::~participant() = default;

void participant::note_to_watch(happening what, std::uint32_t whom) noexcept { watch_->note(what, whom); }

void participant::run_watched(job& what) noexcept {
  note_to_watch(happening::run_begin);
  what.run(what);
  note_to_watch(happening::run_end);
}

void note_dropped_exception() noexcept {
  if (participant* const here = participant::current()) here->note(happening::exception_dropped);
}

std::uint64_t participant::next_random() noexcept {
  random_ ^= random_ << 13;
  random_ ^= random_ >> 7;
  random_ ^= random_ << 17;
  return random_;
}

bool participant::try_push_promised(job& what) noexcept {
  // relaxed(under par.sleep): looked at by visible_work() behind a fence, or as a hint.
  if (!promised_.load(relaxed)) promised_.store(true, relaxed);
  if (!deque_.try_push(&what)) return false;
  owner_->notify_promised();
  return true;
}

bool participant::try_offer(job& what) noexcept {
  if (kind_ == seat_kind::serial || has_offer()) return false;
  // order(par.offer): release; pairs with take_offer().
  //   carries the job.
  offer_.store(&what, release);
  owner_->notify_offered();
  return true;
}

bool participant::take_back(job& what) noexcept {
  job* mine = &what;
  // relaxed(owner): what this thread put there itself.
  if (offer_.compare_exchange_strong(mine, nullptr, relaxed, relaxed)) return true;
  note(happening::split);
  return false;
}

job* participant::take_offer() noexcept {
  // relaxed(hint): the CAS decides.
  job* what = offer_.load(relaxed);
  // order(par.offer): acquire; pairs with try_offer().
  return what != nullptr && offer_.compare_exchange_strong(what, nullptr, acquire, relaxed) ? what : nullptr;
}

job* participant::take_local() noexcept {
  // From time to time what has come from outside, or has been woken, goes first, so that work which breeds work can't starve it.
  constexpr std::uint32_t turns_between = 64;
  if (++turns_ % turns_between == 0) {
    if (turns_ % (2 * turns_between) == 0) {
      if (const std::optional<job*> woken = queue_.pop()) return *woken;
    }
    if (job* const injected = owner_->take_injected(*this)) {
      // What came along into this queue was out of everybody's sight for a moment.
      if (!queue_.is_empty()) owner_->notify_promised();
      return injected;
    }
  }
  if (job* const newest = pop()) return newest;
  // relaxed(owner): only the owner writes it; its deque is empty.
  if (promised_.load(relaxed)) promised_.store(false, relaxed);
  if (const std::optional<job*> oldest = queue_.pop()) return *oldest;
  return take_offer();
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
    for (;; tired = false) {
      for (unsigned round = tired ? rounds - 1 : 0; round < rounds; ++round) {
        if (until.is_done(until.data)) {
          stop_searching();
          return false;
        }
        if (try_one()) return true;
        pause(round);
      }
      sleep(until);
    }
  }

  /// One look around, without announcing it.
  bool try_one_quietly() noexcept {
    for (participant* const seat : seats()) {
      if (job* const what = find(*seat, work_kind::optional)) {
        run(*seat, *what);
        return true;
      }
    }
    return false;
  }

 private:
  // 20 µs or so: bridges the gaps of a burst; far below the price of a wake-up on both sides.
#ifdef WEFT_MODEL
  static constexpr unsigned rounds = 1;
#else
  static constexpr unsigned rounds = 64;
#endif

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
    const bool is_too_many = seat.kind() == seat_kind::worker && seat.owner().look().is_crowded();
    return is_too_many ? work_kind::promised : work_kind::optional;
  }

  // At home, while this thread is a guest elsewhere, its own deque and queue count as well: find_work() looks into others' only.
  static job* find(participant& seat, work_kind least_kind) noexcept {
    if (&seat != participant::current()) {
      if (job* const own = seat.take_local()) return own;
    }
    return seat.owner().find_work(seat, least_kind);
  }

  bool try_one() noexcept {
    for (participant* const seat : seats()) {
      if (job* const what = find(*seat, wanted_of(*seat))) {
        stop_searching();
        run(*seat, *what);
        return true;
      }
    }
    return false;
  }

  static void run(participant& seat, job& what) noexcept {
    if (participant::current() == &seat) {
      seat.run(what);
    } else {
      seat.owner().enter([&] { seat.run(what); });
    }
  }

  // Mostly gives the core away: whoever was woken for our work may be waiting for just this core.
  static void pause(unsigned round) noexcept {
    if (round % 4 != 3) {
      for (int i = 0; i < 8; ++i) cpu_relax();
    } else {
      atomic::yield_thread();
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
      if (seen == work_kind::promised || (seen == work_kind::optional && pool.look().room() > 0)) return false;
    }
    return true;
  }
  static void lie_down(participant& seat) noexcept {
    if (seat.kind() == seat_kind::worker) {
      seat.owner().rest_.lie_down(seat);
    } else {
      seat.owner().rest_.word.guest_sleeps();
    }
  }
  static void get_up(participant& seat) noexcept {
    if (seat.kind() == seat_kind::worker) {
      if (seat.owner().rest_.get_up(seat)) seat.note(happening::woken);
    } else {
      seat.owner().rest_.word.guest_wakes();
    }
  }

  std::array<participant*, 2> seats_;
  std::size_t count_ = 1;
};

void participant::wait(const wait_condition& until, bool tired) noexcept {
  for (; !until.is_done(until.data); tired = false) {
    if (job* const what = take_local()) {
      run(*what);
    } else if (!idler(*this).work_or_wait(until, tired)) {
      return;
    }
  }
}

bool participant::work_once() noexcept {
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
