// OpenMP tasks: one thread of the team starts, the others help while they wait at the end of `single`.
#include "fork_openmp.hpp"
#include "problem.hpp"

int main(int argc, char** argv) {
  std::vector<race::entry> entries;
  for (const unsigned threads : race::thread_counts()) {
    entries.push_back({race::openmp_name(), race::openmp_version(), race::role::peer, fib::fib_work, threads,
                       [threads](const race::pace& how) {
                         return fib::measure(how, [threads](unsigned n) {
                           std::uint64_t result = 0;
                           race::in_team(threads, [&] { result = fib::compute<race::openmp_fork>(n); });
                           return result;
                         });
                       }});
  }
  return race::contest(argc, argv, entries);
}
