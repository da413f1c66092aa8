// From the seam's calls to the engine. Outside an execution (static initialisation, the runner) words are plain memory.
#include "engine.hpp"

#include <weft/atomic/assert.hpp>

#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace weft::inline WEFT_ABI::model {

namespace runtime {

namespace {
engine& the() noexcept { return the_engine(); }
bool outside() noexcept { return !the_engine().is_running(); }

std::uint64_t peek(const void* word, unsigned size) noexcept {
  std::uint64_t value = 0;
  std::memcpy(&value, word, size);
  return value;
}
void poke(void* word, unsigned size, std::uint64_t value) noexcept { std::memcpy(word, &value, size); }
}  // namespace

void born(void* word, unsigned size, site where) noexcept {
  if (!outside()) the().word_born(word, size, where);
}
void died(const void* word, site where) noexcept {
  if (!outside()) the().word_died(word, where);
}
std::uint64_t load(const void* word, unsigned size, std::memory_order order, site where) noexcept {
  return outside() ? peek(word, size) : the().word_load(word, size, order, where);
}
void store(void* word, unsigned size, std::uint64_t value, std::memory_order order, site where) noexcept {
  if (outside()) return poke(word, size, value);
  the().word_store(word, size, value, order, where);
}
std::uint64_t modify(void* word, unsigned size, change how, std::uint64_t operand, std::memory_order order,
                     site where) noexcept {
  if (!outside()) return the().word_modify(word, size, how, operand, order, where);
  const std::uint64_t old = peek(word, size);
  std::uint64_t made = operand;
  switch (how) {
    case change::exchange:
      break;
    case change::add:
      made = old + operand;
      break;
    case change::subtract:
      made = old - operand;
      break;
    case change::bit_and:
      made = old & operand;
      break;
    case change::bit_or:
      made = old | operand;
      break;
    case change::bit_xor:
      made = old ^ operand;
      break;
  }
  poke(word, size, made);
  return old;
}
bool compare_exchange(void* word, unsigned size, std::uint64_t& expected, std::uint64_t desired, std::memory_order success,
                      std::memory_order failure, bool weak, site where) noexcept {
  if (!outside()) return the().word_compare(word, size, expected, desired, success, failure, weak, where);
  const std::uint64_t old = peek(word, size);
  if (old == expected) {
    poke(word, size, desired);
    return true;
  }
  expected = old;
  return false;
}

void fence(std::memory_order order, site where) noexcept {
  if (!outside()) the().fence(op::fence, order, where);
}
void fence_light(site where) noexcept {
  if (!outside()) the().fence(op::light, std::memory_order_seq_cst, where);
}
void fence_heavy(site where) noexcept {
  if (!outside()) the().fence(op::heavy, std::memory_order_seq_cst, where);
}
bool has_asymmetric_fences() noexcept { return the().asymmetric(); }

void cell_born(void* cell, bool slot, site where) noexcept {
  if (!outside()) the().cell_born(cell, slot, where);
}
void cell_died(const void* cell, site where) noexcept {
  if (!outside()) the().cell_died(cell, where);
}
void cell_touched(const void* cell, touch how, bool slot, bool trivial, site where) noexcept {
  if (!outside()) the().cell_touched(cell, how, slot, trivial, where);
}

std::int64_t now(site where) noexcept { return outside() ? 0 : the().time_now(where); }
void yield(site where) noexcept {
  if (!outside()) the().yield(where);
}
int futex_wait(const void* word, std::uint32_t expected, std::int64_t deadline, site where) noexcept {
  return outside() ? 1 : the().futex_wait(word, expected, deadline, where);
}
int futex_wake(const void* word, int count, site where) noexcept {
  return outside() ? 0 : the().futex_wake(word, count, where);
}
void lock(void* mutex, site where) noexcept {
  if (!outside()) the().lock(mutex, where);
}
bool try_lock(void* mutex, site where) noexcept { return outside() || the().try_lock(mutex, where); }
void unlock(void* mutex, site where) noexcept {
  if (!outside()) the().unlock(mutex, where);
}

unsigned spawn(void (*run)(void*), void* body, const char* name, site where) {
  if (outside()) failed("a thread was started outside a model", name, where);
  return the().spawn(run, body, name, where);
}
void join(unsigned thread, site where) noexcept { the().join(thread, where); }
bool thread_creation_fails(site where) noexcept { return !outside() && the().thread_creation_fails(where); }

void* thread_memory(const void* key, std::size_t size, std::size_t alignment, bool& fresh) {
  if (!outside()) return the().thread_memory(key, size, alignment, fresh);
  static vec<std::pair<const void*, void*>> host;
  for (const auto& [known, memory] : host) {
    if (known == key) return memory;
  }
  void* const made = std::calloc(1, (size + alignment + 63) / 64 * 64);
  host.emplace_back(key, made);
  fresh = true;
  return made;
}
void at_thread_end(void (*end)(void*), void* object) {
  if (!outside()) the().at_thread_end(end, object);
}

void failed(const char* what, const char* detail, site where) noexcept {
  if (!outside()) the().fail(what, detail, where);
  std::fprintf(stderr, "weft model: %s: %s\n  at %s:%u\n", what, detail, where.file, where.line);
  std::abort();
}

}  // namespace runtime

unsigned choose(unsigned count, site where) noexcept {
  return the_engine().is_running() ? the_engine().choose(count, where) : 0;
}
void discard() noexcept { the_engine().discard(); }
void outcome(std::initializer_list<std::int64_t> values) noexcept { the_engine().outcome(values.begin(), values.size()); }
moment now() noexcept { return the_engine().is_running() ? the_engine().moment_now() : moment{}; }
void name(const void* word, const char* text) noexcept { the_engine().name_word(word, text); }

}  // namespace weft::inline WEFT_ABI::model

namespace weft::inline WEFT_ABI::atomic::detail {
void assertion_failed(const char* condition, const char* sentence, const char* file, int line) noexcept {
  model::runtime::failed(sentence, condition, model::site{file, "", static_cast<unsigned>(line)});
}
}  // namespace weft::inline WEFT_ABI::atomic::detail
