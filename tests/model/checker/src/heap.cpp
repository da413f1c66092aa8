// The heap of a model: operator new and delete of the whole program come here while an execution runs.
//
// A block is never given out twice in an execution (unless the model asks for that), so that every use after free is seen.
// The addresses are the same in every execution that takes the same way.
#include "engine.hpp"

#include <cstdlib>
#include <cstring>
#include <new>
#include <sys/mman.h>

namespace weft::inline WEFT_ABI::model {

namespace {
constexpr std::size_t arena_size = std::size_t{1} << 30;
constexpr std::size_t gap = 16;
}  // namespace

bool engine::owns(const void* address) const noexcept {
  const auto* at = static_cast<const char*>(address);
  return arena_ != nullptr && at >= arena_ && at < arena_ + arena_size;
}

std::size_t engine::block_of(const void* address) const {
  const auto* at = static_cast<const char*>(address);
  std::size_t low = 0, high = blocks_.size();
  while (low < high) {  // the last block that begins at or before the address
    const std::size_t middle = (low + high) / 2;
    if (blocks_[middle].begin <= at) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  if (low == 0) return blocks_.size();
  const block& it = blocks_[low - 1];
  return at < it.begin + std::max<std::size_t>(it.size, 1) ? low - 1 : blocks_.size();
}

const char* engine::describe_heap(const void* address) const {
  const std::size_t index = block_of(address);
  if (index == blocks_.size()) return "its memory belongs to no block of the heap";
  return blocks_[index].alive ? "its memory is allocated, but no constructor ran there" : "its memory has been freed";
}

void* engine::allocate(std::size_t size, std::size_t alignment, bool may_fail) {
  thread_state& me = self();
  if (may_fail && me.allocation_failures < model_.allocation_failures && choose(2, me.next.where) == 1) {
    ++me.allocation_failures;
    return nullptr;
  }
  if (model_.reuse_memory) {
    request r;
    r.kind = op::heap;
    r.object = object_at(&blocks_);
    r.where = me.next.where;
    announce(r);
    object& it = objects_[r.object];
    const view before = me.causes;
    event& e = record(op::heap, std::memory_order_acquire, r.where);
    race_with_object(it, e, before, true);
    touch_object(it, e, true);
    wake_sleep_set(r.object);
    for (std::size_t i = blocks_.size(); i-- > 0;) {
      if (blocks_[i].alive || blocks_[i].size != size) continue;
      if (choose(2, r.where) == 1) break;
      block& old = blocks_[i];
      old.alive = true;
      old.made_by = static_cast<std::uint8_t>(current_);
      me.known.join(old.freed_known);  // the allocator orders a free before the allocation that reuses its memory
      return old.begin;
    }
  }
  alignment = std::max<std::size_t>(alignment, 16);
  arena_used_ = (arena_used_ + alignment - 1) / alignment * alignment;
  if (arena_used_ + size + gap > arena_size) {
    if (may_fail) return nullptr;
    fail("out of memory", "1 GiB in one execution", me.next.where);
  }
  block made{};
  made.begin = arena_ + arena_used_;
  made.size = size;
  made.alive = true;
  made.made_by = static_cast<std::uint8_t>(current_);
  made.made_where = me.next.where;
  blocks_.push_back(made);
  arena_used_ += size + gap;
  std::memset(made.begin, 0xcd, std::min<std::size_t>(size, 4096));
  return made.begin;
}

void engine::deallocate(void* pointer, std::size_t size_told) {
  thread_state& me = self();
  const std::size_t index = block_of(pointer);
  if (index == blocks_.size() || blocks_[index].begin != pointer)
    fail("delete of something that new didn't give", "", me.next.where);
  if (!blocks_[index].alive) fail("freed twice", "", me.next.where);
  if (size_told != 0 && size_told != blocks_[index].size) fail("freed with another size than allocated", "", me.next.where);
  if (model_.reuse_memory) {
    request r;
    r.kind = op::heap;
    r.object = object_at(&blocks_);
    r.where = me.next.where;
    announce(r);
    object& it = objects_[r.object];
    const view before = me.causes;
    event& e = record(op::heap, std::memory_order_release, r.where);
    race_with_object(it, e, before, true);
    touch_object(it, e, true);
    wake_sleep_set(r.object);
    if (!blocks_[index].alive) fail("freed twice", "", me.next.where);
  }
  free_range(pointer, blocks_[index].size, me.next.where);
  block& it = blocks_[index];
  it.alive = false;
  it.freed_by = static_cast<std::uint8_t>(current_);
  it.freed_where = me.next.where;
  it.freed_known = me.known;
  // The free itself is not an event: it belongs before the thread's next one.
  it.freed_known.at[current_] = static_cast<std::int16_t>(me.events + 1);
  std::memset(it.begin, 0xdd, std::min<std::size_t>(it.size, 4096));
}

void engine::free_range(const void* begin, std::size_t size, site where) {
  const auto* first = static_cast<const char*>(begin);
  const auto* last = first + size;
  const auto inside = [&](const void* address) {
    const auto* at = static_cast<const char*>(address);
    return at >= first && at < last;
  };
  for (std::size_t i = 0; i < word_count_; ++i) {
    if (inside(words_[i].address) && words_[i].alive)
      kill_word(words_[i], "its memory was freed", where);
    else if (inside(words_[i].address))
      words_[i].end = "its memory was freed";
  }
  for (cell& it : cells_) {
    if (inside(it.address) && it.alive) cell_died(it.address, where);
  }
}

void engine::check_leaks() {
  for (std::size_t i = 0; i < blocks_.size(); ++i) {
    const block& it = blocks_[i];
    if (!it.alive) continue;
    host_new_ = true;
    write_failure("leak",
                  std::to_string(it.size) + " bytes, block " + std::to_string(i) + ", allocated by thread " +
                      std::to_string(it.made_by) + " after " + it.made_where.file + ":" + std::to_string(it.made_where.line),
                  it.made_where);
    return;
  }
}

// ---------------------------------------------------------------------------------------------- plain memory

void engine::cell_born(const void* address, bool, site where) {
  const std::uint16_t old = cell_index_.find(address);
  if (old != none && cells_[old].alive) cell_died(address, where);
  cell made;
  made.address = address;
  made.alive = true;
  made.writer = static_cast<std::uint8_t>(current_);
  made.written = static_cast<std::int16_t>(self().events + 1);
  made.write_where = where;
  if (cells_.size() == none) fail("too many plain cells in one execution", "", where);
  cell_index_.set(address, static_cast<std::uint16_t>(cells_.size()));
  cells_.push_back(made);
}

void engine::cell_touched(const void* address, runtime::touch how, bool slot, bool trivial, site where) {
  std::uint16_t index = cell_index_.find(address);
  if (index == none) {
    if (owns(address)) {
      const std::size_t found = block_of(address);
      fail(found != blocks_.size() && !blocks_[found].alive ? "plain memory used after it was freed"
                                                            : "plain memory used before its construction",
           "", where);
    }
    cell_born(address, slot, where);
    index = cell_index_.find(address);
    cells_[index].written = 0;
  }
  cell& it = cells_[index];
  thread_state& me = self();
  if (!it.alive) fail("plain memory used after its end", it.end, where);
  const bool reads = how == runtime::touch::read;
  const auto race = [&](const char* what, const site& other, unsigned thread) {
    host_new_ = true;
    write_failure("data race",
                  std::string(what) + " at " + where.file + ":" + std::to_string(where.line) + " and thread " +
                      std::to_string(thread) + " at " + other.file + ":" + std::to_string(other.line) + " are not ordered",
                  where);
    leave();
  };
  if (it.writer != current_ && !me.known.covers(it.writer, it.written))
    race(reads ? "a read" : "a write", it.write_where, it.writer);
  if (!reads) {
    for (unsigned t = 0; t < thread_count_; ++t) {
      if (t != current_ && it.reads[t] != 0 && !me.known.covers(t, it.reads[t])) race("a write", it.read_where, t);
    }
  }
  const auto epoch = static_cast<std::int16_t>(me.events + 1);
  if (reads) {
    it.reads[current_] = epoch;
    it.read_where = where;
  } else {
    it.writer = static_cast<std::uint8_t>(current_);
    it.written = epoch;
    it.write_where = where;
    it.reads = {};
  }
  if (!slot) return;
  switch (how) {
    case runtime::touch::construct:
      if (it.full && !trivial) fail("a slot is filled while it holds a living T", "", where);
      it.full = true;
      break;
    case runtime::touch::destroy:
      if (!it.full) fail("a slot is emptied twice, or before it was filled", "", where);
      it.full = false;
      break;
    default:
      if (!it.full) fail("an empty slot is used", "", where);
  }
}

void engine::cell_died(const void* address, site where) {
  const std::uint16_t index = cell_index_.find(address);
  if (index == none || !cells_[index].alive) return;
  const bool was_full = cells_[index].full;
  cells_[index].full = true;
  cell_touched(address, runtime::touch::write, true, true, where);
  cells_[index].full = was_full;
  cells_[index].alive = false;
  cells_[index].end = "its life ended";
}

}  // namespace weft::inline WEFT_ABI::model

// ---------------------------------------------------------------------------------------------- operator new and delete

namespace {
using weft::model::the_engine;

void* allocate(std::size_t size, std::size_t alignment, bool may_fail) {
  void* const block = the_engine().takes_new() ? the_engine().allocate(size, alignment, may_fail)
                      : alignment <= 16        ? std::malloc(size == 0 ? 1 : size)
                                        : std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
  return block;
}

void* allocate_or_throw(std::size_t size, std::size_t alignment) {
  void* const block = allocate(size, alignment, true);
  if (block == nullptr) throw std::bad_alloc();
  return block;
}

void release(void* block, std::size_t size) noexcept {
  if (block == nullptr) return;
  if (!the_engine().owns(block)) return std::free(block);
  if (the_engine().takes_new()) the_engine().deallocate(block, size);
}
}  // namespace

void* operator new(std::size_t size) { return allocate_or_throw(size, 16); }
void* operator new[](std::size_t size) { return allocate_or_throw(size, 16); }
void* operator new(std::size_t size, std::align_val_t alignment) {
  return allocate_or_throw(size, static_cast<std::size_t>(alignment));
}
void* operator new[](std::size_t size, std::align_val_t alignment) {
  return allocate_or_throw(size, static_cast<std::size_t>(alignment));
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return allocate(size, 16, true); }
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept { return allocate(size, 16, true); }
void* operator new(std::size_t size, std::align_val_t alignment, const std::nothrow_t&) noexcept {
  return allocate(size, static_cast<std::size_t>(alignment), true);
}
void* operator new[](std::size_t size, std::align_val_t alignment, const std::nothrow_t&) noexcept {
  return allocate(size, static_cast<std::size_t>(alignment), true);
}
void operator delete(void* block) noexcept { release(block, 0); }
void operator delete[](void* block) noexcept { release(block, 0); }
void operator delete(void* block, std::size_t size) noexcept { release(block, size); }
void operator delete[](void* block, std::size_t size) noexcept { release(block, size); }
void operator delete(void* block, std::align_val_t) noexcept { release(block, 0); }
void operator delete[](void* block, std::align_val_t) noexcept { release(block, 0); }
void operator delete(void* block, std::size_t size, std::align_val_t) noexcept { release(block, size); }
void operator delete[](void* block, std::size_t size, std::align_val_t) noexcept { release(block, size); }
void operator delete(void* block, const std::nothrow_t&) noexcept { release(block, 0); }
void operator delete[](void* block, const std::nothrow_t&) noexcept { release(block, 0); }
void operator delete(void* block, std::align_val_t, const std::nothrow_t&) noexcept { release(block, 0); }
void operator delete[](void* block, std::align_val_t, const std::nothrow_t&) noexcept { release(block, 0); }
