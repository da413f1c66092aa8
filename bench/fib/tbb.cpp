// oneTBB: parallel_invoke and task_group, in an arena of exactly the threads asked for.
#include <oneapi/tbb/parallel_invoke.h>
#include <oneapi/tbb/task_group.h>

#include "problem.hpp"
#include "tbb_arena.hpp"

namespace {

struct invoke_fork {
  template <class F, class G>
  static auto both(F f, G g) {
    std::pair<decltype(f()), decltype(g())> result;
    tbb::parallel_invoke([&] { result.first = f(); }, [&] { result.second = g(); });
    return result;
  }
};

struct group_fork {
  template <class F, class G>
  static auto both(F f, G g) {
    std::pair<decltype(f()), decltype(g())> result;
    tbb::task_group group;
    group.run([&] { result.second = g(); });
    result.first = f();
    group.wait();
    return result;
  }
};

template <class Fork>
race::entry entry_for(const char* name, unsigned threads) {
  return {name, race::tbb_version(), race::role::peer, fib::fib_work, threads, [threads](const race::pace& how) {
            race::tbb_arena arena(threads);
            return arena.execute([&] { return fib::measure(how, [](unsigned n) { return fib::compute<Fork>(n); }); });
          }};
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<race::entry> entries;
  for (const unsigned threads : race::thread_counts()) {
    entries.push_back(entry_for<invoke_fork>("oneTBB parallel_invoke", threads));
    entries.push_back(entry_for<group_fork>("oneTBB task_group", threads));
  }
  return race::contest(argc, argv, entries);
}
