// The driver: runs a producer into a consumer, alone while the work is small, shared when it isn't.
//
// Every parallel loop starts in place, on the calling thread. A first, tiny stretch is timed (two readings of the processor's
// counter, which overlap with the work; in a burst of short loops one, as the time since the last loop's reading is bound
// enough). While what remains looks shorter than what it would cost to get help, the loop goes on in place, in stretches of about
// a microsecond, and touches no pool. Only when the rest is worth sharing does the thread enter
// the pool; from then on it asks, once per stretch of about ten microseconds, whether somebody is hungry, and if so, offers
// nearly the back half of what remains. Whoever takes it does the same. So the cuts follow idle threads, not a plan.
//
// Words     states       moved by
//   halted  false→true   the first leaf that throws, so that the others stop at their next stretch
//   places  max_threads − 1 → 0   down by who offers a part, up when its own thread begins it after all, or a thief ends it
// Data      may be touched by
//   a folder             the one thread that runs its part; merged by the joiner after join
// Invariants
//   L1  each index of [0, length) is read at most once; all of them, unless a leaf throws, the consumer wants no more, or a stop
//       was requested: then the stop_watch has noticed it.
//   L2  folders are merged in index order: left.merge(right) with every index of left below every index of right.
//   L3  nothing is offered that has fewer than min_len indices; nothing is offered before it is worth it to whoever takes it,
//       unless max_len says that max_len indices are.
//   L4  no more than max_threads parts run or are offered at a time: one, and one for each place that is taken.
// Source    lazy splitting: Tzannes et al., "Lazy binary-splitting", 2010. The timed first stretch is ours.
#pragma once

#include <weft/atomic/seam.hpp>
#include <weft/par/cancelled_error.hpp>
#include <weft/par/detail/engine.hpp>
#include <weft/par/detail/stop_watch.hpp>
#include <weft/par/detail/ticks.hpp>
#include <weft/par/isolate.hpp>
#include <weft/par/iter/bursts.hpp>
#include <weft/par/iter/producer.hpp>
#include <weft/par/join.hpp>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <utility>

namespace weft::inline WEFT_ABI::par::plumbing {

/// What drives items to a result.
///
///   folder            the running result of one part; movable
///   start()           an empty folder
///   take(f, c, lo, hi) reads [lo, hi) of cursor c into folder f; false: this part wants no more
///   merge(l, r)       appends the result of the part that follows
///   wanted(lo)        false: what begins at lo or later can't change the result (read between stretches, by any thread)
template <class C, class Cursor>
concept consumer = requires(const C& c, typename C::folder& f, const Cursor& cursor, std::size_t i) {
  { c.start() } -> std::same_as<typename C::folder>;
  { c.take(f, cursor, i, i) } -> std::same_as<bool>;
  c.merge(f, std::move(f));
  { c.wanted(i) } -> std::convertible_to<bool>;
};

/// For consumers that want everything.
struct wants_all {
  static constexpr bool wanted(std::size_t) noexcept { return true; }
};

/// One parallel loop. Lives in the caller's frame.
template <class Cursor, consumer<Cursor> Consumer>
class drive_loop {
 public:
  using folder = typename Consumer::folder;

  drive_loop(const Cursor& cursor, const Consumer& consumer, limits bounds) noexcept
      : cursor_(cursor), consumer_(consumer), bounds_(bounds) {}

  /// Reads all of [0, length) into the folder, on terms that aren't plain.
  [[gnu::noinline, gnu::cold]] void run_on(const terms& how, folder& into, std::size_t length) {
    if (!how.is_isolated) return run_until(how.stop, into, length);
    pool().enter([&] {
      const par::detail::isolation apart;
      run_until(how.stop, into, length);
    });
  }
  /// Reads all of [0, length) into the folder.
  void run(folder& into, std::size_t length) {
    if (length < 2 || length / 2 < bounds_.min_len) {
      leaf(into, 0, length);
    } else if (bounds_.max_len < length) {
      share_from_here(into, 0, length, worth_sharing);
    } else {
      start(into, length);
    }
  }

