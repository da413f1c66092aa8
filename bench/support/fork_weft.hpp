// weft::join and weft::scope, in a pool of exactly the threads asked for; the caller takes part.
#pragma once

#include <weft/par.hpp>

#include <future>

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

/// The caller is one of the threads. With a join, at most as many as the pool has are busy, it among them.
struct as_guest {
  template <class F>
  void operator()(weft::thread_pool& pool, const F& solve) const {
    pool.install(solve);
  }
};

/// The caller only waits. A scope's tasks are run by every worker, however many guests there are: here a guest would be one
/// thread more than the others have.
struct on_a_worker {
  template <class F>
  void operator()(weft::thread_pool& pool, const F& solve) const {
    std::packaged_task<void()> task([&solve] { solve(); });
    auto done = task.get_future();
    pool.spawn([task = std::move(task)]() mutable { task(); }).detach();  // the handle's wait() might run it here
    done.get();
  }
};

template <class Problem, class Enter = as_guest>
std::vector<entry> weft_forks(const std::vector<unsigned>& counts = thread_counts()) {
  std::vector<entry> entries;
  for (const unsigned threads : counts) {
    entries.push_back({"weft", "", role::weft, Problem::what(), threads, [threads](const pace& how) {
                         weft::thread_pool pool(threads);
                         return time_per_unit<Problem, weft_fork>(how, [&pool](const auto& solve) { Enter{}(pool, solve); });
                       }});
  }
  return entries;
}

}  // namespace race
