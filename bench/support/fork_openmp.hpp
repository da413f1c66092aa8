// OpenMP tasks: one thread of the team starts, the others help while they wait at the end of `single`.
#pragma once

#include <omp.h>

#include "fork.hpp"
#include "openmp_version.hpp"

namespace race {

struct openmp_fork {
  template <class F, class G>
  static auto both(F f, G g) {
    std::pair<decltype(f()), decltype(g())> result;
#pragma omp task shared(result, g)
    result.second = g();
    result.first = f();
#pragma omp taskwait
    return result;
  }
  template <class F>
  static void all(unsigned n, const F& f) {
    for (unsigned i = 0; i < n; ++i) {
#pragma omp task firstprivate(i) shared(f)
      f(i);
    }
#pragma omp taskwait
  }
};

template <class Solve>
void in_team(unsigned threads, const Solve& solve) {
#pragma omp parallel num_threads(static_cast <int>(threads))
#pragma omp single
  solve();
}

template <class Problem>
std::vector<entry> openmp_forks(const std::vector<unsigned>& counts = thread_counts()) {
  std::vector<entry> entries;
  for (const unsigned threads : counts) {
    entries.push_back({openmp_name(), openmp_version(), role::peer, Problem::what(), threads, [threads](const pace& how) {
                         return time_per_unit<Problem, openmp_fork>(
                             how, [threads](const auto& solve) { in_team(threads, solve); });
                       }});
  }
  return entries;
}

}  // namespace race
