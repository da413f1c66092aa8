// The standard library: a thread per task, and std::async, which is the same with a future.
#include <future>

#include "problem.hpp"

namespace {

double by_async(const race::pace& how) {
  return spawn_wait::measure(
      how, [](std::uint64_t x) { return std::async(std::launch::async, [x] { return spawn_wait::task(x); }).get(); });
}

double by_thread(const race::pace& how) {
  return spawn_wait::measure(how, [](std::uint64_t x) {
    std::uint64_t answer = 0;
    std::thread([&] { answer = spawn_wait::task(x); }).join();
    return answer;
  });
}

}  // namespace

int main(int argc, char** argv) {
  return race::contest(argc, argv,
                       {{"std::async", "", race::role::peer, spawn_wait::round_trip, spawn_wait::threads, by_async},
                        {"std::thread", "", race::role::peer, spawn_wait::round_trip, spawn_wait::threads, by_thread}});
}
