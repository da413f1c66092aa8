// Is there an order of the operations that respects `precedes` and in which each answer is right?
//
// The search goes breadth first: from all configurations that n operations can lead to, to those of n + 1. A configuration
// is the set of operations that have taken effect, and the object's state. As a thread's operations are ordered, the set is
// one number per thread (the frontier), and an operation may come next if no other thread's next operation precedes it: with
// any transitive `precedes`, no later one of that thread can do so then either. Equal configurations are joined, and at a
// point where nobody is under way only the states differ: so a history is cut into windows without being told where.
// Source  Wing & Gong, "Testing and verifying concurrent objects", 1993; the memo of (operations done, state): Lowe,
//         "Testing for linearizability", 2017. Ours: breadth first, so the memo is one level and never has to be kept.
#pragma once

#include <weft_linear/history.hpp>

#include <algorithm>
#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace weft_linear {

inline constexpr std::size_t most_threads = 8;

struct verdict {
  bool is_linearizable = true;
  std::string why;  ///< else: where no operation could come next
  explicit operator bool() const noexcept { return is_linearizable; }
};

namespace detail {

template <class State>
struct configuration {
  std::array<std::uint32_t, most_threads> done{};
  State state{};
  friend auto operator<=>(const configuration&, const configuration&) = default;
};

template <class Moment, class Precedes>
bool may_be_next(history<Moment> of, const std::array<std::uint32_t, most_threads>& done, std::size_t thread,
                 Precedes precedes) {
  const auto& it = of[thread][done[thread]];
  for (std::size_t other = 0; other < of.size(); ++other) {
    if (other != thread && done[other] < of[other].size() && precedes(of[other][done[other]], it)) return false;
  }
  return true;
}

template <class Moment>
std::string describe_frontier(history<Moment> of, const std::array<std::uint32_t, most_threads>& done) {
  std::string text;
  for (std::size_t t = 0; t < of.size(); ++t) {
    text += "\n  thread " + std::to_string(t) + ":";
    const std::size_t first = done[t] < 6 ? 0 : done[t] - 6;
    for (std::size_t i = first; i < std::min<std::size_t>(of[t].size(), done[t] + 6); ++i) {
      text += (i == done[t] ? " >> " : i == first ? " " : ", ") + describe(of[t][i]);
    }
  }
  return text;
}

}  // namespace detail

/// Spec has a comparable `state` and `bool step(state&, const operation&) const`, false if that can't have been the answer.
template <class Spec, class Moment, class Precedes>
verdict wing_gong(const Spec& spec, history<Moment> of, Precedes precedes) {
  using configuration = detail::configuration<typename Spec::state>;
  std::size_t left = 0;
  for (const auto& thread : of) left += thread.size();
  std::vector<configuration> now(1), next;
  now[0].state = spec.initial();
  for (; left > 0; --left) {
    for (const configuration& from : now) {
      for (std::size_t t = 0; t < of.size(); ++t) {
        if (from.done[t] == of[t].size() || !detail::may_be_next(of, from.done, t, precedes)) continue;
        typename Spec::state state = from.state;
        if (!spec.step(state, of[t][from.done[t]])) continue;
        next.push_back({from.done, std::move(state)});
        ++next.back().done[t];
      }
    }
    if (next.empty()) return {false, "no order explains what comes after >>" + detail::describe_frontier(of, now[0].done)};
    std::sort(next.begin(), next.end());
    next.erase(std::unique(next.begin(), next.end()), next.end());
    now.swap(next);
    next.clear();
  }
  return {};
}

/// For histories of tickets.
template <class Spec>
verdict wing_gong(const Spec& spec, history<std::uint64_t> of) {
  return wing_gong(spec, of, [](const auto& a, const auto& b) { return precedes(a, b); });
}

/// For a history of several objects, each judged alone: with intervals, and only with them, nothing is lost by that (the
/// locality theorem of Herlihy & Wing 1990 needs that of two pairs of ordered operations, one's first is before the other's
/// second).
template <class Spec>
verdict wing_gong_each(const Spec& spec, history<std::uint64_t> of) {
  std::map<std::uint16_t, std::vector<std::vector<operation<std::uint64_t>>>> objects;
  for (std::size_t t = 0; t < of.size(); ++t) {
    for (const auto& it : of[t]) {
      auto& threads = objects[it.object];
      threads.resize(of.size());
      threads[t].push_back(it);
    }
  }
  for (const auto& [object, threads] : objects) {
    const std::vector<std::span<const operation<std::uint64_t>>> spans(threads.begin(), threads.end());
    verdict found = wing_gong(spec, history<std::uint64_t>(spans));
    if (!found) return {false, "object " + std::to_string(object) + ": " + found.why};
  }
  return {};
}

}  // namespace weft_linear
