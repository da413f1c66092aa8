// The fork-join problems: what a problem and a contestant are to each other.
//
// A problem is a default-constructible type with
//   static race::work what()     its name and unit
//   void prepare()               before each call, outside of the clock
//   template <class Fork> void solve()
//   void check()                 after each call, outside of the clock: throws wrong_answer
//   double units()               what of the unit is in one call
// A contestant is a Fork: both(f, g) runs both closures, at the same time if it likes, and returns a pair of their results;
// all(n, f) runs f(0) … f(n - 1) likewise, for the problem that spawns.
#pragma once

#include "contest.hpp"

namespace race {

/// The time that one unit of Problem takes. enter(f) calls f where Fork's threads are.
template <class Problem, class Fork, class Enter>
double time_per_unit(const pace& how, Enter enter) {
  Problem problem;
  const double time = time_between(
      how, [&] { problem.prepare(); }, [&] { enter([&] { problem.template solve<Fork>(); }); }, [&] { problem.check(); });
  return time / problem.units();
}

/// Fork::both for closures that return nothing.
template <class Fork, class F, class G>
void both(const F& f, const G& g) {
  struct nothing {};
  static_cast<void>(Fork::both(
      [&f] {
        f();
        return nothing{};
      },
      [&g] {
        g();
        return nothing{};
      }));
}

}  // namespace race
