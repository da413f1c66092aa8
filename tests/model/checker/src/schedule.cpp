// What runs next: Source-DPOR with sleep sets over execution graphs, and the simpler strategies beside it.
//
// A transition is (thread, candidate): which write a read sees, where a write goes. Two transitions of different threads are
// independent unless one reads what the other writes, or two read-modify-writes want the same message, or both use the same
// mutex, futex queue or clock. Reading an old write after a new one has appeared gives the same graph as reading it before,
// so a write needs no reversal with reads that come after it: those have its message as a candidate. What must be added is:
//
//   read r … write w, w not caused by r      at r's decision, let what leads to w go first (reverse)
//   a read-modify-write that took a message  at its decision, let one that wanted the same message go first
//   operations on the same mutex, queue, …   at the first one's decision, let the other go first
//
// A thread whose candidates at a decision have all been tried goes to sleep there: it wakes for a message that is newer
// than those (`limit`), or for an operation on the mutex, queue, … that it is about to use.
// Source      Abdulla, Aronis, Jonsson & Sagonas, "Optimal dynamic partial order reduction", POPL 2014; that choices may be
//             taken from the graph and writes never be revisited: Kokologiannakis et al., GenMC and TruSt, 2019 and 2022.
#include "engine.hpp"

namespace weft::inline WEFT_ABI::model {

using status = thread_state::status;

namespace {
constexpr std::uint32_t bit(unsigned thread) noexcept { return std::uint32_t{1} << thread; }
constexpr std::uint64_t choice_bit(unsigned choice) noexcept { return std::uint64_t{1} << choice; }

bool reads_word(op kind) noexcept {
  return kind == op::load || kind == op::modify || kind == op::cas || kind == op::cas_weak || kind == op::futex_check;
}
}  // namespace

// ---------------------------------------------------------------------------------------------- handing over

// Says what this thread will do next and returns when it may.
void engine::announce(const request& next) {
  thread_state& me = self();
  me.next = next;
  const std::uint16_t key = next.word != none     ? next.word
                            : next.object != none ? static_cast<std::uint16_t>(next.object | 0x8000)
                                                  : none;
  if (me.waits_for_news) {
    bool looks_again = false;
    for (const auto& seen : me.seen_before) looks_again |= seen.first == key;
    // A loop that goes on to something else after its pause isn't waiting for anybody.
    me.waits_for_news = looks_again;
  }
  if (me.waits_for_news && (next.kind == op::load || next.kind == op::modify) && next.word == me.news_word) {
    me.next.must_be_newer = true;
    me.next.older_than = me.news_message;
  }
  me.news_word = none;
  stop_here();
  take_news(self());
}

void engine::stop_here() {
  const int next = decide();
  if (next < 0) leave();
  const auto to = static_cast<unsigned>(next);
  if (to == current_) return;
  const unsigned from = current_;
  current_ = to;
  fiber::switch_between(threads_[from].stack, threads_[to].stack);
}

void engine::leave() {
  fiber::switch_between(threads_[current_].stack, host_);
  __builtin_unreachable();
}

void engine::finish(verdict how) {
  if (verdict_ == verdict::running) verdict_ = how;
}

void engine::discard() {
  finish(verdict::discarded);
  leave();
}

// ---------------------------------------------------------------------------------------------- who could run

bool engine::is_local(unsigned thread) const {
  const thread_state& it = threads_[thread];
  switch (it.state) {
    case status::beginning:
      return true;
    case status::woken:
      return true;
    case status::joining:
      return threads_[it.joins].state == status::done;
    default:
      return false;
  }
}

bool engine::is_last() const {
  for (unsigned t = 0; t < thread_count_; ++t) {
    if (t != current_ && threads_[t].state != status::done) return false;
  }
  return true;
}

bool engine::has_news(const thread_state& it) const {
  for (const auto& [key, value] : it.seen_before) {
    if ((key & 0x8000) != 0) {
      if (objects_[key & 0x7fff].changes != value) return true;
    } else if (!words_[key].alive || words_[key].newest() != value) {
      return true;
    }
  }
  return false;
}

bool engine::is_enabled(unsigned thread) {
  thread_state& it = threads_[thread];
  if (it.state != status::at_request) return false;
  if (it.waits_for_news && !has_news(it)) return false;
  switch (it.next.kind) {
    case op::lock:
    case op::futex_wait:
    case op::futex_wake:
      return objects_[it.next.object].owner < 0;
    case op::futex_sleep:
      if (objects_[it.next.object].owner >= 0) return false;
      return it.spurious_wakes < model_.spurious_wakes ||
             (it.next.deadline != INT64_MAX && (time_may_pass_ || it.timeouts < model_.timeouts));
    default:
      return true;
  }
}

std::uint32_t engine::enabled_threads() {
  std::uint32_t found = 0;
  for (unsigned t = 0; t < thread_count_; ++t) {
    if (is_enabled(t)) found |= bit(t);
  }
  return found;
}

// Nobody moves: all done, or time must pass, or a bounded spin loop must be let go on, or this is a deadlock.
int engine::nothing_enabled() {
  bool all_done = true;
  int earliest = -1;
  for (unsigned t = 0; t < thread_count_; ++t) {
    const thread_state& it = threads_[t];
    all_done &= it.state == status::done;
    if (it.state == status::at_request && it.next.kind == op::futex_sleep && it.next.deadline != INT64_MAX &&
        (earliest < 0 || it.next.deadline < threads_[static_cast<unsigned>(earliest)].next.deadline)) {
      earliest = static_cast<int>(t);
    }
  }
  if (all_done) {
    finish(verdict::complete);
    return -1;
  }
  if (earliest >= 0) {
    time_may_pass_ = true;
    return earliest;
  }
  int spinner = -1;
  for (unsigned t = 0; t < thread_count_; ++t) {
    thread_state& it = threads_[t];
    if (it.state != status::at_request || !it.waits_for_news) continue;
    if (spinner < 0 || it.forced < threads_[static_cast<unsigned>(spinner)].forced) spinner = static_cast<int>(t);
  }
  if (spinner >= 0 && threads_[static_cast<unsigned>(spinner)].forced < 16) {
    thread_state& it = threads_[static_cast<unsigned>(spinner)];
    ++it.forced;
    it.waits_for_news = false;
    it.released_by_force = true;
    it.next.must_be_newer = false;
    time_ += 1'000'000;
    return spinner;
  }
  host_new_ = true;
  std::string who;
  for (unsigned t = 0; t < thread_count_; ++t) {
    const thread_state& it = threads_[t];
    if (it.state == status::done) continue;
    who += "\n    thread " + std::to_string(t) + " ";
    if (it.state == status::joining) {
      who += "joins thread " + std::to_string(it.joins);
    } else if (it.next.kind == op::futex_sleep) {
      who += "sleeps on a futex";
    } else if (it.next.kind == op::lock) {
      who += "waits for a mutex";
    } else {
      who += "spins";
    }
    who += std::string(" at ") + it.next.where.file + ":" + std::to_string(it.next.where.line);
  }
  write_failure("deadlock: nobody can go on", who, self().next.where);
  return -1;
}

// ---------------------------------------------------------------------------------------------- the decision

int engine::decide() {
  if (verdict_ != verdict::running) return -1;
  for (unsigned t = 0; t < thread_count_; ++t) {
    if (is_local(t)) return static_cast<int>(t);
  }
  if (++steps_ > model_.max_steps) {
    host_new_ = true;
    write_failure("livelock: the execution doesn't end", "more than max_steps steps; a loop that waits must call cpu_relax",
                  self().next.where);
    return -1;
  }
  time_may_pass_ = false;
  std::uint32_t enabled = enabled_threads();
  if (enabled == 0) {
    const int only = nothing_enabled();
    if (only < 0) return -1;
    enabled = bit(static_cast<unsigned>(only));
  }
  if (enabled == bit(current_) &&
      is_last()) {  // nobody else is left: no decision, unless the request itself has several ways
    list_candidates(current_);
    if (candidates_.size() == 1) {
      chosen_ = candidates_[0];
      return static_cast<int>(current_);
    }
  }
  int next = -1;
  switch (search_.how) {
    case strategy::reduced:
    case strategy::brute:
      next = decide_by_search(enabled);
      break;
    case strategy::random:
    case strategy::pct:
      next = decide_by_chance(enabled);
      break;
    case strategy::replay:
      next = decide_by_replay(enabled);
      break;
  }
  return next;
}

std::uint64_t engine::open_candidates(unsigned thread) {
  list_candidates(thread);
  std::uint64_t open = 0;
  const bool sleeps = (asleep_ >> thread & 1) != 0;
  for (unsigned i = 0; i < candidates_.size(); ++i) {
    if (sleeps && (candidates_[i].message == none || candidates_[i].message < limit_[thread])) continue;
    open |= choice_bit(i);
  }
  return open;
}

bool engine::is_awake(unsigned thread) {
  if ((asleep_ >> thread & 1) == 0) return true;
  const request& next = threads_[thread].next;
  if (!reads_word(next.kind) || words_[next.word].messages.size() <= limit_[thread]) return false;
  return open_candidates(thread) != 0;
}

// Writes first: they never need to be reversed. Reads last: then they have more to choose from at once.
unsigned engine::rank(unsigned thread) const {
  const thread_state& it = threads_[thread];
  const unsigned same = thread == current_ ? 0 : 1;
  switch (it.next.kind) {
    case op::store:
    case op::choose:
    case op::futex_check:
    case op::unlock:
      return same;
    case op::load:
      return (it.waits_for_news ? 6 : 4) + same;
    case op::futex_sleep:
      return 8 + same;
    default:
      return 2 + same;
  }
}

int engine::decide_by_search(std::uint32_t enabled) {
  const bool reducing = reduces();
  if (depth_ == decisions_.size()) {
    int best = -1;
    unsigned best_rank = ~0u;
    const unsigned previous = depth_ == 0 ? 0 : decisions_[depth_ - 1].thread;
    const unsigned preemptions = depth_ == 0 ? 0 : decisions_[depth_ - 1].preemptions_after(previous);
    const bool may_preempt = search_.preemption_bound < 0 || (enabled & bit(previous)) == 0 ||
                             preemptions < static_cast<unsigned>(search_.preemption_bound);
    for (unsigned t = 0; t < thread_count_; ++t) {
      if ((enabled & bit(t)) == 0 || !is_awake(t)) continue;
      if (!may_preempt && t != previous) continue;
      const unsigned r = rank(t);
      if (r < best_rank) {
        best_rank = r;
        best = static_cast<int>(t);
      }
    }
    if (best < 0) {
      finish(verdict::redundant);
      return -1;
    }
    decision& made = decisions_.emplace_back();
    made.enabled = enabled;
    made.previous = static_cast<std::uint8_t>(previous);
    made.preemptions = static_cast<std::uint16_t>(preemptions);
    made.thread = static_cast<std::uint8_t>(best);
    made.asleep = asleep_;
    made.limit = limit_;
    made.backtrack = reducing || threads_[made.thread].next.kind == op::choose ? bit(made.thread) : enabled;
  }
  decision& here = decisions_[depth_];
  const unsigned thread = here.thread;
  asleep_ = here.asleep;
  limit_ = here.limit;
  for (unsigned t = 0; t < thread_count_; ++t) {
    if ((here.done & bit(t)) == 0) continue;
    asleep_ |= bit(t);
    limit_[t] = here.done_limit[t];
  }
  if (!reducing) asleep_ = 0;
  if (here.fresh) {
    here.fresh = false;
    here.todo = open_candidates(thread);
    const request& next = threads_[thread].next;
    here.current_limit =
        reads_word(next.kind) ? static_cast<std::uint16_t>(words_[next.word].messages.size()) : std::uint16_t{none};
    if (here.todo == 0) {
      finish(verdict::redundant);
      return -1;
    }
    here.choice = static_cast<std::uint16_t>(__builtin_ctzll(here.todo));
  } else {
    list_candidates(thread);
  }
  asleep_ &= ~bit(thread);
  chosen_ = candidates_[here.choice];
  node_now_ = static_cast<std::uint32_t>(depth_++);
  taken_.emplace_back(here.thread, here.choice);
  return here.thread;
}

std::uint64_t engine::random() {
  random_state_ ^= random_state_ << 13;
  random_state_ ^= random_state_ >> 7;
  random_state_ ^= random_state_ << 17;
  return random_state_ * 0x2545f4914f6cdd1dULL;
}

int engine::decide_by_chance(std::uint32_t enabled) {
  unsigned thread = 0;
  if (search_.how == strategy::random) {
    auto skip = static_cast<unsigned>((random() >> 32) % static_cast<unsigned>(__builtin_popcount(enabled)));
    for (thread = 0; (enabled & bit(thread)) == 0 || skip-- != 0; ++thread) {
    }
  } else {
    for (const std::uint32_t at : change_points_) {
      if (at == steps_) priority_[current_] = at % max_threads;  // below every first priority
    }
    bool found = false;
    for (unsigned t = 0; t < thread_count_; ++t) {
      if ((enabled & bit(t)) == 0) continue;
      if (!found || priority_[t] > priority_[thread]) thread = t;
      found = true;
    }
  }
  list_candidates(thread);
  std::size_t choice = 0;
  if (candidates_.size() > 1 && (threads_[thread].next.kind == op::choose || (random() >> 40 & 1) != 0)) {
    choice = (random() >> 32) % candidates_.size();
  }
  chosen_ = candidates_[choice];
  node_now_ = steps_;
  taken_.emplace_back(static_cast<std::uint8_t>(thread), static_cast<std::uint16_t>(choice));
  return static_cast<int>(thread);
}

int engine::decide_by_replay(std::uint32_t enabled) {
  unsigned thread = 0;
  std::size_t choice = 0;
  if (depth_ < replay_.size()) {
    thread = replay_[depth_].first;
    choice = replay_[depth_].second;
  } else {
    thread = static_cast<unsigned>(__builtin_ctz(enabled));
  }
  ++depth_;
  if ((enabled & bit(thread)) == 0) {
    host_new_ = true;
    write_failure("the replay string doesn't fit this model", "", self().next.where);
    return -1;
  }
  list_candidates(thread);
  if (choice >= candidates_.size()) {
    host_new_ = true;
    write_failure("the replay string doesn't fit this model", "", self().next.where);
    return -1;
  }
  chosen_ = candidates_[choice];
  node_now_ = steps_;
  taken_.emplace_back(static_cast<std::uint8_t>(thread), static_cast<std::uint16_t>(choice));
  return static_cast<int>(thread);
}

// ---------------------------------------------------------------------------------------------- races

// Lets what leads to the second operation go before `first`: the events since then that `first` doesn't cause, then
// `second`, which has these `causes`, belongs to `thread` and reads message `read` (if any).
void engine::reverse(const event& first, const view& causes, unsigned thread, std::uint16_t read) {
  if (!reduces()) return;
  decision& at = decisions_[first.node];
  const std::size_t from = static_cast<std::size_t>(&first - events_.data()) + 1;
  std::array<const event*, max_threads> head{};
  for (std::size_t i = from; i < events_.size(); ++i) {
    const event& e = events_[i];
    if (e.node <= first.node || e.causes.covers(first.thread, first.index)) continue;
    if (head[e.thread] == nullptr) head[e.thread] = &e;
  }
  const auto starts = [&](unsigned who, const view& its) {
    for (unsigned t = 0; t < thread_count_; ++t) {
      if (t != who && head[t] != nullptr && its.covers(t, head[t]->index)) return false;
    }
    return true;
  };
  std::uint32_t initial = 0;
  for (unsigned t = 0; t < thread_count_; ++t) {
    std::uint16_t message = none;
    if (head[t] != nullptr && (head[t]->index < causes.at[thread] || t != thread)) {
      if (!starts(t, head[t]->causes)) continue;
      message = head[t]->read;
    } else if (t == thread) {
      if (!starts(t, causes)) continue;
      message = read;
    } else {
      continue;
    }
    if ((at.asleep & bit(t)) != 0 && (at.limit[t] == none || (message != none && message < at.limit[t]))) return;
    initial |= bit(t);
  }
  if ((initial & at.backtrack) != 0) return;
  initial &= at.enabled;
  if (initial == 0) {
    at.backtrack |= at.enabled;
  } else {
    at.backtrack |= (initial & bit(thread)) != 0 ? bit(thread) : initial & (~initial + 1);
  }
}

void engine::wake_sleep_set(std::uint16_t index) {
  for (unsigned t = 0; t < thread_count_; ++t) {
    if ((asleep_ & bit(t)) != 0 && threads_[t].next.object == index) asleep_ &= ~bit(t);
  }
}

// ---------------------------------------------------------------------------------------------- spinning

void engine::note_seen(thread_state& me, std::uint16_t key, std::uint16_t value) {
  for (auto& [known, last] : me.seen) {
    if (known == key) {
      last = value;
      return;
    }
  }
  me.seen.emplace_back(key, value);
}

// A round of a spin loop that saw nothing new would go the same way again: it waits for news. A round in which a
// compare_exchange failed may succeed the second time, so it waits only when it has repeated itself.
void engine::yield(site where) {
  thread_state& me = self();
  if (me.seen.empty()) return;
  const bool repeated = me.seen == me.seen_before;
  std::swap(me.seen, me.seen_before);
  me.seen.clear();
  const bool tried = std::exchange(me.tried, false);
  if (tried && !repeated) return;
  if (repeated && !me.released_by_force && has_news(me)) {
    finish(verdict::redundant);  // the same old values once more: equal to an execution with one round less
    leave();
  }
  me.released_by_force = false;
  me.waits_for_news = true;
  me.next.where = where;
  if (me.seen_before.size() == 1 && (me.seen_before[0].first & 0x8000) == 0) {
    me.news_word = me.seen_before[0].first;
    me.news_message = me.seen_before[0].second;
  }
}

// Called when a thread that waited for news is let go on: the news causes what it does next.
void engine::take_news(thread_state& me) {
  if (!me.waits_for_news) return;
  me.waits_for_news = false;
  for (const auto& [key, value] : me.seen_before) {
    if ((key & 0x8000) != 0) {
      const object& it = objects_[key & 0x7fff];
      if (it.changes != value) {
        me.causes.join(it.causes);
        return;
      }
      continue;
    }
    const word& it = words_[key];
    if (!it.alive || it.newest() == value) continue;
    for (std::size_t i = 0; i < it.messages.size(); ++i) {
      if (it.messages[i].position > it.messages[value].position) {
        me.causes.join(it.messages[i].causes);
        return;
      }
    }
  }
}

}  // namespace weft::inline WEFT_ABI::model
