// One after the other.
#include "problem.hpp"

int main(int argc, char** argv) {
  return race::contest(argc, argv,
                       coarse::entries(
                           "sequential", "", race::role::sequential, 1, [](auto f) { return f(); },
                           [](auto f, auto g) {
                             f();
                             g();
                           }));
}
