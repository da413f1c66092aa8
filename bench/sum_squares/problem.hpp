// Sum of the squares of n 32-bit integers in 64 bits, called from a thread that belongs to no pool.
//
// Small n asks what a parallel call costs when it isn't worth it, large n how much of the machine it gets. Up to 1e6 the
// data stay in the cache; 1e8 are 400 MB and stream from memory. `burst` asks what a call costs that isn't the first: 3e5
// numbers, and between two calls the caller does something else for 50 to 100 us. Every single result is checked.
#pragma once

#include "contest.hpp"

namespace sum_squares {

struct size {
  const char* suffix;
  std::size_t n;
};
inline constexpr size sizes[] = {{"10", 10},       {"100", 100},       {"1e3", 1'000},      {"1e4", 10'000},
                                 {"1e5", 100'000}, {"1e6", 1'000'000}, {"1e8", 100'000'000}};

inline const race::work burst{"burst", "us per call", true};
inline constexpr std::size_t burst_size = 300'000;

inline race::work work_of(const size& s) { return {std::string("sum_squares_i32_") + s.suffix, "us per call", true}; }

/// n integers from -1000 to 1000 in no order, and the sum of their squares, added up while they are made.
struct problem {
  explicit problem(std::size_t n) {
    input.reserve(n);
    std::uint64_t state = 0x9e3779b97f4a7c15;
    for (std::size_t i = 0; i < n; ++i) {
      state = state * 6364136223846793005 + 1442695040888963407;
      const int value = static_cast<int>((state >> 33) % 2001) - 1000;
      input.push_back(value);
      answer += std::int64_t{value} * value;
    }
  }
  std::vector<int> input;
  std::int64_t answer = 0;
};

/// Microseconds per call of sum(input).
template <class Sum>
double measure(const race::pace& how, std::size_t n, Sum sum) {
  const problem p(n);
  const double time = race::time_per_call(how, [&] {
    race::forget();
    const std::int64_t got = sum(p.input);
    if (got != p.answer) [[unlikely]]
      throw race::wrong_answer("the sum of squares", got, p.answer);
  });
  return time / 1e3;
}

/// The caller is busy with its own affairs for 50 to 100 us.
class pause {
 public:
  void operator()() noexcept {
    state_ = state_ * 6364136223846793005 + 1442695040888963407;
    const auto end = race::clock::now() + std::chrono::nanoseconds{50'000 + (state_ >> 33) % 50'001};
    while (race::clock::now() < end) {
    }
  }

 private:
  std::uint64_t state_ = 1;
};

/// Microseconds per call of sum(input) in a burst; the pauses are outside of the clock.
template <class Sum>
double measure_burst(const race::pace& how, Sum sum) {
  const problem p(burst_size);
  std::int64_t got = 0;
  const double time = race::time_between(
      how, pause{}, [&] { got = sum(p.input); }, [&] { race::check("the sum of squares", got, p.answer); });
  return time / 1e3;
}

/// Entries of one contestant for every work and thread count. surround(threads, f) calls f where the contestant lives.
template <class Surround, class Sum>
std::vector<race::entry> entries(const std::string& name, const std::string& version, race::role part,
                                 const std::vector<unsigned>& thread_counts, Surround surround, Sum sum) {
  std::vector<race::entry> all;
  const auto add = [&](const race::work& work, unsigned threads, auto timed) {
    all.push_back({name, version, part, work, threads, [=](const race::pace& how) {
                     return surround(threads, [&](auto&&... where) {
                       return timed(how, [&](const std::vector<int>& input) { return sum(input, where...); });
                     });
                   }});
  };
  for (const unsigned threads : thread_counts) {
    for (const size& s : sizes)
      add(work_of(s), threads, [n = s.n](const race::pace& how, auto call) { return measure(how, n, call); });
    add(burst, threads, [](const race::pace& how, auto call) { return measure_burst(how, call); });
  }
  return all;
}

}  // namespace sum_squares
