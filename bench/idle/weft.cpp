// A pool whose workers have all run a spawned task.
#include <weft/par.hpp>

#include "problem.hpp"

int main(int argc, char** argv) {
  const auto beside_a_pool = [](unsigned n, auto f) {
    weft::thread_pool pool(n);
    return f(pool);
  };
  const auto meet = [](unsigned n, idle::meeting& task, weft::thread_pool& pool) {
    idle::finish finish(n);  // a handle's wait() would run a task here
    for (unsigned i = 0; i < n; ++i) {
      pool.spawn([&] {
            task();
            finish.cross();
          })
          .detach();
    }
    finish.wait();
  };
  return race::contest(argc, argv, idle::entries("weft", "", race::role::weft, beside_a_pool, meet));
}
