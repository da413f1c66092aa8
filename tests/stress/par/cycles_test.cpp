// Pools that wait for each other from all their workers, in a circle, make progress: whoever waits in another pool still works for
// its own.
#include <weft/par.hpp>

#include "task_tools.hpp"
#include "weft_catch.hpp"

#include <atomic>
#include <cstddef>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

namespace {

using weft::thread_pool;

// Pools in a circle, each of which calls the next one, down to a depth.
class ring {
 public:
  explicit ring(const std::vector<std::size_t>& sizes) {
    for (const std::size_t size : sizes) pools_.push_back(std::make_unique<thread_pool>(size));
  }

  [[nodiscard]] std::size_t size() const noexcept { return pools_.size(); }
  [[nodiscard]] thread_pool& at(std::size_t i) const noexcept { return *pools_[i % pools_.size()]; }
  [[nodiscard]] std::size_t threads() const noexcept {
    std::size_t sum = 0;
    for (const auto& each : pools_) sum += each->num_threads();
    return sum;
  }

  /// visit(i) once on each worker of each pool i, at the same time: none begins before all have come.
  template <class Visit>
  void from_all_workers(Visit visit) const {
    std::atomic<std::size_t> missing{threads()};
    std::vector<weft::handle<void>> all;
    for (std::size_t i = 0; i < size(); ++i) {
      for (std::size_t n = 0; n < at(i).num_threads(); ++n) {
        all.push_back(at(i).spawn([&, i] {
          --missing;
          while (missing != 0) std::this_thread::yield();
          visit(i);
        }));
      }
    }
    // Not by wait(), which would run here what a worker hasn't begun.
    for (auto& each : all) {
      while (!each.is_done()) std::this_thread::yield();
    }
    for (auto& each : all) std::move(each).wait();
  }

 private:
  std::vector<std::unique_ptr<thread_pool>> pools_;
};

// How one pool calls the next: each gives the sum of two calls of f, or of one.
struct by_install {
  template <class F>
  static int call(thread_pool& next, F f) {
    return next.install(f);
  }
};
struct by_join {
  template <class F>
  static int call(thread_pool& next, F f) {
    const auto both = next.join(f, f);
    return both.first + both.second;
  }
};
struct by_scope {
  template <class F>
  static int call(thread_pool& next, F f) {
    std::atomic<int> sum{0};
    next.scope([&](auto& s) {
      for (int i = 0; i < 2; ++i) s.spawn([&] { sum += f(); });
    });
    return sum;
  }
};
struct by_spawn {
  template <class F>
  static int call(thread_pool& next, F f) {
    auto first = next.spawn(f);
    auto second = next.spawn(f);
    return std::move(first).wait() + std::move(second).wait();
  }
};
struct by_loop {
  template <class F>
  static int call(thread_pool& next, F f) {
    return weft::par_iter(weft::indices(2)).with_max_len(1).with_pool(next).map([&](std::size_t) { return f(); }).sum();
  }
};
struct by_broadcast {
  template <class F>
  static int call(thread_pool& next, F f) {
    int sum = 0;
    for (const int each : next.broadcast(f)) sum += each;
    return sum;
  }
};
// The task is begun by a worker of the next pool: whoever waits can only sleep, or work for its own.
struct by_begun_spawn {
  template <class F>
  static int call(thread_pool& next, F f) {
    auto begun = std::make_shared<std::atomic<bool>>(false);
    auto task = next.spawn([begun, f] {
      *begun = true;
      return f();
    });
    for (int patience = 0; patience < 20 && !*begun; ++patience) std::this_thread::yield();
    return std::move(task).wait();
  }
};
template <class Way>
struct isolated {
  template <class F>
  static int call(thread_pool& next, F f) {
    return weft::isolate([&] { return Way::call(next, f); });
  }
};
template <class Way>
struct blocked {
  template <class F>
  static int call(thread_pool& next, F f) {
    return weft::blocking([&] { return Way::call(next, f); });
  }
};
template <class Way>
struct blocked_within_isolated {
  template <class F>
  static int call(thread_pool& next, F f) {
    return isolated<blocked<Way>>::call(next, f);
  }
};

template <class... Ways>
struct in_turn {};

// Leaves below pool i at this depth, by the ways in turn.
template <class First, class... Rest>
int descend(const ring& pools, std::size_t i, int depth, in_turn<First, Rest...>) {
  if (depth == 0) return 1;
  return First::call(pools.at(i + 1),
                     [&pools, i, depth] { return descend(pools, i + 1, depth - 1, in_turn<Rest..., First>{}); });
}

const std::vector<std::vector<std::size_t>> shapes{{1, 1}, {1, 2}, {2, 2}, {1, 1, 1}, {2, 1, 3}, {1, 1, 1, 1}};

template <class... Ways>
void go_round(int depth, int rounds) {
  for (const auto& shape : shapes) {
    const ring pools(shape);
    for (int round = 0; round < test::count(rounds); ++round) {
      std::vector<std::atomic<int>> leaves(pools.size());
      pools.from_all_workers([&](std::size_t i) { leaves[i] += descend(pools, i, depth, in_turn<Ways...>{}); });
      // From outside gives as much as from within.
      for (std::size_t i = 0; i < pools.size(); ++i) {
        const int each = descend(pools, i, depth, in_turn<Ways...>{});
        REQUIRE(leaves[i] == each * static_cast<int>(pools.at(i).num_threads()));
      }
    }
  }
}

}  // namespace

TEST_CASE("pools in a circle: install", "[par][pool]") { go_round<by_install>(12, 20); }
TEST_CASE("pools in a circle: join", "[par][pool]") { go_round<by_join>(6, 20); }
TEST_CASE("pools in a circle: scope", "[par][pool]") { go_round<by_scope>(6, 20); }
TEST_CASE("pools in a circle: wait for spawned tasks", "[par][pool]") { go_round<by_spawn>(6, 20); }
TEST_CASE("pools in a circle: wait for a task that has begun", "[par][pool]") { go_round<by_begun_spawn>(6, 20); }
TEST_CASE("pools in a circle: loops", "[par][pool]") { go_round<by_loop>(6, 20); }
TEST_CASE("pools in a circle: broadcast", "[par][pool]") { go_round<by_broadcast>(4, 20); }
TEST_CASE("pools in a circle: all ways in turn", "[par][pool]") {
  go_round<by_spawn, by_install, by_join, by_scope, by_loop>(6, 20);
}
TEST_CASE("pools in a circle: in isolation", "[par][pool][isolate]") {
  go_round<isolated<by_scope>, by_spawn, isolated<by_join>, by_install>(5, 20);
}
TEST_CASE("pools in a circle: while they block", "[par][pool][blocking]") {
  go_round<blocked<by_begun_spawn>, by_scope, blocked<by_join>>(5, 20);
}
TEST_CASE("pools in a circle: blocking in isolation", "[par][pool][blocking][isolate]") {
  go_round<blocked_within_isolated<by_spawn>, by_begun_spawn, isolated<by_install>, blocked<by_scope>>(5, 20);
}
