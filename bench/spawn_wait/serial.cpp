// The task simply called.
#include "problem.hpp"

int main(int argc, char** argv) {
  return race::contest(argc, argv,
                       {{"sequential", "", race::role::sequential, spawn_wait::round_trip, 1, [](const race::pace& how) {
                           return spawn_wait::measure(how, [](std::uint64_t x) {
                             auto* volatile function = &spawn_wait::task;
                             return function(x);
                           });
                         }}});
}
