// What the seam's types call when they are built for the checker. Words travel as 64-bit patterns, orders as values.
#pragma once

#include <weft_model/site.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace weft::inline WEFT_ABI::model::runtime {

enum class change : std::uint8_t { exchange, add, subtract, bit_and, bit_or, bit_xor };

// Atomic words. `born` takes the bytes found at the address as the first value; the memory itself never changes during an
// execution, so that a word with static storage starts each execution with its initial value.
void born(void* word, unsigned size, site where) noexcept;
void died(const void* word, site where) noexcept;
std::uint64_t load(const void* word, unsigned size, std::memory_order order, site where) noexcept;
void store(void* word, unsigned size, std::uint64_t value, std::memory_order order, site where) noexcept;
std::uint64_t modify(void* word, unsigned size, change how, std::uint64_t operand, std::memory_order order,
                     site where) noexcept;
bool compare_exchange(void* word, unsigned size, std::uint64_t& expected, std::uint64_t desired, std::memory_order success,
                      std::memory_order failure, bool weak, site where) noexcept;

void fence(std::memory_order order, site where) noexcept;
void fence_light(site where) noexcept;
void fence_heavy(site where) noexcept;
bool has_asymmetric_fences() noexcept;

// Plain memory. A slot also has a life: it is empty, or holds a T.
enum class touch : std::uint8_t { read, write, construct, destroy };
void cell_born(void* cell, bool slot, site where) noexcept;
void cell_died(const void* cell, site where) noexcept;
void cell_touched(const void* cell, touch how, bool slot, bool trivial, site where) noexcept;

// Time and pauses.
std::int64_t now(site where) noexcept;
void yield(site where) noexcept;

// Futex: 0 woken, 1 changed, 2 timed out; `deadline` in ns of the virtual clock, INT64_MAX for none.
int futex_wait(const void* word, std::uint32_t expected, std::int64_t deadline, site where) noexcept;
int futex_wake(const void* word, int count, site where) noexcept;

void lock(void* mutex, site where) noexcept;
bool try_lock(void* mutex, site where) noexcept;
void unlock(void* mutex, site where) noexcept;

// Threads. `run` is called once in the new thread with `body`, which the callee owns.
unsigned spawn(void (*run)(void*), void* body, const char* name, site where);
void join(unsigned thread, site where) noexcept;
bool thread_creation_fails(site where) noexcept;

/// Memory of the calling thread under `key`, zero at first.
void* thread_memory(const void* key, std::size_t size, std::size_t alignment, bool& fresh);
/// Calls end(object) when the calling thread ends, last registered first.
void at_thread_end(void (*end)(void*), void* object);

[[noreturn]] void failed(const char* what, const char* detail, site where) noexcept;

}  // namespace weft::inline WEFT_ABI::model::runtime
