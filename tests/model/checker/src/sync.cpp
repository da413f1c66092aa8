// Fences, futexes, mutexes, the clock, threads: everything that isn't a word.
#include "engine.hpp"

#include <cstdlib>
#include <cstring>
#include <exception>

namespace weft::inline WEFT_ABI::model {

using status = thread_state::status;

// ---------------------------------------------------------------------------------------------- words: the calls

std::uint64_t engine::word_load(const void* address, unsigned size, std::memory_order order, site where) {
  request r;
  r.kind = op::load;
  r.order = weakened(order, op::load, where);
  r.word = word_at(address, size, where);
  r.size = static_cast<std::uint8_t>(size);
  r.where = where;
  announce(r);
  return perform_access(current_);
}

void engine::word_store(const void* address, unsigned size, std::uint64_t value, std::memory_order order, site where) {
  request r;
  r.kind = op::store;
  r.order = weakened(order, op::store, where);
  r.word = word_at(address, size, where);
  r.size = static_cast<std::uint8_t>(size);
  r.operand = value;
  r.where = where;
  announce(r);
  perform_access(current_);
}

std::uint64_t engine::word_modify(const void* address, unsigned size, runtime::change how, std::uint64_t operand,
                                  std::memory_order order, site where) {
  request r;
  r.kind = op::modify;
  r.how = how;
  r.order = weakened(order, op::modify, where);
  r.word = word_at(address, size, where);
  r.size = static_cast<std::uint8_t>(size);
  r.operand = operand;
  r.where = where;
  announce(r);
  return perform_access(current_);
}

bool engine::word_compare(const void* address, unsigned size, std::uint64_t& expected, std::uint64_t desired,
                          std::memory_order success, std::memory_order failure, bool weak, site where) {
  request r;
  r.kind = weak ? op::cas_weak : op::cas;
  r.order = weakened(success, op::modify, where);
  r.failure = weakened(failure, op::load, where);
  r.word = word_at(address, size, where);
  r.size = static_cast<std::uint8_t>(size);
  r.operand = desired;
  r.expected = expected;
  r.where = where;
  announce(r);
  const std::uint64_t seen = perform_access(current_);
  if (chosen_.how == candidate::success) return true;
  expected = seen;
  return false;
}

// ---------------------------------------------------------------------------------------------- fences

void engine::full_fence(op kind, event& e, const view& before, const node_set& more) {
  thread_state& me = self();
  me.known.join(me.acquirable);
  if (kind == op::heavy) me.known.join(me.acquirable_lightly);
  me.released = me.known;
  if (kind == op::heavy) me.heavily = me.known;
  add_fence_node(kind == op::heavy ? sc_node::heavy : sc_node::fence, e, before, more);
}

void engine::fence(op kind, std::memory_order order, site where) {
  thread_state& me = self();
  if (kind != op::fence && !model_.asymmetric_fences) kind = op::fence;
  if (kind != op::fence) has_asymmetric_ = true;
  order = weakened(order, kind, where);
  if (order == std::memory_order_relaxed) return;
  const view before = me.known;
  event& e = record(kind, order, where);
  if (kind == op::light) {
    me.known.join(me.acquirable_heavily);
    me.lightly = me.known;
    add_fence_node(sc_node::light, e, before, {});
  } else if (is_seq_cst(order)) {
    full_fence(kind, e, before, {});
  } else {
    if (is_acquire(order)) me.known.join(me.acquirable);
    if (is_release(order)) me.released = me.known;
  }
}

// ---------------------------------------------------------------------------------------------- objects

std::uint16_t engine::object_at(const void* address) {
  const std::uint16_t found = object_index_.find(address);
  if (found != none) return found;
  if (object_count_ == objects_.size()) objects_.emplace_back();
  object& it = objects_[object_count_];
  auto reads = std::move(it.reads);
  auto sleepers = std::move(it.sleepers);
  it = object{};
  it.reads = std::move(reads);
  it.sleepers = std::move(sleepers);
  it.reads.clear();
  it.sleepers.clear();
  it.address = address;
  object_index_.set(address, static_cast<std::uint16_t>(object_count_));
  return static_cast<std::uint16_t>(object_count_++);
}

void engine::race_with(std::uint32_t earlier, const event& e, const view& before) {
  const event& first = events_[earlier];
  if (first.thread == e.thread || before.covers(first.thread, first.index)) return;
  view causes = before;
  causes.at[e.thread] = e.index;
  reverse(first, causes, e.thread, none);
}

// `before` are the causes of the operation without those that it has through the object. When a change is to go before one
// of the reads, it still comes after the others: they keep their place before it.
void engine::race_with_object(const object& it, const event& e, const view& before, bool changes) {
  if (!reduces() || node_now_ < first_new_) return;
  if (it.has_last) race_with(it.last, e, before);
  if (!changes) return;
  for (const std::uint32_t earlier : it.reads) {
    view causes = before;
    for (const std::uint32_t other : it.reads) {
      const event& first = events_[earlier];
      if (!events_[other].causes.covers(first.thread, first.index)) causes.join(events_[other].causes);
    }
    race_with(earlier, e, causes);
  }
}

void engine::touch_object(object& it, event& e, bool changes) {
  thread_state& me = self();
  me.causes.join(it.causes);
  if (changes) me.causes.join(it.read_causes);
  e.causes = me.causes;
  const auto index = static_cast<std::uint32_t>(&e - events_.data());
  if (changes) {
    it.causes = me.causes;
    it.reads.clear();
    it.read_causes = view{};
    it.last = index;
    it.has_last = true;
    ++it.changes;
  } else {
    it.reads.push_back(index);
    it.read_causes.join(me.causes);
  }
}

// ---------------------------------------------------------------------------------------------- mutex

void engine::lock(const void* address, site where) {
  request r;
  r.kind = op::lock;
  r.object = object_at(address);
  r.where = where;
  announce(r);
  object& it = objects_[r.object];
  thread_state& me = self();
  const view before = me.causes;
  event& e = record(op::lock, std::memory_order_acquire, where);
  e.object = r.object;
  if (reduces() && node_now_ >= first_new_ && it.has_acquired) race_with(it.acquired, e, before);
  touch_object(it, e, true);
  me.known.join(it.known);
  it.owner = static_cast<std::int16_t>(current_);
  it.acquired = it.last;
  it.has_acquired = true;
  wake_sleep_set(r.object);
}

bool engine::try_lock(const void* address, site where) {
  request r;
  r.kind = op::try_lock;
  r.object = object_at(address);
  r.where = where;
  announce(r);
  object& it = objects_[r.object];
  thread_state& me = self();
  const view before = me.causes;
  const bool free = it.owner < 0;
  event& e = record(op::try_lock, std::memory_order_acquire, where);
  e.object = r.object;
  e.value = free ? 1 : 0;
  if (free) {
    race_with_object(it, e, before, true);
    touch_object(it, e, true);
    me.known.join(it.known);
    it.owner = static_cast<std::int16_t>(current_);
    it.acquired = it.last;
    it.has_acquired = true;
  } else {
    race_with_object(it, e, before, false);
    touch_object(it, e, false);
    note_seen(me, static_cast<std::uint16_t>(r.object | 0x8000), it.changes);
  }
  wake_sleep_set(r.object);
  return free;
}

void engine::unlock(const void* address, site where) {
  request r;
  r.kind = op::unlock;
  r.object = object_at(address);
  r.where = where;
  if (objects_[r.object].owner != static_cast<int>(current_))
    fail("unlock of a mutex that this thread doesn't hold", "", where);
  announce(r);
  object& it = objects_[r.object];
  thread_state& me = self();
  const view before = me.causes;
  event& e = record(op::unlock, std::memory_order_release, where);
  e.object = r.object;
  race_with_object(it, e, before, true);
  touch_object(it, e, true);
  it.known = me.known;
  it.owner = -1;
  wake_sleep_set(r.object);
}

// ---------------------------------------------------------------------------------------------- futex
//
// As the kernel does it: a wait takes the bucket's lock, makes itself counted, fences, looks at the word and either queues
// itself or not, all under the lock. A wake fences and looks at the count first: with nobody there it takes no lock and so
// orders nothing but by its fence: each later wait's fence comes after it in S.

void engine::release_bucket(std::uint16_t queue) {
  object& it = objects_[queue];
  thread_state& me = self();
  it.known.join(me.known);
  it.causes.join(me.causes);
  it.owner = -1;
  wake_sleep_set(queue);
}

int engine::futex_wait(const void* address, std::uint32_t expected, std::int64_t deadline, site where) {
  request r;
  r.kind = op::futex_wait;
  r.object = object_at(address);
  r.where = where;
  const std::uint16_t word_index = word_at(address, 4, where);
  announce(r);
  {
    object& it = objects_[r.object];
    thread_state& me = self();
    const view causes_before = me.causes;
    me.known.join(it.known);
    const view before = me.known;
    event& e = record(op::futex_wait, std::memory_order_seq_cst, where);
    e.object = r.object;
    e.word = word_index;
    e.value = expected;
    race_with_object(it, e, causes_before, true);
    touch_object(it, e, true);
    full_fence(op::fence, e, before, it.wakes);
    it.owner = static_cast<std::int16_t>(current_);
    wake_sleep_set(r.object);
  }
  request check;
  check.kind = op::futex_check;
  check.word = word_index;
  check.size = 4;
  check.order = std::memory_order_relaxed;
  check.expected = expected;
  check.where = where;
  announce(check);
  perform_access(current_);
  if (chosen_.how == candidate::changed) {
    release_bucket(r.object);
    return 1;
  }
  objects_[r.object].sleepers.push_back(static_cast<std::uint8_t>(current_));
  release_bucket(r.object);

  r.kind = op::futex_sleep;
  r.deadline = deadline;
  announce(r);
  thread_state& me = self();
  if (me.state == status::woken) {
    me.state = status::at_request;
    event& e = record(op::resume, std::memory_order_relaxed, where);
    e.how = candidate::success;
    e.word = word_index;
    return 0;
  }
  const candidate::kind how = chosen_.how;
  object& it = objects_[r.object];
  const view before = me.causes;
  event& e = record(op::futex_sleep, std::memory_order_relaxed, where);
  e.object = r.object;
  e.word = word_index;
  e.how = how;
  race_with_object(it, e, before, true);
  touch_object(it, e, true);
  std::erase(it.sleepers, static_cast<std::uint8_t>(current_));
  wake_sleep_set(r.object);
  if (how == candidate::spurious) {
    ++me.spurious_wakes;
    return 0;
  }
  ++me.timeouts;
  const std::uint16_t clock_index = object_at(&time_);
  object& clock = objects_[clock_index];
  event& now = events_.back();
  race_with_object(clock, now, before, true);
  touch_object(clock, now, true);
  objects_[r.object].causes.join(me.causes);
  time_ = std::max(time_, deadline);
  wake_sleep_set(clock_index);
  return 2;
}

int engine::futex_wake(const void* address, int count, site where) {
  request r;
  r.kind = op::futex_wake;
  r.object = object_at(address);
  r.where = where;
  announce(r);
  object& it = objects_[r.object];
  thread_state& me = self();
  const view causes_before = me.causes;
  const bool finds_some = !it.sleepers.empty() && count > 0;
  const view before = me.known;
  event& e = record(op::futex_wake, std::memory_order_seq_cst, where);
  e.object = r.object;
  race_with_object(it, e, causes_before, finds_some);
  touch_object(it, e, finds_some);
  full_fence(op::fence, e, before, {});
  if (!knows_all()) it.wakes.add(static_cast<unsigned>(nodes_.size() - 1));
  int woken = 0;
  if (finds_some) {
    me.known.join(it.known);
    it.known.join(me.known);
    while (woken < count && !it.sleepers.empty()) {
      const unsigned sleeper = it.sleepers.front();
      it.sleepers.erase(it.sleepers.begin());
      if (reduces() && node_now_ >= first_new_ && (decisions_[node_now_].enabled >> sleeper & 1) != 0) {
        decisions_[node_now_].backtrack |= 1u << sleeper;  // it could have timed out instead, just before
      }
      thread_state& other = threads_[sleeper];
      other.state = status::woken;
      other.causes.join(me.causes);
      asleep_ &= ~(1u << sleeper);
      ++woken;
    }
  }
  events_.back().value = static_cast<std::uint64_t>(woken);
  wake_sleep_set(r.object);
  return woken;
}

// ---------------------------------------------------------------------------------------------- clock

std::int64_t engine::time_now(site where) {
  request r;
  r.kind = op::time_read;
  r.object = object_at(&time_);
  r.where = where;
  announce(r);
  object& it = objects_[r.object];
  const view before = self().causes;
  event& e = record(op::time_read, std::memory_order_relaxed, where);
  e.object = r.object;
  e.value = static_cast<std::uint64_t>(time_);
  race_with_object(it, e, before, false);
  touch_object(it, e, false);
  return time_;
}

// ---------------------------------------------------------------------------------------------- threads and choices

unsigned engine::choose(unsigned count, site where) {
  if (count <= 1) return 0;
  if (count > 64) fail("choose: at most 64 ways", "", where);
  request r;
  r.kind = op::choose;
  r.operand = count;
  r.where = where;
  announce(r);
  event& e = record(op::choose, std::memory_order_relaxed, where);
  e.value = chosen_.message;
  return chosen_.message;
}

unsigned engine::spawn(void (*run)(void*), void* body, const char* name, site where) {
  if (thread_count_ == max_threads) fail("too many threads in one execution", "16 at most", where);
  thread_state& me = self();
  event& e = record(op::spawn, std::memory_order_release, where);
  e.value = thread_count_;
  const unsigned made = thread_count_++;
  thread_state& it = threads_[made];
  it.known = me.known;
  it.causes = me.causes;
  it.run = run;
  it.body = body;
  std::strncpy(it.name, name, sizeof it.name - 1);
  it.state = status::beginning;
  it.stack.prepare(&engine::thread_main, this);
  return made;
}

void engine::join(unsigned thread, site where) {
  thread_state& me = self();
  me.next.where = where;
  me.joins = thread;
  me.state = status::joining;
  stop_here();
  me.state = status::at_request;
  me.known.join(threads_[thread].known);
  me.causes.join(threads_[thread].causes);
  event& e = record(op::join, std::memory_order_acquire, where);
  e.value = thread;
}

bool engine::thread_creation_fails(site where) {
  if (self().thread_failures >= model_.thread_failures) return false;
  if (choose(2, where) == 0) return false;
  ++self().thread_failures;
  return true;
}

void* engine::thread_memory(const void* key, std::size_t size, std::size_t alignment, bool& fresh) {
  thread_state& me = self();
  for (const auto& [known, memory] : me.memory) {
    if (known == key) return memory;
  }
  alignment = std::max(alignment, alignof(std::max_align_t));
  void* const made = std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
  if (made == nullptr) std::abort();
  std::memset(made, 0, size);
  me.memory.emplace_back(key, made);
  fresh = true;
  return made;
}

void engine::at_thread_end(void (*end)(void*), void* object) { self().at_end.emplace_back(end, object); }

void engine::run_thread_end(thread_state& me) {
  while (!me.at_end.empty()) {
    const auto [end, object] = me.at_end.back();
    me.at_end.pop_back();
    end(object);
  }
}

void engine::thread_main(void* pointer) {
  engine& it = *static_cast<engine*>(pointer);
  it.self().state = status::at_request;
  try {
    it.self().run(it.self().body);
    it.run_thread_end(it.self());
  } catch (const std::exception& error) {
    it.fail("an exception left a thread", error.what(), it.self().next.where);
  } catch (...) {
    it.fail("an exception left a thread", "not a std::exception", it.self().next.where);
  }
  it.record(op::end, std::memory_order_release, site{});
  it.self().state = status::done;
  it.stop_here();
  __builtin_unreachable();
}

}  // namespace weft::inline WEFT_ABI::model