 private:
  static constexpr double us = par::detail::ticks_per_us;
  static constexpr double worth_sharing = 3 * us;    // a rest below this never enters a pool
  static constexpr double steal_delay = us;          // until a thread that is looking has a part
  static constexpr double wake_delay = 40 * us;      // until a thread that sleeps has one
  static constexpr double sure = us / 4;             // shorter stretches measure the clock
  static constexpr double burst = 10 * us;           // a short loop bounded by this isn't timed
  static constexpr double quiet_stretch = us;        // between two readings of the clock, alone
  static constexpr double shared_stretch = 10 * us;  // between two looks for the hungry
  static constexpr std::size_t short_loop = 256;
  // A stretch has at most so many times what was seen before it, lest a light first item hides a heavy rest.
  static constexpr std::size_t growth = 16;

  void run_until(const std::stop_token& stop, folder& into, std::size_t length);
  void start(folder& into, std::size_t length);
  void watch(folder& into, std::size_t lo, std::size_t hi, std::size_t count, std::uint64_t then);
  [[gnu::noinline, gnu::cold]] void share_from_here(folder& into, std::size_t lo, std::size_t hi, double pace);
  void share(folder& into, std::size_t lo, std::size_t hi, double pace);
  void split(folder& into, std::size_t lo, std::size_t mid, std::size_t hi, double pace);

  /// How many of the last indices of `rest` to offer; 0: none. Whoever takes them begins later, by what it takes to steal or to
  /// wake up, and so gets less than half: both parts end at the same time.
  [[nodiscard]] std::size_t share_of(std::size_t rest, double pace, bool is_first_look) const noexcept {
    if (rest < 2 || rest / 2 < bounds_.min_len) return 0;
    const double ticks = pace * static_cast<double>(rest);
    const bool is_told = rest > bounds_.max_len;
    if (!is_told && ticks < 2 * steal_delay) return 0;
    const par::detail::hunger who = par::detail::hunger_now();
    if (who == par::detail::hunger::none) return 0;
    const double delay = who == par::detail::hunger::awake ? steal_delay : wake_delay;
    if (ticks < 2 * delay) {
      const auto wakes = [&] { return par::detail::burst_of_loops::mine().is_worth_waking((ticks - steal_delay) / 2); };
      return is_told || (is_first_look && wakes()) ? rest / 2 : 0;
    }
    const auto share = static_cast<std::size_t>(static_cast<double>(rest) * ((ticks - delay) / (2 * ticks)));
    return std::clamp<std::size_t>(share, bounds_.min_len, rest / 2);
  }

  [[gnu::noinline]] bool leaf(folder& into, std::size_t lo, std::size_t hi) { return consumer_.take(into, cursor_, lo, hi); }
  bool guarded_leaf(folder& into, std::size_t lo, std::size_t hi) {
    try {
      return leaf(into, lo, hi);
    } catch (...) {
      // relaxed(hint): the others look again at their next stretch; join carries the exception itself.
      team_->halted.store(true, relaxed);
      throw;
    }
  }

  [[nodiscard]] par::detail::registry& pool() const {
    return bounds_.pool == nullptr ? par::detail::registry::current_or_global() : *bounds_.pool;
  }
  [[nodiscard]] bool is_stopped() const noexcept { return stop_ != nullptr && stop_->says_stop(); }
  [[nodiscard]] bool goes_on_at(std::size_t lo) const noexcept { return consumer_.wanted(lo) && !is_stopped(); }

