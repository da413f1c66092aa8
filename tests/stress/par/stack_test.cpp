// What fits in half of a thread's stack by itself fits in the whole of it, whatever is stolen while it waits.
#include <weft/atomic/seam.hpp>
#include <weft/par/handle.hpp>
#include <weft/par/scope.hpp>
#include <weft/par/thread_pool.hpp>

#include "stress_scale.hpp"
#include "weft_catch.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <future>
#include <limits>
#include <thread>
#include <utility>

namespace {

#ifdef WEFT_TSAN
// The tool keeps its own records of a thread on that thread's stack.
constexpr std::size_t half = std::size_t{1} << 20;
constexpr std::size_t need = half / 2;
#else
constexpr std::size_t half = std::size_t{256} << 10;
constexpr std::size_t need = half - half / 8;
#endif

// Of a worker's stack, which may be larger than asked for: the system hands on those of threads that are gone.
thread_local std::uintptr_t stack_base = 0;
thread_local std::uintptr_t stack_end = 0;

std::uintptr_t here() { return reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0)); }
/// Bytes that this thread's stack holds at this moment, and that it has left.
std::size_t used() { return stack_base - here(); }
std::size_t left() { return here() - stack_end; }

void raise(std::atomic<std::size_t>& most, std::size_t value) {
  std::size_t seen = most.load();
  while (seen < value && !most.compare_exchange_weak(seen, value)) {
  }
}
void lower(std::atomic<std::size_t>& least, std::size_t value) {
  std::size_t seen = least.load();
  while (seen > value && !least.compare_exchange_weak(seen, value)) {
  }
}

void dawdle() {
  for (int i = 0; i < 30; ++i) std::this_thread::yield();
}

/// Calls `bottom` when the stack has grown by so many bytes.
void descend(std::uintptr_t from, std::size_t bytes, const std::function<void()>& bottom) {
  volatile char frame[512];
  frame[0] = 0;
  if (from - here() >= bytes) return bottom();
  descend(from, bytes, bottom);
  frame[1] = frame[0];
}

struct workload {
  std::atomic<std::size_t> least_left_at_start{std::numeric_limits<std::size_t>::max()};
  std::atomic<std::size_t> deepest{0};
  std::atomic<int> ran{0};

  // Each task goes down nearly half a stack and then waits, in one of the ways that there are, for what others do slowly.
  void task(int which) {
    lower(least_left_at_start, left());
    descend(here(), need, [&] {
      raise(deepest, used());
      switch (which % 3) {
        case 0:
          weft::join(dawdle, dawdle);
          break;
        case 1:
          weft::scope([](auto& s) {
            for (int i = 0; i < 3; ++i) s.spawn(dawdle);
          });
          break;
        default: {
          auto first = weft::spawn(dawdle);
          dawdle();
          std::move(first).wait();
        }
      }
    });
    ++ran;
  }
};

}  // namespace

TEST_CASE("stack: tasks that wait at the depth of half a stack don't pile up on one another", "[par][stack]") {
  const int tasks = scaled(2000);
  workload work;
  weft::par::pool_options options;
  options.threads = 4;
  options.stack_size = 2 * half;
  options.on_start = [](std::size_t) {
    stack_base = here();
    stack_end = weft::atomic::thread_stack().end;
  };
  {
    weft::thread_pool pool(options);
    std::promise<void> over;
    // From a worker: the caller's own stack is none of this pool's.
    pool.spawn([&] {
          weft::scope([&](auto& s) {
            for (int i = 0; i < tasks; ++i) s.spawn([&, i] { work.task(i); });
          });
          over.set_value();
        })
        .detach();
    over.get_future().get();
  }
  CHECK(work.ran.load() == tasks);
  // Somebody's work begins in the upper half of the stack or not at all; but for the pool's own frames above and below.
  constexpr std::size_t own_frames = 16 * 1024;
  INFO("least left at a start " << work.least_left_at_start.load() << ", deepest " << work.deepest.load());
  CHECK(work.least_left_at_start.load() >= half - own_frames);
  // They do pile up, as far as that.
  CHECK(work.deepest.load() > half / 2);
}
