// weft: thread_pool::spawn and its handle's wait(), which runs the task itself when no worker has begun it.
#include <weft/par.hpp>

#include "problem.hpp"

int main(int argc, char** argv) {
  return race::contest(
      argc, argv, {{"weft", "", race::role::weft, spawn_wait::round_trip, spawn_wait::threads, [](const race::pace& how) {
                      weft::thread_pool pool(spawn_wait::threads);
                      return spawn_wait::measure(
                          how, [&](std::uint64_t x) { return pool.spawn([x] { return spawn_wait::task(x); }).wait(); });
                    }}});
}
