// The memory of small tasks comes round: a seat keeps some of it, and no thread, size or alignment is a special case for users.
#include <weft/par/detail/engine.hpp>
#include <weft/par/detail/task_memory.hpp>
#include <weft/par/scope.hpp>
#include <weft/par/thread_pool.hpp>

#include "weft_catch.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

using weft::par::detail::task_memory;

namespace {

// Tools that watch the use of memory see each task in memory of its own.
#ifdef WEFT_ASAN
constexpr bool keeps = false;
#else
constexpr bool keeps = true;
#endif

/// The block of one use, from its first byte to its last.
std::uintptr_t used_once(std::size_t size) {
  void* const block = task_memory::allocate(size);
  std::memset(block, 0xff, size);
  const auto where = reinterpret_cast<std::uintptr_t>(block);
  task_memory::free(block, size);
  return where;
}

}  // namespace

TEST_CASE("task_memory: a participant gets its own block back for a task of about that size", "[par][task_memory]") {
  weft::thread_pool(1).install([] {
    for (const std::size_t size : {1u, 24u, 25u, 40u, 41u, 136u}) {
      INFO(size << " bytes");
      const std::uintptr_t before = used_once(size), after = used_once(size);
      if (keeps) CHECK(after == before);
    }
  });
}

TEST_CASE("task_memory: any size, on threads with a seat and without", "[par][task_memory]") {
  const auto all_sizes = [] {
    for (std::size_t size = 1; size < 400; ++size) used_once(size);
    used_once(std::size_t{1} << 20);
  };
  all_sizes();
  weft::thread_pool(1).install(all_sizes);
}

TEST_CASE("task_memory: what is made by one thread and freed by another is neither lost nor given out twice",
          "[par][task_memory]") {
  std::vector<void*> blocks;
  for (std::size_t i = 0; i < 1000; ++i) blocks.push_back(task_memory::allocate(1 + i % 150));
  weft::thread_pool pool(2);
  pool.install([&] {
    for (std::size_t i = 0; i < blocks.size(); ++i) task_memory::free(blocks[i], 1 + i % 150);
    std::vector<std::uint64_t*> mine;
    for (std::uint64_t i = 0; i < 1000; ++i) {
      mine.push_back(static_cast<std::uint64_t*>(task_memory::allocate(sizeof(std::uint64_t) + i % 128)));
      *mine.back() = i;
    }
    for (std::uint64_t i = 0; i < 1000; ++i) {
      CHECK(*mine[i] == i);
      task_memory::free(mine[i], sizeof(std::uint64_t) + i % 128);
    }
  });
}

TEST_CASE("task_memory: over-aligned closures lie where they must", "[par][task_memory]") {
  struct alignas(256) wide {
    int value = 3;
  };
  weft::thread_pool pool(1);
  std::atomic<bool> is_aligned{true};
  pool.scope([&](auto& s) {
    for (int i = 0; i < 10; ++i) {
      s.spawn([&is_aligned, held = wide{}] {
        if (reinterpret_cast<std::uintptr_t>(&held) % alignof(wide) != 0 || held.value != 3) is_aligned = false;
      });
    }
  });
  CHECK(is_aligned);
}
