// A library that is loaded and unloaded, with its own copy of weft: see host.cpp.
#include "uses.hpp"

#include <optional>
#include <utility>

namespace {
// How often this copy of the library has been used since it was loaded.
int uses = 0;
std::atomic<std::size_t>* turns = nullptr;
}  // namespace

extern "C" {

int module_count_use() { return ++uses; }

/// A pool that lives for one call.
void module_use_local_pool() {
  weft::thread_pool pool(4);
  pool.install([] { test::use_everything_and_a_worker(); });
  pool.spawn([] {}).detach();
}

void module_use_global_pool() { test::use_everything_and_a_worker(); }

/// A worker of the global pool goes on in the library's code, for ever.
void module_start_endless_job() {
  turns = new std::atomic<std::size_t>{0};
  weft::spawn([] {
    for (;;) {
      weft::join([] { ++*turns; }, [] {});
      std::this_thread::yield();
    }
  }).detach();
}
std::size_t module_turns() { return turns == nullptr ? 0 : turns->load(); }
const void* module_global_pool() { return &weft::par::global_pool().engine(); }
}

#ifdef WEFT_POOL_IN_A_STATIC
extern "C" {
int* module_ends = nullptr;  // where to count them
}

namespace {
// Made while the library is being loaded, destroyed while it is being unloaded, both under the loader's lock.
struct holder {
  holder() : pool(std::in_place, 2) {
    weft::thread_pool first(2);
    use(first);
    use(*pool);
  }
  ~holder() {
    std::atomic<int> ran{0};
    for (int i = 0; i < 100; ++i) {
      pool->spawn([&ran] {
            test::use_everything();
            ++ran;
          })
          .detach();
    }
    pool.reset();
    test::require(ran == 100, "the end of a pool runs what was spawned");
    if (module_ends != nullptr) ++*module_ends;
  }

  static void use(weft::thread_pool& it) {
    const auto ran = std::make_shared<std::atomic<bool>>(false);
    it.spawn([ran] { ran->store(true); }).detach();
    while (!ran->load()) std::this_thread::yield();
#ifdef WEFT_CALLS_IN_A_STATIC  // so that the library stays as long as the calling thread
    it.install([] { test::use_everything_and_a_worker(); });
#endif
  }

  std::optional<weft::thread_pool> pool;
};
const holder held;
}  // namespace
#endif
