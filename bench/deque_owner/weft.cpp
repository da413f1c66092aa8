// weft::deque::worker.
#include <weft/deque/worker.hpp>

#include "problem.hpp"

int main(int argc, char** argv) {
  return race::contest(argc, argv, {{"weft", "", race::role::weft, deque_owner::pair_work, 1, [](const race::pace& how) {
                                       weft::deque::worker<std::uint64_t*> deque;
                                       return deque_owner::measure(
                                           how, [&](std::uint64_t* word) { deque.push(word); },
                                           [&] { return deque.pop().value_or(nullptr); });
                                     }}});
}
