// xenium's Chase-Lev deque.
#include <xenium/chase_work_stealing_deque.hpp>

#include "problem.hpp"

int main(int argc, char** argv) {
  return race::contest(argc, argv, {{"xenium", "", race::role::peer, deque_owner::pair_work, 1, [](const race::pace& how) {
                                       xenium::chase_work_stealing_deque<std::uint64_t> deque;
                                       return deque_owner::measure(
                                           how,
                                           [&](std::uint64_t* word) {
                                             if (!deque.try_push(word)) throw std::bad_alloc{};
                                           },
                                           [&] {
                                             std::uint64_t* word = nullptr;
                                             return deque.try_pop(word) ? word : nullptr;
                                           });
                                     }}});
}
