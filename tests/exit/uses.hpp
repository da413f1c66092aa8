// What the programs of this folder share: a use of everything, that checks itself, and a word that ends the process when a
// promise is broken, since nobody is left to catch anything in a destructor after main.
#pragma once

#include <weft/par.hpp>

#include <atomic>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <thread>

namespace test {

inline void require(bool kept, const char* promise) noexcept {
  if (kept) return;
  std::fprintf(stderr, "broken: %s\n", promise);
  std::_Exit(1);
}

/// Each parallel call once, on the pool that the thread works for, else on the global one. A call that needs nobody else ends even
/// where the thread is the pool's only worker.
inline void use_everything() {
  const auto both = weft::join([] { return 1; }, [] { return 2; });
  require(both.first + both.second == 3, "join gives both results");
  std::atomic<int> tasks{0};
  weft::scope([&](auto& s) {
    for (int i = 0; i < 8; ++i) s.spawn([&] { ++tasks; });
  });
  require(tasks == 8, "scope waits for its tasks");
  const std::size_t sum = weft::par_iter(weft::indices(100'000)).map([](std::size_t i) { return i; }).sum();
  require(sum == 4'999'950'000, "a loop gives its sum");
  require(weft::spawn([] { return 7; }).wait() == 7, "a handle gives the result");
}

/// The same, and a task that nobody waits for and a worker must run.
inline void use_everything_and_a_worker() {
  use_everything();
  const auto ran = std::make_shared<std::atomic<bool>>(false);
  weft::spawn([ran] { ran->store(true); }).detach();
  while (!ran->load()) std::this_thread::yield();
}

/// Counts what should happen before the process ends, and says at its own end whether it did: a static made before all others.
class expected {
 public:
  explicit constexpr expected(int count) noexcept : left_(count) {}
  expected(const expected&) = delete;
  expected& operator=(const expected&) = delete;
  ~expected() { require(left_ == 0, "everything that ends after main has its turn"); }
  void happened() noexcept { --left_; }

 private:
  std::atomic<int> left_;
};

}  // namespace test
