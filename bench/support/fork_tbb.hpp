// oneTBB's parallel_invoke and task_group, in an arena of exactly the threads asked for; the caller takes part.
#pragma once

#include <oneapi/tbb/parallel_invoke.h>
#include <oneapi/tbb/task_group.h>

#include "fork.hpp"
#include "tbb_arena.hpp"

namespace race {

struct tbb_invoke_fork {
  static constexpr const char* name = "oneTBB parallel_invoke";
  template <class F, class G>
  static auto both(F f, G g) {
    std::pair<decltype(f()), decltype(g())> result;
    tbb::parallel_invoke([&] { result.first = f(); }, [&] { result.second = g(); });
    return result;
  }
};

struct tbb_group_fork {
  static constexpr const char* name = "oneTBB task_group";
  template <class F, class G>
  static auto both(F f, G g) {
    std::pair<decltype(f()), decltype(g())> result;
    tbb::task_group group;
    group.run([&] { result.second = g(); });
    result.first = f();
    group.wait();
    return result;
  }
  template <class F>
  static void all(unsigned n, const F& f) {
    tbb::task_group group;
    for (unsigned i = 0; i < n; ++i) group.run([i, &f] { f(i); });
    group.wait();
  }
};

/// Entries of the Forks, for each of the thread counts.
template <class Problem, class... Forks>
std::vector<entry> tbb_forks(const std::vector<unsigned>& counts = thread_counts()) {
  std::vector<entry> entries;
  for (const unsigned threads : counts) {
    const auto add = [&]<class Fork>(Fork) {
      entries.push_back({Fork::name, tbb_version(), role::peer, Problem::what(), threads, [threads](const pace& how) {
                           tbb_arena arena(threads);
                           return arena.execute(
                               [&] { return time_per_unit<Problem, Fork>(how, [](const auto& solve) { solve(); }); });
                         }});
    };
    (add(Forks{}), ...);
  }
  return entries;
}

}  // namespace race
