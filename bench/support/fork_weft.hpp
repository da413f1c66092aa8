// weft::join and weft::scope, in a pool of exactly the threads asked for; the caller takes part.
#pragma once

#include <weft/par.hpp>

#include "fork.hpp"

namespace race {

struct weft_fork {
  template <class F, class G>
  static auto both(F f, G g) {
    return weft::par::join(f, g);
  }
  template <class F>
  static void all(unsigned n, const F& f) {
    weft::par::scope([n, &f](weft::par::scope_handle& scope) {
      for (unsigned i = 0; i < n; ++i) scope.spawn([i, &f] { f(i); });
    });
  }
};

template <class Problem>
std::vector<entry> weft_forks(const std::vector<unsigned>& counts = thread_counts()) {
  std::vector<entry> entries;
  for (const unsigned threads : counts) {
    entries.push_back({"weft", "", role::weft, Problem::what(), threads, [threads](const pace& how) {
                         weft::thread_pool pool(threads);
                         return time_per_unit<Problem, weft_fork>(how, [&pool](const auto& solve) { pool.install(solve); });
                       }});
  }
  return entries;
}

}  // namespace race
