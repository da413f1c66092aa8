// weft::join in a pool of exactly the threads asked for; the caller takes part.
#include "fork_weft.hpp"
#include "problem.hpp"

int main(int argc, char** argv) {
  std::vector<race::entry> entries;
  for (const unsigned threads : race::thread_counts()) {
    entries.push_back({"weft", "", race::role::weft, fib::fib_work, threads, [threads](const race::pace& how) {
                         weft::thread_pool pool(threads);
                         return fib::measure(how, [&](unsigned n) {
                           return pool.install([n] { return fib::compute<race::weft_fork>(n); });
                         });
                       }});
  }
  return race::contest(argc, argv, entries);
}
