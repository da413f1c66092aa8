// What every contestant of a race shares: the command line, the clock, and the rule that a wrong answer has no figure.
//
// A contestant is one executable. The driver (bench/race/race.py) asks it two things:
//   --list                    one JSON line for each figure that it can give
//   --run NAME WORK THREADS   one JSON line with the figure; options: --sample-ms N, --samples N, --warm-up-ms N
// A wrong answer ends the process with status 1 and a sentence on stderr; no figure is printed then.
#pragma once

#include <sched.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <functional>
#include <iostream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "keep.hpp"

namespace race {

/// One problem: its name in the race, the unit of its figure, and which way is better.
struct work {
  std::string name;
  std::string unit;
  bool lower_is_better = true;
};

/// How long to measure. Each sample is a batch of at least `sample`; the figure is the median of `samples`.
struct pace {
  std::chrono::nanoseconds warm_up{std::chrono::milliseconds{50}};
  std::chrono::nanoseconds sample{std::chrono::milliseconds{50}};
  unsigned samples = 3;
};

enum class role { weft, sequential, peer };

/// One figure that a contestant offers. `threads` counts the threads that take part.
struct entry {
  std::string name;
  std::string version;
  role part = role::peer;
  work what;
  unsigned threads = 1;
  std::function<double(const pace&)> measure;
  std::string weaker = {};  // what it doesn't promise although the others do; empty for most
};

class wrong_answer : public std::runtime_error {
 public:
  template <class Got, class Wanted>
  wrong_answer(std::string_view what, const Got& got, const Wanted& wanted) : std::runtime_error(say(what, got, wanted)) {}

 private:
  template <class Got, class Wanted>
  static std::string say(std::string_view what, const Got& got, const Wanted& wanted) {
    std::ostringstream text;
    text << what << " gave " << got << ", the answer is " << wanted;
    return text.str();
  }
};

template <class Got, class Wanted>
void check(std::string_view what, const Got& got, const Wanted& wanted) {
  if (!(got == wanted)) throw wrong_answer(what, got, wanted);
}

// ---------------------------------------------------------------------------------------------- the clock

using clock = std::chrono::steady_clock;

inline double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

inline double nanoseconds(clock::duration time) { return std::chrono::duration<double, std::nano>(time).count(); }

/// Nanoseconds that `calls` calls of body take.
template <class Body>
double time_calls(std::uint64_t calls, Body& body) {
  const auto start = clock::now();
  for (std::uint64_t i = 0; i < calls; ++i) body();
  return nanoseconds(clock::now() - start);
}

/// Nanoseconds per call of body(): warmed up, in batches of about pace.sample, the median of them.
template <class Body>
double time_per_call(const pace& how, Body body) {
  const auto end_of_warm_up = clock::now() + how.warm_up;
  std::uint64_t calls = 1;
  double spent = time_calls(calls, body);
  while (clock::now() < end_of_warm_up || spent < nanoseconds(how.sample)) {
    if (spent < nanoseconds(how.sample)) {
      const double factor = spent > 0 ? nanoseconds(how.sample) * 1.2 / spent : 16.0;
      calls = static_cast<std::uint64_t>(static_cast<double>(calls) * std::clamp(factor, 1.05, 16.0)) + 1;
    }
    spent = time_calls(calls, body);
  }
  std::vector<double> samples;
  for (unsigned i = 0; i < how.samples; ++i) samples.push_back(time_calls(calls, body) / static_cast<double>(calls));
  return median(std::move(samples));
}

/// Nanoseconds per call of body(), with before() and after() at every call but outside of the clock. A sample lasts about
/// pace.sample altogether, and is one call at least.
template <class Before, class Body, class After>
double time_between(const pace& how, Before before, Body body, After after) {
  const auto sample = [&](std::chrono::nanoseconds length) {
    const auto end = clock::now() + length;
    double spent = 0;
    std::uint64_t calls = 0;
    do {
      before();
      const auto start = clock::now();
      body();
      spent += nanoseconds(clock::now() - start);
      after();
      ++calls;
    } while (clock::now() < end);
    return spent / static_cast<double>(calls);
  };
  sample(how.warm_up);
  std::vector<double> samples;
  for (unsigned i = 0; i < how.samples; ++i) samples.push_back(sample(how.sample));
  return median(std::move(samples));
}

// ---------------------------------------------------------------------------------------------- the machine

/// Processors that this process may use.
inline unsigned processors() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) == 0) return static_cast<unsigned>(CPU_COUNT(&set));
  return std::max(1u, std::thread::hardware_concurrency());
}

/// The thread counts of a parallel race: 1, 2, and all processors where there are more.
inline std::vector<unsigned> thread_counts() {
  std::vector<unsigned> counts{1, 2};
  if (processors() > 2) counts.push_back(processors());
  return counts;
}

// ---------------------------------------------------------------------------------------------- the command line

namespace detail {

inline const char* word(role part) {
  switch (part) {
    case role::weft:
      return "weft";
    case role::sequential:
      return "sequential";
    case role::peer:
      return "peer";
  }
  return "peer";
}

inline void print_list(const std::vector<entry>& entries) {
  for (const entry& e : entries) {
    std::cout << "{\"name\": \"" << e.name << "\", \"version\": \"" << e.version << "\", \"role\": \"" << word(e.part)
              << "\", \"work\": \"" << e.what.name << "\", \"unit\": \"" << e.what.unit
              << "\", \"lower_is_better\": " << (e.what.lower_is_better ? "true" : "false") << ", \"threads\": " << e.threads
              << ", \"weaker\": \"" << e.weaker << "\"}\n";
  }
}

inline pace parse_pace(const std::vector<std::string>& options) {
  pace how;
  for (std::size_t i = 0; i + 1 < options.size(); i += 2) {
    const long value = std::strtol(options[i + 1].c_str(), nullptr, 10);
    if (value <= 0) throw std::invalid_argument(options[i] + " needs a positive number");
    if (options[i] == "--sample-ms")
      how.sample = std::chrono::milliseconds{value};
    else if (options[i] == "--warm-up-ms")
      how.warm_up = std::chrono::milliseconds{value};
    else if (options[i] == "--samples")
      how.samples = static_cast<unsigned>(value);
    else
      throw std::invalid_argument("unknown option " + options[i]);
  }
  if (options.size() % 2 != 0) throw std::invalid_argument(options.back() + " needs a value");
  return how;
}

inline int run(const std::vector<entry>& entries, const std::vector<std::string>& arguments) {
  for (const entry& e : entries) {
    if (e.name == arguments[1] && e.what.name == arguments[2] && std::to_string(e.threads) == arguments[3]) {
      const double figure = e.measure(parse_pace({arguments.begin() + 4, arguments.end()}));
      std::cout.precision(6);
      std::cout << "{\"figure\": " << figure << "}\n";
      return 0;
    }
  }
  throw std::invalid_argument("no figure for " + arguments[1] + " " + arguments[2] + " " + arguments[3]);
}

}  // namespace detail

/// The main function of a contestant.
inline int contest(int argc, char** argv, const std::vector<entry>& entries) try {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (arguments.size() == 1 && arguments[0] == "--list") {
    detail::print_list(entries);
    return 0;
  }
  if (arguments.size() >= 4 && arguments[0] == "--run") return detail::run(entries, arguments);
  std::cerr << "usage: " << argv[0] << " --list | --run NAME WORK THREADS [--sample-ms N] [--samples N] [--warm-up-ms N]\n";
  return 2;
} catch (const std::exception& error) {
  std::cerr << argv[0] << ": " << error.what() << '\n';
  return 1;
}

}  // namespace race
