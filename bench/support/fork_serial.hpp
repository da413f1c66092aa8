// The plain program: what could be forked is called.
#pragma once

#include "fork.hpp"

namespace race {

struct serial_fork {
  template <class F, class G>
  static auto both(F f, G g) {
    const auto a = f();
    return std::pair{a, g()};
  }
  template <class F>
  static void all(unsigned n, const F& f) {
    for (unsigned i = 0; i < n; ++i) f(i);
  }
};

template <class Problem>
std::vector<entry> serial_forks() {
  const auto measure = [](const pace& how) {
    return time_per_unit<Problem, serial_fork>(how, [](const auto& solve) { solve(); });
  };
  return {{"sequential", "", role::sequential, Problem::what(), 1, measure}};
}

}  // namespace race
