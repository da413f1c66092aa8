// Entering and leaving a protected section: what every read of a lock-free structure pays for memory reclamation.
//
// Before the clock starts, the scheme must show that it is one: what was retired under a guard is still whole while the
// guard lives, and is gone some time after.
#pragma once

#include <array>

#include "contest.hpp"

namespace pin {

inline const race::work pin_work{"pin", "ns per pin+unpin", true};

/// Set by the death of the object that it belongs to. Static: what is left at the end may die after main.
inline constexpr std::size_t most_rounds = 100'000;
inline std::array<bool, most_rounds> dead{};

class probe {
 public:
  explicit probe(std::size_t round) noexcept : round_(round) {}
  probe(const probe&) = delete;
  probe& operator=(const probe&) = delete;
  ~probe() { dead[round_] = true; }

 private:
  std::size_t round_;
};

/// Scheme::retire(round, check): enters, retires a probe of that round, calls check(), leaves.
template <class Scheme>
void show_that_it_reclaims() {
  for (std::size_t round = 0; round < most_rounds; ++round) {
    Scheme::retire(round, [round] { race::check("dead while its guard lives", bool{dead[round]}, false); });
    if (dead[0]) return;
  }
  race::check("the first retired object of 100000 is dead", bool{dead[0]}, true);
}

/// Scheme::pin(): enters and leaves.
template <class Scheme>
double measure(const race::pace& how) {
  show_that_it_reclaims<Scheme>();
  return race::time_per_call(how, [] { Scheme::pin(); });
}

}  // namespace pin
