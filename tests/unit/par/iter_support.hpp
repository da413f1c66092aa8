// What the tests of par_iter share: pools, sizes, and ways to run a pipeline that do get it shared.
#pragma once

#include <weft/par.hpp>

#include "weft_catch.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <numeric>
#include <utility>
#include <vector>

namespace iter_test {

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
inline constexpr std::size_t large = 10'007;
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer) || __has_feature(address_sanitizer)
inline constexpr std::size_t large = 10'007;
#else
inline constexpr std::size_t large = 100'003;
#endif
#else
inline constexpr std::size_t large = 100'003;
#endif

inline constexpr std::size_t sizes[] = {0, 1, 2, 7, 1000, large};

inline constexpr std::size_t pool_sizes[] = {1, 2, 8, 64};

/// Pools of 1, 2, 8 and 64 threads, made once for a test program.
inline weft::thread_pool& pool_of(std::size_t threads) {
  static weft::thread_pool one(1), two(2), eight(8), many(64);
  return threads == 1 ? one : threads == 2 ? two : threads == 8 ? eight : many;
}

/// Calls f(n) for each size, in each pool and on a thread outside any pool.
template <class F>
void everywhere(F f) {
  for (const std::size_t n : sizes) f(n);
  for (const std::size_t threads : pool_sizes) {
    for (const std::size_t n : sizes) {
      CAPTURE(threads, n);
      pool_of(threads).install([&] { f(n); });
    }
  }
}

/// How finely a loop is cut: as it likes, and so finely that even cheap items are shared, but not into more than 4096 stretches.
inline constexpr std::size_t grains[] = {0, 64, 1};
template <class Pipeline>
Pipeline cut(Pipeline p, std::size_t grain) {
  if (grain == 0) return p;
  return std::move(p).with_max_len(std::max(grain, p.producer().length() / 4096));
}

/// 0, 1, … n-1.
template <class T = int>
std::vector<T> counting(std::size_t n) {
  std::vector<T> v(n);
  std::iota(v.begin(), v.end(), T{});
  return v;
}

}  // namespace iter_test
