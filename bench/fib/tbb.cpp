// oneTBB: parallel_invoke and task_group, in an arena of exactly the threads asked for.
#include "fork_tbb.hpp"
#include "problem.hpp"

namespace {

template <class Fork>
race::entry entry_for(unsigned threads) {
  return {Fork::name, race::tbb_version(), race::role::peer, fib::fib_work, threads, [threads](const race::pace& how) {
            race::tbb_arena arena(threads);
            return arena.execute([&] { return fib::measure(how, [](unsigned n) { return fib::compute<Fork>(n); }); });
          }};
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<race::entry> entries;
  for (const unsigned threads : race::thread_counts()) {
    entries.push_back(entry_for<race::tbb_invoke_fork>(threads));
    entries.push_back(entry_for<race::tbb_group_fork>(threads));
  }
  return race::contest(argc, argv, entries);
}
