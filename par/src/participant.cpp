// What a participant does in its own seat: what it pushes, offers, keeps, takes, and whom it robs.
#include <weft/par/detail/participant.hpp>

#include <weft/atomic/assert.hpp>
#include <weft/par/detail/registry.hpp>
#include <weft/par/detail/watch.hpp>

#include <limits>

namespace weft::inline WEFT_ABI::par::detail {

participant::participant(registry& owner, seat_kind kind, std::size_t index)
    : deque_(kind == seat_kind::serial ? 0 : std::numeric_limits<std::size_t>::max()),
      owner_(&owner),
      index_(index),
      random_(0x9E3779B97F4A7C15u * (index + 1) + static_cast<std::uint64_t>(kind)),
      kind_(kind),
      queue_(kind == seat_kind::worker || kind == seat_kind::spare ? std::numeric_limits<std::size_t>::max() : 0) {}

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

bool participant::try_keep_next(job& what) noexcept {
  if (job* const older = take_next()) {
    if (!queue_.try_push(older)) {
      show_next(*older);
      return false;
    }
  }
  // relaxed(hint): who minds it sees it a moment later.
  next_turn_.store(next_turn_.load(relaxed) + 1, relaxed);
  show_next(what);
  return true;
}

void participant::show_next(job& what) noexcept {
  // order(par.next): release; pairs with take_next().
  //   carries the job.
  //   model: tests/model/par_next.cpp
  next_.store(&what, release);
}

job* participant::take_next() noexcept {
  // relaxed(hint): the CAS decides.
  job* what = next_.load(relaxed);
  // order(par.next): acquire; pairs with show_next().
  return what != nullptr && next_.compare_exchange_strong(what, nullptr, acquire, relaxed) ? what : nullptr;
}

job* participant::take_woken(bool oldest_first) noexcept {
  if (!oldest_first) {
    if (job* const next = take_next()) return next;
  }
  if (const std::optional<job*> oldest = queue_.pop()) return *oldest;
  return oldest_first ? take_next() : nullptr;
}

bool participant::sees_left_lying(const participant& other) noexcept {
  // relaxed(hint): a worker that has gone on meanwhile is robbed of its next job for once.
  const auto is_as_before = [this] { return minded_->has_next() && minded_->next_turn_.load(relaxed) == minded_turn_; };
  if (minded_ == &other && is_as_before()) return ++minded_looks_ > mind_patience;
  if (minded_ != nullptr && minded_ != &other && is_as_before()) return false;
  minded_ = &other;
  // relaxed(hint): as above.
  minded_turn_ = other.next_turn_.load(relaxed);
  minded_looks_ = 0;
  return false;
}

void participant::begin_look(bool greedy) noexcept {
  if (greedy) {
    pace_.begin_greedy_look();
  } else if (pace_.matters()) {
    pace_.begin_look(ticks());
  }
}

void participant::note_theft([[maybe_unused]] participant& victim) noexcept {
#ifndef WEFT_MODEL  // where time doesn't pass by itself
  const std::uint64_t mark = victim.deque_.mark();
  // relaxed(hint): which thief was the last decides how soon a third one comes, nothing else.
  const bool disturbs = victim.robbed_at_.load(relaxed) != mark;
  // relaxed(hint): as above.
  if (disturbs) victim.robbed_at_.store(mark, relaxed);
  pace_.note_theft(ticks(), disturbs);
#endif
}

namespace {
// From time to time what has come from outside, or has been woken, goes first, so that work which breeds work can't starve it.
#ifdef WEFT_MODEL
constexpr std::uint32_t turns_between = 4;
#else
constexpr std::uint32_t turns_between = 64;
#endif
constexpr std::uint32_t turns_of_next = 8;
}  // namespace

job* participant::take_local() noexcept {
  if (++turns_ % turns_between == 0) {
    if (job* const due = take_due()) return due;
  }
  return take_own();
}

void participant::notify_moved() noexcept {
  if (!queue_.is_empty()) owner_->notify_promised();
}

job* participant::take_due() noexcept {
  if (job* const sent = inbox_.take()) return sent;
  if (turns_ % (2 * turns_between) == 0) {
    if (job* const woken = take_woken(true)) return woken;
  }
  job* const injected = owner_->take_injected(*this);
  if (injected != nullptr) notify_moved();
  return injected;
}

job* participant::take_own() noexcept {
  if (job* const newest = pop()) return newest;
  // relaxed(owner): only the owner writes it; its deque is empty.
  if (promised_.load(relaxed)) promised_.store(false, relaxed);
  if (job* const sent = inbox_.take()) return sent;
  if (job* const woken = take_woken(turns_ % turns_of_next == 0)) return woken;
  return take_offer();
}

bool participant::has_work_here() const noexcept {
  return !has_nothing_to_steal() || has_next() || !queue_.is_empty() || !inbox_.is_empty();
}

}  // namespace weft::inline WEFT_ABI::par::detail
