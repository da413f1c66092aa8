// A new thread for the second closure.
#include "problem.hpp"

int main(int argc, char** argv) {
  return race::contest(argc, argv,
                       coarse::entries(
                           "std::thread", "", race::role::peer, coarse::threads, [](auto f) { return f(); },
                           [](auto f, auto g) {
                             std::thread other(g);
                             f();
                             other.join();
                           }));
}
