// Many producers, many consumers, and the bookkeeping that finds what was lost, doubled, invented or overtaken.
#pragma once

#include <weft/atomic/seam.hpp>

#include <atomic>
#include <barrier>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

#if defined(__SANITIZE_ADDRESS__)
#define WEFT_SLOW_BUILD 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WEFT_SLOW_BUILD 1
#endif
#endif

namespace flow {

/// Fewer rounds where each one is dear.
constexpr std::size_t scaled(std::size_t rounds) {
#if defined(WEFT_TSAN) || defined(WEFT_SLOW_BUILD)
  return rounds / 10;
#else
  return rounds;
#endif
}

/// Threads that start together and are joined whatever happens.
class crew {
 public:
  explicit crew(std::size_t size) : gate_(static_cast<std::ptrdiff_t>(size)) { threads_.reserve(size); }
  ~crew() { join(); }
  template <class F>
  void add(F f) {
    threads_.emplace_back([this, f = std::move(f)]() mutable {
      gate_.arrive_and_wait();
      f();
    });
  }
  void join() {
    for (std::thread& thread : threads_) {
      if (thread.joinable()) thread.join();
    }
  }

 private:
  std::barrier<> gate_;
  std::vector<std::thread> threads_;
};

/// Message number `index` of producer `from`; never 0.
constexpr std::uint64_t message(std::size_t from, std::size_t index) {
  return (static_cast<std::uint64_t>(from) + 1) << 32 | static_cast<std::uint64_t>(index);
}

/// What one consumer has seen.
class witness {
 public:
  explicit witness(std::size_t producers, bool minds_order = true) : next_(producers, 0), minds_order_(minds_order) {}

  /// False: a message from nowhere, or one that comes after a later one of the same producer.
  bool saw(std::uint64_t what) {
    const std::size_t from = static_cast<std::size_t>(what >> 32) - 1;
    const std::size_t index = static_cast<std::uint32_t>(what);
    if (from >= next_.size() || (minds_order_ && index < next_[from])) {
      sound_ = false;
      return false;
    }
    next_[from] = index + 1;
    seen_.push_back(what);
    return true;
  }
  [[nodiscard]] bool is_sound() const { return sound_; }
  [[nodiscard]] const std::vector<std::uint64_t>& seen() const { return seen_; }

 private:
  std::vector<std::size_t> next_;
  std::vector<std::uint64_t> seen_;
  bool minds_order_;
  bool sound_ = true;
};

/// True if the witnesses together saw each of the first `counts[p]` messages of each producer p exactly once, in order each.
inline bool saw_all_once(const std::vector<witness>& witnesses, const std::vector<std::size_t>& counts) {
  std::vector<std::vector<bool>> seen;
  for (std::size_t count : counts) seen.emplace_back(count, false);
  std::size_t total = 0;
  for (const witness& each : witnesses) {
    if (!each.is_sound()) return false;
    for (std::uint64_t what : each.seen()) {
      const std::size_t from = static_cast<std::size_t>(what >> 32) - 1;
      const std::size_t index = static_cast<std::uint32_t>(what);
      if (index >= counts[from] || seen[from][index]) return false;
      seen[from][index] = true;
      ++total;
    }
  }
  std::size_t expected = 0;
  for (std::size_t count : counts) expected += count;
  return total == expected;
}

/// Sends `count` messages from each producer by put(message) (which waits) to consumers that get() (nothing: try again).
template <class Put, class Get>
bool run(std::size_t producers, std::size_t consumers, std::size_t count, Put put, Get get) {
  std::vector<witness> witnesses(consumers, witness(producers));
  std::atomic<std::size_t> left{producers * count};
  {
    crew all(producers + consumers);
    for (std::size_t p = 0; p < producers; ++p) {
      all.add([=] {
        for (std::size_t i = 0; i < count; ++i) put(message(p, i));
      });
    }
    for (std::size_t c = 0; c < consumers; ++c) {
      all.add([&left, &get, mine = &witnesses[c]] {
        while (left.load() != 0) {
          if (auto what = get()) {
            mine->saw(*what);
            --left;
          } else {
            std::this_thread::yield();
          }
        }
      });
    }
  }
  return saw_all_once(witnesses, std::vector<std::size_t>(producers, count));
}

}  // namespace flow
