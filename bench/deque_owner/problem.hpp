// The owner of a work-stealing deque pushes one word and pops it again, alone: the price of every un-stolen task.
//
// The deque holds 64 other words meanwhile, as a working one does. Each popped word is compared with the pushed one.
#pragma once

#include "contest.hpp"

namespace deque_owner {

inline const race::work pair_work{"deque_owner", "ns per push+pop", true};

/// Nanoseconds per pair. push(std::uint64_t*) and pop() -> std::uint64_t*, last in first out.
template <class Push, class Pop>
double measure(const race::pace& how, Push push, Pop pop) {
  constexpr std::size_t resident = 64;
  std::vector<std::uint64_t> words(resident + 1);
  for (std::size_t i = 0; i < resident; ++i) push(&words[i]);
  std::uint64_t* mine = &words[resident];
  const double time = race::time_per_call(how, [&] {
    race::keep(mine);
    push(mine);
    race::forget();
    std::uint64_t* const got = pop();
    if (got != mine) [[unlikely]]
      throw race::wrong_answer("pop()", got, mine);
  });
  for (std::size_t i = resident; i > 0; --i) race::check("pop() of what was there before", pop(), &words[i - 1]);
  return time;
}

}  // namespace deque_owner
