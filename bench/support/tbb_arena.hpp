// oneTBB with a fixed number of threads, the caller among them.
#pragma once

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/task_arena.h>
#include <oneapi/tbb/version.h>

#include <string>

namespace race {

inline std::string tbb_version() { return std::to_string(TBB_VERSION_MAJOR) + "." + std::to_string(TBB_VERSION_MINOR); }

class tbb_arena {
 public:
  explicit tbb_arena(unsigned threads)
      : limit_(tbb::global_control::max_allowed_parallelism, threads), arena_(static_cast<int>(threads)) {}

  template <class F>
  auto execute(F&& f) {
    return arena_.execute(std::forward<F>(f));
  }
  tbb::task_arena& arena() noexcept { return arena_; }

 private:
  tbb::global_control limit_;
  tbb::task_arena arena_;
};

}  // namespace race
