// The loop over executions.
#include "engine.hpp"

#include <ctime>
#include <cstdlib>
#include <cstring>
#include <sys/mman.h>

namespace weft::inline WEFT_ABI::model {

engine& the_engine() noexcept {
  // Never destroyed: static objects of the program under test may still call in.
  alignas(engine) static char room[sizeof(engine)];
  static engine* const it = ::new (room) engine();
  return *it;
}

vec<registered_model>& registered_models() {
  static vec<registered_model> models;
  return models;
}

registration::registration(const char* name, body_function body, options wanted, site where) noexcept {
  registered_models().push_back({name, body, wanted, where});
}

void engine::reset() {
  for (unsigned t = 0; t < max_threads; ++t) {
    thread_state& it = threads_[t];
    if (it.state == thread_state::status::unused) continue;
    it.state = thread_state::status::unused;
    it.next = request{};
    it.known = it.acquirable = it.released = it.lightly = it.heavily = view{};
    it.acquirable_lightly = it.acquirable_heavily = it.causes = view{};
    it.events = 0;
    it.seen.clear();
    it.seen_before.clear();
    it.tried = it.waits_for_news = it.released_by_force = it.was_spurious = false;
    it.news_word = none;
    it.stale.clear();
    it.forced = 0;
    it.spurious_cas = it.spurious_wakes = it.timeouts = it.allocation_failures = it.thread_failures = 0;
    std::memset(it.name, 0, sizeof it.name);
    for (const auto& [key, memory] : it.memory) std::free(memory);
    it.memory.clear();
    it.at_end.clear();
  }
  verdict_ = verdict::running;
  thread_count_ = 1;
  current_ = 0;
  steps_ = 0;
  moments_ = 0;
  depth_ = 0;
  node_now_ = 0;
  asleep_ = 0;
  first_new_ = decisions_.empty() ? 0 : decisions_.size() - 1;
  events_.clear();
  taken_.clear();
  word_count_ = 0;
  word_index_.clear();
  cells_.clear();
  cell_index_.clear();
  object_count_ = 0;
  object_index_.clear();
  nodes_.clear();
  light_nodes_ = heavy_nodes_ = node_set{};
  has_asymmetric_ = false;
  time_ = 1'000'000'000;
  outcomes_now_.clear();
  blocks_.clear();
  arena_used_ = 0;
  host_new_ = false;
}

void engine::run_once(void (*run)(void*), void* body) {
  reset();
  if (search_.how == strategy::pct) {
    for (std::uint32_t& priority : priority_) priority = 1000 + static_cast<std::uint32_t>(random() >> 40);
    change_points_.clear();
    for (unsigned i = 1; i < search_.pct_depth; ++i) {
      change_points_.push_back(1 + static_cast<std::uint32_t>((random() >> 32) % last_steps_));
    }
  }
  thread_state& first = threads_[0];
  first.run = run;
  first.body = body;
  first.state = thread_state::status::beginning;
  first.stack.prepare(&engine::thread_main, this);
  running_ = true;
  fiber::switch_between(host_, first.stack);
  if (verdict_ == verdict::complete) check_leaks();
  running_ = false;
  last_steps_ = std::max(steps_, 2u);
}

// To the next way that hasn't been tried: deepest decision first.
bool engine::advance() {
  while (!decisions_.empty()) {
    decision& last = decisions_.back();
    if (!last.fresh) {
      last.todo &= ~(std::uint64_t{1} << last.choice);
      if (last.todo != 0) {
        last.choice = static_cast<std::uint16_t>(__builtin_ctzll(last.todo));
        return true;
      }
    }
    last.done |= 1u << last.thread;
    last.done_limit[last.thread] = last.current_limit;
    std::uint32_t left = last.backtrack & last.enabled & ~last.done;
    if (search_.preemption_bound >= 0) {
      for (unsigned t = 0; t < max_threads; ++t) {
        if ((left >> t & 1) != 0 && last.preemptions_after(t) > static_cast<unsigned>(search_.preemption_bound))
          left &= ~(1u << t);
      }
    }
    if (left != 0) {
      last.thread = static_cast<std::uint8_t>(__builtin_ctz(left));
      last.fresh = true;
      return true;
    }
    decisions_.pop_back();
  }
  return false;
}

report engine::explore(const options& model, const search_options& search, void (*run)(void*), void* body) {
  if (arena_ == nullptr) {
    // The same place in every process, if it is free, so that a replay sees the same addresses.
    void* const room = ::mmap(reinterpret_cast<void*>(std::uintptr_t{0x2000} << 32), std::size_t{1} << 30,
                              PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (room == MAP_FAILED) std::abort();
    arena_ = static_cast<char*>(room);
  }
  model_ = model;
  search_ = search;
  report_ = report{};
  decisions_.clear();
  random_state_ = search.seed * 0x9e3779b97f4a7c15ULL + 1;
  if (search.how == strategy::replay) read_replay(search.replay);
  const bool searches = search.how == strategy::reduced || search.how == strategy::brute;

  // Processor time: what else runs on the machine is none of the model's business.
  const std::clock_t start = std::clock();
  const auto elapsed = [&] { return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC; };
  for (std::uint64_t runs = 1;; ++runs) {
    run_once(run, body);
    if (verdict_ == verdict::failed) break;
    if (verdict_ == verdict::complete) {
      ++report_.executions;
      for (const auto& values : outcomes_now_) report_.outcomes.emplace(values.begin(), values.end());
    } else {
      ++report_.redundant;
    }
    if (search.how == strategy::replay) {
      if (search.trace_always) report_.failure = make_trace();
      break;
    }
    if (searches && !advance()) {
      report_.complete = true;
      break;
    }
    if (runs >= search.max_executions) break;
    if ((runs & 255) == 0 && elapsed() > search.max_seconds) break;
  }
  report_.seconds = elapsed();
  return report_;
}

void engine::outcome(const std::int64_t* values, std::size_t count) { outcomes_now_.emplace_back(values, values + count); }

moment engine::moment_now() noexcept {
  static_assert(std::tuple_size_v<decltype(moment::known)> == max_threads);
  return {self().known.at, ++moments_, static_cast<std::uint8_t>(current_)};
}

void engine::name_word(const void* address, const char* text) {
  const std::uint16_t index = word_index_.find(address);
  if (index != none) words_[index].name = text;
}

// ---------------------------------------------------------------------------------------------- mutation

std::memory_order engine::weakened(std::memory_order order, op kind, const site& where) {
  if (collect_sites) {
    const bool before = std::exchange(host_new_, true);
    if (order != std::memory_order_relaxed) {
      sites.insert({where.file, where.line, kind, order});
    }
    host_new_ = before;
  }
  if (weaken.line == 0 || weaken.line != where.line || (weaken.has_kind && weaken.kind != kind)) return order;
  const std::size_t length = std::strlen(where.file);
  if (length < weaken.file.size() || std::strcmp(where.file + length - weaken.file.size(), weaken.file.c_str()) != 0)
    return order;
  std::memory_order less = order;
  const bool loads = kind == op::load;
  const bool stores = kind == op::store;
  switch (order) {
    case std::memory_order_seq_cst:
      less = kind == op::light || kind == op::heavy ? std::memory_order_relaxed
             : loads                                ? std::memory_order_acquire
             : stores                               ? std::memory_order_release
                                                    : std::memory_order_acq_rel;
      break;
    case std::memory_order_acq_rel:
      less = weaken.variant == 0 ? std::memory_order_acquire : std::memory_order_release;
      break;
    case std::memory_order_acquire:
    case std::memory_order_release:
      less = std::memory_order_relaxed;
      break;
    default:
      return order;
  }
  weaken.hit = true;
  return less;
}

// ---------------------------------------------------------------------------------------------- address map

void address_map::clear() noexcept {
  ++era_;
  used_ = 0;
}

std::uint16_t address_map::find(const void* address) const noexcept {
  if (entries_.empty()) return none;
  const std::size_t mask = entries_.size() - 1;
  for (std::size_t i = (reinterpret_cast<std::uintptr_t>(address) * 0x9e3779b97f4a7c15ULL >> 20) & mask;;
       i = (i + 1) & mask) {
    const entry& e = entries_[i];
    if (e.era != era_) return none;
    if (e.address == address) return e.index;
  }
}

void address_map::set(const void* address, std::uint16_t index) {
  if (entries_.empty() || used_ * 2 >= entries_.size()) grow();
  const std::size_t mask = entries_.size() - 1;
  std::size_t i = (reinterpret_cast<std::uintptr_t>(address) * 0x9e3779b97f4a7c15ULL >> 20) & mask;
  while (entries_[i].era == era_ && entries_[i].address != address) i = (i + 1) & mask;
  if (entries_[i].era != era_) ++used_;
  entries_[i] = {address, era_, index};
}

void address_map::grow() {
  vec<entry> old = std::move(entries_);
  entries_.assign(std::max<std::size_t>(256, old.size() * 2), entry{});
  used_ = 0;
  const std::uint32_t era = era_ == 0 ? ++era_ : era_;
  for (const entry& e : old) {
    if (e.era == era && e.address != nullptr) set(e.address, e.index);
  }
}

}  // namespace weft::inline WEFT_ABI::model
