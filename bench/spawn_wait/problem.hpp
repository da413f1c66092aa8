// One trivial task, started and waited for by a thread that belongs to no pool: the round trip of a single request.
#pragma once

#include "contest.hpp"

namespace spawn_wait {

inline const race::work round_trip{"spawn_wait", "us per round trip", true};
inline constexpr unsigned threads = 2;

/// The task: trivial, but its answer depends on what it was given.
inline std::uint64_t task(std::uint64_t x) noexcept { return x * 2 + 1; }

/// Microseconds per call of request(x), which runs task(x) somewhere and gives its answer back.
template <class Request>
double measure(const race::pace& how, Request request) {
  std::uint64_t x = 0;
  const double time = race::time_per_call(how, [&] {
    race::keep(x);
    const std::uint64_t got = request(x);
    if (got != task(x)) [[unlikely]]
      throw race::wrong_answer("the task", got, task(x));
    ++x;
  });
  return time / 1e3;
}

}  // namespace spawn_wait
