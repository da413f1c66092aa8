// Naive Fibonacci, a join at every call and no cutoff: what does one join cost when there is next to nothing in it?
//
// All contestants run this very function; only how two closures are run differs. The size grows until one call lasts as
// long as a sample, so that a start-up or a wake-up doesn't count, and every result is checked.
#pragma once

#include "contest.hpp"

namespace fib {

inline const race::work fib_work{"fib", "ns per join", true};

/// Fork::both(f, g) runs both closures, at the same time if it likes, and returns a pair of their results.
template <class Fork>
std::uint64_t compute(unsigned n) {
  // Costs nothing, but makes each call one that must happen: a compiler that knows the function to be pure merges calls.
  race::keep(n);
  if (n < 2) return n;
  const auto [a, b] = Fork::both([n] { return compute<Fork>(n - 1); }, [n] { return compute<Fork>(n - 2); });
  return a + b;
}

/// F(n) by addition, the answer to check against.
inline std::uint64_t answer(unsigned n) {
  std::uint64_t a = 0, b = 1;
  for (unsigned i = 0; i < n; ++i) a = std::exchange(b, a + b);
  return a;
}

/// Joins in compute(n): one for each call that isn't a leaf, F(n + 1) - 1.
inline double joins(unsigned n) { return static_cast<double>(answer(n + 1) - 1); }

/// Nanoseconds per join; call(n) computes the n-th number in the contestant's own surroundings.
template <class Call>
double measure(const race::pace& how, Call call) {
  const auto time_one = [&](unsigned n) {
    race::keep(n);
    const auto start = race::clock::now();
    const std::uint64_t got = call(n);
    const double spent = race::nanoseconds(race::clock::now() - start);
    race::check("fib(" + std::to_string(n) + ")", got, answer(n));
    return spent;
  };
  const auto end_of_warm_up = race::clock::now() + how.warm_up;
  unsigned n = 18;
  double spent = time_one(n);
  while (n < 42 && (spent < race::nanoseconds(how.sample) || race::clock::now() < end_of_warm_up)) {
    if (spent < race::nanoseconds(how.sample)) ++n;
    spent = time_one(n);
  }
  std::vector<double> samples;
  for (unsigned i = 0; i < how.samples; ++i) samples.push_back(time_one(n) / joins(n));
  return race::median(std::move(samples));
}

}  // namespace fib
