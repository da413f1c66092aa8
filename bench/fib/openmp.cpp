// OpenMP tasks: one thread of the team starts, the others help while they wait at the end of `single`.
#include <omp.h>

#include "openmp_version.hpp"
#include "problem.hpp"

namespace {

struct task_fork {
  template <class F, class G>
  static auto both(F f, G g) {
    std::pair<decltype(f()), decltype(g())> result;
#pragma omp task shared(result, g)
    result.second = g();
    result.first = f();
#pragma omp taskwait
    return result;
  }
};

}  // namespace

int main(int argc, char** argv) {
  std::vector<race::entry> entries;
  for (const unsigned threads : race::thread_counts()) {
    entries.push_back({race::openmp_name(), race::openmp_version(), race::role::peer, fib::fib_work, threads,
                       [threads](const race::pace& how) {
                         return fib::measure(how, [threads](unsigned n) {
                           std::uint64_t result = 0;
#pragma omp parallel num_threads(static_cast <int>(threads))
#pragma omp single
                           result = fib::compute<task_fork>(n);
                           return result;
                         });
                       }});
  }
  return race::contest(argc, argv, entries);
}