  [[nodiscard]] bool is_unlimited() const noexcept { return bounds_.max_threads == static_cast<std::size_t>(-1); }
  /// A place for one more thread (L4). False: all are taken.
  [[nodiscard]] bool take_place() noexcept {
    if (is_unlimited()) return true;
    // relaxed(count): nothing travels with a place.
    std::size_t left = team_->places.load(relaxed);
    // relaxed(count): as above.
    while (left != 0 && !team_->places.compare_exchange_weak(left, left - 1, relaxed, relaxed)) {
    }
    return left != 0;
  }
  void give_place_back() noexcept {
    // relaxed(count): as above.
    if (!is_unlimited()) team_->places.fetch_add(1, relaxed);
  }
  /// Holds the place of a part that a thief runs, until the part's end.
  struct taken_place {
    drive_loop* loop;  // null: its own thread runs it, on the place that this thread has
    taken_place(drive_loop& whose, bool is_stolen) noexcept : loop(is_stolen ? &whose : nullptr) {
      if (!is_stolen) whose.give_place_back();
    }
    taken_place(const taken_place&) = delete;
    taken_place& operator=(const taken_place&) = delete;
    ~taken_place() {
      if (loop != nullptr) loop->give_place_back();
    }
  };

  /// Ticks per index, from the stretch of `count` indices between two readings.
  static double pace_of(std::uint64_t from, std::uint64_t to, std::size_t count) noexcept {
    return static_cast<double>(par::detail::ticks_between(from, to)) / static_cast<double>(count);
  }
  /// How many of `room` indices take about `ticks` at this pace, and at most `most`; at least one.
  static std::size_t stretch(double ticks, double pace, std::size_t most, std::size_t room) noexcept {
    const double count = ticks / pace;
    const std::size_t bound = std::min(most, room);
    return count >= static_cast<double>(bound) ? bound : std::max<std::size_t>(1, static_cast<std::size_t>(count));
  }

