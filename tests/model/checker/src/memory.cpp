// Atomic words: which writes a read may see, where a write may go, what an access makes known.
#include "engine.hpp"

namespace weft::inline WEFT_ABI::model {

namespace {
std::uint64_t bytes_at(const void* address, unsigned size) noexcept {
  std::uint64_t value = 0;
  __builtin_memcpy(&value, address, size);
  return value;
}

std::uint64_t truncated(std::uint64_t value, unsigned size) noexcept {
  return size >= 8 ? value : value & ((std::uint64_t{1} << (size * 8)) - 1);
}

std::uint64_t changed(std::uint64_t old, runtime::change how, std::uint64_t operand, unsigned size) noexcept {
  switch (how) {
    case runtime::change::exchange:
      return truncated(operand, size);
    case runtime::change::add:
      return truncated(old + operand, size);
    case runtime::change::subtract:
      return truncated(old - operand, size);
    case runtime::change::bit_and:
      return truncated(old & operand, size);
    case runtime::change::bit_or:
      return truncated(old | operand, size);
    case runtime::change::bit_xor:
      return truncated(old ^ operand, size);
  }
  return old;
}
}  // namespace

// ---------------------------------------------------------------------------------------------- life of a word

std::uint16_t engine::make_word(const void* address, unsigned size, bool is_static, site where) {
  if (word_count_ == none) fail("too many atomic words in one execution", "", where);
  if (word_count_ == words_.size()) words_.emplace_back();
  word& it = words_[word_count_];
  it.address = address;
  it.name = nullptr;
  it.birth = where;
  it.size = static_cast<std::uint8_t>(size);
  it.alive = true;
  it.is_shared = false;
  it.last_thread = 0xff;
  it.end = nullptr;
  it.messages.clear();
  it.order.clear();
  it.accesses.clear();
  it.born_by = static_cast<std::uint8_t>(current_);
  it.born_at = is_static ? std::int16_t{0} : static_cast<std::int16_t>(self().events + 1);
  message first;
  first.value = bytes_at(address, size);
  first.initial = true;
  if (!is_static) first.causes = self().causes;
  it.messages.push_back(first);
  it.order.push_back(0);
  word_index_.set(address, static_cast<std::uint16_t>(word_count_));
  return static_cast<std::uint16_t>(word_count_++);
}

std::uint16_t engine::word_at(const void* address, unsigned size, site where) {
  const std::uint16_t known = word_index_.find(address);
  if (known != none) {
    check_usable(words_[known], where);
    if (words_[known].size != size) fail("an atomic word is used with another size than it was made with", "", where);
    return known;
  }
  if (owns(address)) fail("atomic used before its construction", describe_heap(address), where);
  for (unsigned t = 0; t < thread_count_; ++t) {
    if (threads_[t].stack.holds(address)) fail("atomic used before its construction", "it lies on a stack", where);
  }
  return make_word(address, size, true, site{"static storage", "", 0});
}

void engine::check_usable(const word& it, site where) {
  if (!it.alive) fail("atomic used after its end", it.end, where);
  if (!self().known.covers(it.born_by, it.born_at) && it.born_by != current_) {
    fail("atomic used before its construction is known to have happened",
         "nothing orders the construction before this access", where);
  }
}

void engine::kill_word(word& it, const char* end, site where) {
  for (const access& a : it.accesses) {
    if (a.thread != current_ && !self().known.covers(a.thread, a.index)) {
      it.end = end;
      it.alive = false;
      write_failure("atomic ended while another thread may still use it",
                    std::string(end) + " here; nothing orders it after the access at " + events_[a.made_by].where.file +
                        ":" + std::to_string(events_[a.made_by].where.line),
                    where);
      leave();
    }
  }
  it.alive = false;
  it.end = end;
}

void engine::word_born(const void* address, unsigned size, site where) {
  const std::uint16_t old = word_index_.find(address);
  if (old != none && words_[old].alive) kill_word(words_[old], "constructed again", where);
  make_word(address, size, false, where);
}

void engine::word_died(const void* address, site where) {
  const std::uint16_t index = word_index_.find(address);
  if (index == none) return;
  word& it = words_[index];
  if (!it.alive) fail("atomic destroyed twice", it.end, where);
  kill_word(it, "destroyed", where);
}

// ---------------------------------------------------------------------------------------------- what may be read

unsigned engine::floor_of(const word& it, const view& known) const {
  unsigned floor = 0;
  std::uint32_t found = 0;
  for (std::size_t i = it.accesses.size(); i-- > 0;) {
    const access& a = it.accesses[i];
    if ((found >> a.thread & 1) != 0 || !known.covers(a.thread, a.index)) continue;
    // A thread's own accesses of one word never step back in modification order, so its last known one decides.
    found |= 1u << a.thread;
    floor = std::max(floor, it.position(a.message));
  }
  return floor;
}

void engine::add_candidate(candidate c) { candidates_.push_back(c); }

void engine::list_candidates(unsigned thread) {
  candidates_.clear();
  blocked_.clear();
  thread_state& it = threads_[thread];
  request& next = it.next;
  switch (next.kind) {
    case op::load:
    case op::modify:
    case op::cas:
    case op::cas_weak:
    case op::futex_check:
    case op::store:
      list_reads(thread, words_[next.word]);
      break;
    case op::choose:
      for (std::uint16_t i = 0; i < next.operand; ++i) add_candidate({i, 0, candidate::success});
      break;
    case op::futex_sleep:
      if (it.spurious_wakes < model_.spurious_wakes) add_candidate({none, 0, candidate::spurious});
      if (next.deadline != INT64_MAX && (time_may_pass_ || it.timeouts < model_.timeouts)) {
        add_candidate({none, 0, candidate::timeout});
      }
      break;
    default:
      add_candidate({none, 0, candidate::success});
      break;
  }
}

bool engine::was_read_too_often(const thread_state& who, std::uint16_t message) {
  constexpr unsigned most = 6;
  for (const auto& old : who.stale) {
    if (old.word == who.next.word && old.message == message && old.line == who.next.where.line) return old.count >= most;
  }
  return false;
}

void engine::note_old_read(thread_state& me, std::uint16_t message) {
  for (auto& old : me.stale) {
    if (old.word == me.next.word && old.message == message && old.line == me.next.where.line) {
      ++old.count;
      return;
    }
  }
  me.stale.push_back({me.next.where.line, me.next.word, message, 1});
}

void engine::list_reads(unsigned thread, word& it) {
  thread_state& who = threads_[thread];
  const request& next = who.next;
  const unsigned floor = floor_of(it, who.known);
  const unsigned last = static_cast<unsigned>(it.order.size()) - 1;
  view known = who.known;  // as of the new event
  known.at[thread] = static_cast<std::int16_t>(who.events + 1);
  const bool check_order = !nodes_.empty();

  const auto is_consistent = [&](unsigned position, bool writes, std::uint16_t read, std::memory_order order) {
    if (!check_order) return true;
    view with = known;
    if (read != none && is_acquire(order)) with.join(it.messages[read].released);
    return !closes_cycle(it, position, writes, is_seq_cst(order), with, who.known, thread);
  };

  if (next.kind == op::store) {
    for (unsigned position = last + 1; position > floor; --position) {
      if (position <= last) {
        if (it.messages[it.order[position]].is_modify) continue;  // nothing comes between it and what it read
        if (!is_consistent(position, true, none, next.order)) continue;
      }
      add_candidate({none, static_cast<std::uint16_t>(position), candidate::success});
      if (candidates_.size() == 64) return;
    }
    return;
  }

  for (unsigned position = last + 1; position-- > floor;) {
    const std::uint16_t index = it.order[position];
    const message& m = it.messages[index];
    if (next.must_be_newer && position <= it.position(next.older_than)) break;
    const auto at = static_cast<std::uint16_t>(position);
    const auto after = static_cast<std::uint16_t>(position + 1);
    const bool is_last = position == last;
    if (!is_last && was_read_too_often(who, index)) continue;
    switch (next.kind) {
      case op::load:
        if (is_last || is_consistent(position, false, index, next.order)) add_candidate({index, at, candidate::plain_read});
        break;
      case op::futex_check:
        if (is_last || is_consistent(position, false, index, next.order)) {
          add_candidate({index, at, m.value == next.expected ? candidate::sleep : candidate::changed});
        }
        break;
      case op::modify:
        if (m.taken) {
          blocked_.push_back(index);
        } else if (is_last || is_consistent(position + 1, true, index, next.order)) {
          add_candidate({index, after, candidate::success});
        }
        break;
      default:
        if (m.value != next.expected) {
          if (is_last || is_consistent(position, false, index, next.failure)) add_candidate({index, at, candidate::failure});
          break;
        }
        if (m.taken) {
          blocked_.push_back(index);
        } else if (is_last || is_consistent(position + 1, true, index, next.order)) {
          add_candidate({index, after, candidate::success});
        }
        if (next.kind == op::cas_weak && !who.was_spurious && who.spurious_cas < model_.spurious_cas &&
            (is_last || is_consistent(position, false, index, next.failure))) {
          add_candidate({index, at, candidate::spurious});
        }
    }
    if (candidates_.size() >= 63) return;
  }
}

// ---------------------------------------------------------------------------------------------- what an access does

event& engine::record(op kind, std::memory_order order, site where) {
  thread_state& me = self();
  if (me.events == INT16_MAX - 1) fail("too many events in one thread", "", where);
  ++me.events;
  me.known.at[current_] = me.events;
  me.causes.at[current_] = me.events;
  event& e = events_.emplace_back();
  e.kind = kind;
  e.order = order;
  e.where = where;
  e.thread = static_cast<std::uint8_t>(current_);
  e.index = me.events;
  e.node = node_now_;
  e.causes = me.causes;
  return e;
}

void engine::read_message(thread_state& me, const message& m, std::memory_order order) {
  me.causes.join(m.causes);
  if (is_acquire(order)) me.known.join(m.released);
  me.acquirable.join(m.released);
  if (has_asymmetric_) {
    me.acquirable_lightly.join(m.lightly);
    me.acquirable_heavily.join(m.heavily);
  }
}

access& engine::add_access(word& it, event& e, std::uint16_t index, bool reads, bool writes) {
  if (it.last_thread != 0xff && it.last_thread != current_) it.is_shared = true;
  it.last_thread = static_cast<std::uint8_t>(current_);
  access& a = it.accesses.emplace_back();
  a.made_by = static_cast<std::uint32_t>(&e - events_.data());
  a.index = e.index;
  a.message = index;
  a.thread = static_cast<std::uint8_t>(current_);
  a.reads = reads;
  a.writes = writes;
  return a;
}

std::uint16_t engine::add_message(word& it, event& e, std::uint64_t value, unsigned position, std::memory_order order,
                                  const message* continued) {
  thread_state& me = self();
  message made;
  made.value = value;
  made.made_by = static_cast<std::uint32_t>(&e - events_.data());
  made.causes = me.causes;
  made.released = is_release(order) ? me.known : me.released;
  if (has_asymmetric_) {
    made.lightly = me.lightly;
    made.heavily = me.heavily;
  }
  if (continued != nullptr) {  // a read-modify-write carries on the release sequence that it read from
    made.is_modify = true;
    made.released.join(continued->released);
    if (has_asymmetric_) {
      made.lightly.join(continued->lightly);
      made.heavily.join(continued->heavily);
    }
  }
  made.position = static_cast<std::uint16_t>(position);
  const auto index = static_cast<std::uint16_t>(it.messages.size());
  it.messages.push_back(made);
  it.order.insert(it.order.begin() + static_cast<std::ptrdiff_t>(position), index);
  for (std::size_t i = position + 1; i < it.order.size(); ++i)
    it.messages[it.order[i]].position = static_cast<std::uint16_t>(i);
  for (unsigned t = 0; t < thread_count_; ++t) threads_[t].forced = 0;
  return index;
}

void engine::race_with_readers(const word& it, const event& e) {
  if (!reduces() || node_now_ < first_new_) return;
  const auto index = static_cast<std::size_t>(&e - events_.data());
  for (const access& a : it.accesses) {
    if (!a.reads || a.thread == current_ || e.causes.covers(a.thread, a.index)) continue;
    reverse(events_[a.made_by], events_[index].causes, current_, events_[index].read);
  }
}

// Read-modify-writes that could have come first: they read the very message that this one may not read any more.
void engine::race_with_takers(const word& it, const view& before, unsigned thread) {
  if (!reduces() || node_now_ < first_new_) return;
  for (const std::uint16_t index : blocked_) {
    const message& m = it.messages[index];
    view causes = before;
    causes.join(m.causes);
    const event& taker = events_[m.taker];
    if (taker.thread == thread || causes.covers(taker.thread, taker.index)) continue;
    causes.at[thread] = static_cast<std::int16_t>(before.at[thread] + 1);
    reverse(taker, causes, thread, index);
  }
}

std::uint64_t engine::perform_access(unsigned thread) {
  thread_state& me = threads_[thread];
  const request next = me.next;
  const candidate c = chosen_;
  word& it = words_[next.word];
  check_usable(it, next.where);
  const view before = me.known;
  race_with_takers(it, me.causes, thread);

  const bool reads = next.kind != op::store;
  const bool writes = c.how == candidate::success && next.kind != op::load && next.kind != op::futex_check;
  const std::memory_order order =
      writes || next.kind == op::load || next.kind == op::futex_check ? next.order : next.failure;
  event& e = record(next.kind, order, next.where);
  e.word = next.word;
  e.how = c.how;
  e.newest = it.newest();

  message read;
  if (reads) {
    read = it.messages[c.message];
    read_message(me, read, order);
    e.read = c.message;
    e.value = read.value;
    e.causes = me.causes;
    note_seen(me, next.word, c.message);
    if (c.message != it.newest()) note_old_read(me, c.message);
  }
  std::uint16_t touched = c.message;
  if (writes) {
    race_with_readers(it, e);
    const std::uint64_t value = next.kind == op::store    ? next.operand
                                : next.kind == op::modify ? changed(read.value, next.how, next.operand, next.size)
                                                          : next.operand;
    touched = add_message(it, e, value, c.position, order, reads ? &read : nullptr);
    e.written = touched;
    e.wrote = value;
    if (reads) {
      it.messages[c.message].taken = true;
      it.messages[c.message].taker = static_cast<std::uint32_t>(&e - events_.data());
    }
    note_seen(me, next.word, touched);
  }
  // A read-modify-write that changes nothing, as in a loop around exchange(1), is no more than a look.
  const bool only_looked = next.kind == op::modify && e.wrote == e.value;
  if (next.kind != op::load && next.kind != op::store && next.kind != op::futex_check && !only_looked) me.tried = true;
  me.was_spurious = c.how == candidate::spurious;
  if (c.how == candidate::spurious) ++me.spurious_cas;
  access& a = add_access(it, e, touched, reads, writes);
  order_access(it, a, it.position(touched), is_seq_cst(order), me.known, before);
  return read.value;
}

}  // namespace weft::inline WEFT_ABI::model
