// Small parts of the checker: vector clocks, bit sets, memory that does not come from the modelled heap.
#pragma once

#include <weft/atomic/abi.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <vector>

namespace weft::inline WEFT_ABI::model {

inline constexpr unsigned max_threads = 16;

/// The checker's own containers: operator new belongs to the program under test.
template <class T>
struct host_allocator {
  using value_type = T;
  host_allocator() noexcept = default;
  template <class U>
  host_allocator(const host_allocator<U>&) noexcept {}  // NOLINT: allocators convert
  T* allocate(std::size_t count) {
    void* const room = std::aligned_alloc(alignof(std::max_align_t) < alignof(T) ? alignof(T) : alignof(std::max_align_t),
                                          (count * sizeof(T) + 63) / 64 * 64);
    if (room == nullptr) std::abort();
    return static_cast<T*>(room);
  }
  void deallocate(T* room, std::size_t) noexcept { std::free(room); }
  friend bool operator==(host_allocator, host_allocator) noexcept { return true; }
};

template <class T>
using vec = std::vector<T, host_allocator<T>>;

/// How many events of each thread something knows of.
struct view {
  alignas(32) std::array<std::int16_t, max_threads> at{};

  void join(const view& other) noexcept {
    for (unsigned t = 0; t < max_threads; ++t) at[t] = std::max(at[t], other.at[t]);
  }
  [[nodiscard]] bool covers(unsigned thread, int event) const noexcept { return at[thread] >= event; }
};

/// A set of seq_cst nodes of one execution.
struct node_set {
  static constexpr unsigned capacity = 256;
  std::array<std::uint64_t, capacity / 64> words{};

  void add(unsigned node) noexcept { words[node / 64] |= std::uint64_t{1} << (node % 64); }
  [[nodiscard]] bool has(unsigned node) const noexcept { return (words[node / 64] >> (node % 64) & 1) != 0; }
  [[nodiscard]] bool is_empty() const noexcept { return (words[0] | words[1] | words[2] | words[3]) == 0; }
  [[nodiscard]] bool meets(const node_set& other) const noexcept {
    return ((words[0] & other.words[0]) | (words[1] & other.words[1]) | (words[2] & other.words[2]) |
            (words[3] & other.words[3])) != 0;
  }
  void merge(const node_set& other) noexcept {
    for (unsigned i = 0; i < words.size(); ++i) words[i] |= other.words[i];
  }
  [[nodiscard]] node_set without(const node_set& other) const noexcept {
    node_set left = *this;
    for (unsigned i = 0; i < words.size(); ++i) left.words[i] &= ~other.words[i];
    return left;
  }
  [[nodiscard]] node_set within(const node_set& other) const noexcept {
    node_set left = *this;
    for (unsigned i = 0; i < words.size(); ++i) left.words[i] &= other.words[i];
    return left;
  }
};

inline bool is_acquire(std::memory_order order) noexcept {
  return order == std::memory_order_acquire || order == std::memory_order_acq_rel || order == std::memory_order_seq_cst;
}
inline bool is_release(std::memory_order order) noexcept {
  return order == std::memory_order_release || order == std::memory_order_acq_rel || order == std::memory_order_seq_cst;
}
inline bool is_seq_cst(std::memory_order order) noexcept { return order == std::memory_order_seq_cst; }

}  // namespace weft::inline WEFT_ABI::model
