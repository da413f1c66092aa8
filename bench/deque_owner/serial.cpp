// A std::vector as a stack, which nobody could steal from.
#include "problem.hpp"

int main(int argc, char** argv) {
  return race::contest(argc, argv,
                       {{"sequential", "", race::role::sequential, deque_owner::pair_work, 1, [](const race::pace& how) {
                           std::vector<std::uint64_t*> stack;
                           return deque_owner::measure(
                               how, [&](std::uint64_t* word) { stack.push_back(word); },
                               [&] {
                                 std::uint64_t* const top = stack.back();
                                 stack.pop_back();
                                 return top;
                               });
                         }}});
}
