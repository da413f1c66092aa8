// The same function with both closures simply called: the useful work itself.
#include "fork_serial.hpp"
#include "problem.hpp"

int main(int argc, char** argv) {
  return race::contest(argc, argv, {{"sequential", "", race::role::sequential, fib::fib_work, 1, [](const race::pace& how) {
                                       return fib::measure(how,
                                                           [](unsigned n) { return fib::compute<race::serial_fork>(n); });
                                     }}});
}