  const Cursor& cursor_;
  const Consumer& consumer_;
  const limits bounds_;
  par::detail::stop_watch* stop_ = nullptr;  // null: nobody can ask for a stop
  // What the threads of a loop share, from the moment at which it enters a pool.
  struct team {
    atom<bool> halted{false};
    atom<std::size_t> places;
  };
  team* team_;  // set by share_from_here()
};

template <class Cursor, consumer<Cursor> Consumer>
void drive_loop<Cursor, Consumer>::run_until(const std::stop_token& stop, folder& into, std::size_t length) {
  if (!stop.stop_possible()) return run(into, length);
  par::detail::stop_watch looks(stop);
  stop_ = &looks;
  if (length != 0 && !is_stopped()) {
    if (bounds_.max_len < length) {
      share_from_here(into, 0, length, worth_sharing);
    } else {
      watch(into, 0, length, 1, par::detail::ticks());
    }
  }
  if (looks.has_stopped()) par::detail::throw_cancelled();
}

template <class Cursor, consumer<Cursor> Consumer>
void drive_loop<Cursor, Consumer>::start(folder& into, std::size_t length) {
  if (length >= short_loop) {
    return watch(into, 0, length, std::min<std::size_t>(std::bit_ceil(length / 64), 16), par::detail::ticks());
  }
  if (!leaf(into, 0, 1)) return;
  const std::uint64_t now = par::detail::ticks();
  const std::uint64_t before = std::exchange(par::detail::last_ticks(), now);
  const bool is_burst = static_cast<double>(now - before) * static_cast<double>(length) <= burst;
  if (is_burst && length <= 1 + growth) {
    leaf(into, 1, length);
  } else {
    watch(into, 1, length, std::min(length - 1, is_burst ? growth : growth / 4), now);
  }
}

template <class Cursor, consumer<Cursor> Consumer>
void drive_loop<Cursor, Consumer>::watch(folder& into, std::size_t lo, std::size_t hi, std::size_t count,
                                         std::uint64_t then) {
  const std::size_t grows = hi < short_loop ? growth : 8 * growth;
  for (;;) {
    if (!leaf(into, lo, lo + count)) return;
    lo += count;
    const std::size_t rest = hi - lo;
    if (rest == 0) return;
    const std::uint64_t now = par::detail::ticks();
    const auto took = static_cast<double>(par::detail::ticks_between(then, now));
    // In ticks times count: nothing on the quick way waits for a division.
    const double estimate = took * static_cast<double>(rest);
    const double scale = static_cast<double>(count);
    if (estimate <= quiet_stretch * scale && rest <= grows * lo) [[likely]] {
      if (!is_stopped()) leaf(into, lo, hi);
      return;
    }
    if (!goes_on_at(lo)) return;
    const double pace = estimate / (static_cast<double>(rest) * scale);
    if (took >= sure && estimate >= worth_sharing * scale) return share_from_here(into, lo, hi, pace);
    count = stretch(quiet_stretch, pace, lo > hi / grows ? hi : grows * lo, rest);
    then = now;
  }
}

template <class Cursor, consumer<Cursor> Consumer>
void drive_loop<Cursor, Consumer>::share_from_here(folder& into, std::size_t lo, std::size_t hi, double pace) {
  par::detail::registry& home = pool();
  team ours{.places = atom<std::size_t>(bounds_.max_threads - 1)};
  team_ = &ours;
  par::detail::burst_of_loops& mine = par::detail::burst_of_loops::mine();
  const bool is_in_burst = mine.begin(par::detail::ticks());
  home.enter([&] { share(into, lo, hi, pace); });
  const std::uint64_t now = par::detail::ticks();
  mine.end(now);
  if (is_in_burst) home.expect_more_work(now);
}

template <class Cursor, consumer<Cursor> Consumer>
void drive_loop<Cursor, Consumer>::share(folder& into, std::size_t lo, std::size_t hi, double pace) {
  std::size_t last = 0;
  while (lo < hi) {
    // relaxed(hint): a late look costs one more stretch, no result.
    if (team_->halted.load(relaxed) || !goes_on_at(lo)) return;
    const std::size_t rest = hi - lo;
    if (const std::size_t offered = share_of(rest, pace, last == 0); offered != 0 && take_place())
      return split(into, lo, hi - offered, hi, pace);
    const std::size_t most = last == 0 || last > bounds_.max_len / 4 ? bounds_.max_len : std::min(bounds_.max_len, 4 * last);
    const std::size_t count = stretch(shared_stretch, pace, most, rest);
    const std::uint64_t then = par::detail::ticks();
    if (!guarded_leaf(into, lo, lo + count)) return;
    pace = pace_of(then, par::detail::ticks(), count);
    lo += count;
    last = count;
  }
}

template <class Cursor, consumer<Cursor> Consumer>
void drive_loop<Cursor, Consumer>::split(folder& into, std::size_t lo, std::size_t mid, std::size_t hi, double pace) {
  std::optional<folder> right;
  const par::detail::participant* const here = par::detail::participant::current();
  par::detail::join_offering([&] { share(into, lo, mid, pace); },
                             [&] {
                               const taken_place place(*this, par::detail::participant::current() != here);
                               right.emplace(consumer_.start());
                               share(*right, mid, hi, pace);
                             });
  if (stop_ != nullptr && stop_->has_stopped()) return;  // what there is will be dropped
  consumer_.merge(into, std::move(*right));
}

/// Drives p into c and returns the folder of the whole. `into` is the leftmost folder, where it isn't to be an empty one.
template <producer P, class Consumer>
requires consumer<Consumer, cursor_of<P>>
typename Consumer::folder drive(P& p, const terms& how, const Consumer& c, typename Consumer::folder into) {
  const cursor_of<P> cursor = p.cursor();
  drive_loop<cursor_of<P>, Consumer> loop(cursor, c, how.cuts);
  if (how.are_plain()) [[likely]] {
    loop.run(into, p.length());
  } else {
    loop.run_on(how, into, p.length());
  }
  return into;
}
template <producer P, class Consumer>
requires consumer<Consumer, cursor_of<P>>
typename Consumer::folder drive(P& p, const terms& how, const Consumer& c) { return plumbing::drive(p, how, c, c.start()); }

}  // namespace weft::inline WEFT_ABI::par::plumbing
