// task_memory: the memory of small tasks that have been run, kept for those to come.
//
// Data          may be touched by
//   free_ kept_   the thread in the seat that has this; who destroys the seat
// Invariants
//   M1  A kept block is nobody else's. It came from operator new with the size of its class, so any thread may give it back
//       instead of keeping it: a block need not return where it was made.
//   M2  A seat keeps `most` blocks of a class and no more: who frees what others make doesn't hoard it.
#pragma once

#include <weft/atomic/abi.hpp>
#include <weft/atomic/seam.hpp>

#include <array>
#include <cstddef>
#include <new>
#include <type_traits>

namespace weft::inline WEFT_ABI::par::detail {

/// What a seat keeps.
class task_memory {
 public:
  task_memory() = default;
  task_memory(const task_memory&) = delete;
  task_memory& operator=(const task_memory&) = delete;
  ~task_memory() {
    for (std::size_t which = 0; which < classes; ++which) {
      while (void* const block = pop(which)) ::operator delete(block);
    }
  }

  /// Of the calling thread's seat, else from the allocator. Errors: bad_alloc.
  [[nodiscard]] static void* allocate(std::size_t size) {
    const std::size_t which = class_of(size);
    if (which >= classes) return ::operator new(size);
    if (task_memory* const mine = here()) {
      if (void* const block = mine->pop(which)) return block;
    }
    return ::operator new(size_of(which));
  }
  static void free(void* block, std::size_t size) noexcept {
    const std::size_t which = class_of(size);
    if (which >= classes) return ::operator delete(block);
    task_memory* const mine = here();
    if (mine == nullptr || !mine->push(which, block)) ::operator delete(block);
  }

 private:
  struct block_head {
    block_head* next;
  };
  // Sizes as the usual allocators have them: nothing is lost by rounding up, and a block may go back to them.
  static constexpr std::size_t classes = 8, smallest = 24, step = 16;
  static constexpr std::size_t most = 32;

  static constexpr std::size_t size_of(std::size_t which) noexcept { return smallest + step * which; }
  static constexpr std::size_t class_of(std::size_t size) noexcept {
    return size <= smallest ? 0 : (size - smallest + step - 1) / step;
  }
  /// Null on a thread without a seat, and where every task is to have memory of its own, so that a tool notices its misuse.
  [[nodiscard]] static task_memory* here() noexcept;

  [[nodiscard]] void* pop(std::size_t which) noexcept {
    block_head* const top = free_[which];
    if (top == nullptr) return nullptr;
    free_[which] = top->next;
    --kept_[which];
    return top;
  }
  [[nodiscard]] bool push(std::size_t which, void* block) noexcept {
    if (kept_[which] == most) return false;
    ++kept_[which];
    free_[which] = ::new (block) block_head{free_[which]};
    return true;
  }

  std::array<block_head*, classes> free_{};
  std::array<std::size_t, classes> kept_{};
};

/// The base of a task on the heap that holds a closure and perhaps a result: its memory is a seat's, unless their alignment is
/// beyond a pointer's.
struct in_task_memory {
  static void* operator new(std::size_t size) { return task_memory::allocate(size); }
  static void operator delete(void* block, std::size_t size) noexcept { task_memory::free(block, size); }
};
struct in_own_memory {};
// A class's size owes a block no more than a pointer's alignment.
template <class... Held>
using memory_for = std::conditional_t<((alignof(Held) > alignof(void*)) || ...), in_own_memory, in_task_memory>;

}  // namespace weft::inline WEFT_ABI::par::detail
