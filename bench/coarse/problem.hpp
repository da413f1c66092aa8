// Two closures of a millisecond each, run at once by a thread that belongs to no pool: while the workers are awake from the
// call before, and after five milliseconds in which everybody has gone to sleep.
#pragma once

#include "contest.hpp"

namespace coarse {

inline const race::work awake{"coarse_awake", "us per pair", true};
inline const race::work asleep{"coarse_asleep", "us per pair", true};
inline constexpr unsigned threads = 2;
inline constexpr std::uint64_t steps = 800'000;

/// A chain of multiplications that nothing shortens, of some four cycles each.
inline std::uint64_t chain(std::uint64_t x) noexcept {
  for (std::uint64_t i = 0; i < steps; ++i) {
    x = x * 6364136223846793005 + 1442695040888963407;
    race::keep(x);
  }
  return x;
}

/// Microseconds per call of pair(f, g), which runs both closures.
template <class Pair>
double measure(const race::pace& how, std::chrono::milliseconds pause, Pair pair) {
  std::uint64_t a = 0, b = 0;
  const std::uint64_t of_1 = chain(1), of_2 = chain(2);
  const double time = race::time_between(
      how,
      [&] {
        a = b = 0;
        if (pause.count() != 0) std::this_thread::sleep_for(pause);
      },
      [&] { pair([&a] { a = chain(1); }, [&b] { b = chain(2); }); },
      [&] {
        race::check("the first chain", a, of_1);
        race::check("the second chain", b, of_2);
      });
  return time / 1e3;
}

/// Both works of one contestant. surround(f) calls f(where...) where the contestant lives; pair(f, g, where...) runs both.
template <class Surround, class Pair>
std::vector<race::entry> entries(const std::string& name, const std::string& version, race::role part, unsigned threads_used,
                                 Surround surround, Pair pair) {
  std::vector<race::entry> both;
  for (const auto& [work, pause] : {std::pair{awake, 0}, std::pair{asleep, 5}}) {
    both.push_back({name, version, part, work, threads_used, [=, pause = pause](const race::pace& how) {
                      return surround([&](auto&&... where) {
                        return measure(how, std::chrono::milliseconds{pause}, [&](auto f, auto g) { pair(f, g, where...); });
                      });
                    }});
  }
  return both;
}

}  // namespace coarse
