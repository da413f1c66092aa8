// Quick checks for histories of millions of operations, by the patterns that every wrong history shows.
//
// Needs tickets, complete histories (every operation has ended) and values that are pushed once.
// A value is surely inside from the end of its push to the beginning of its pop.
//
// queue_patterns    An unbounded queue's history is linearizable if and only if no value comes from nowhere or twice, no
// pair
//                   comes out in the reverse of the order in which it surely went in, and no `empty` is covered by times
//                   at which some value was surely inside. Henzinger, Sezgin & Vafeiadis, "Aspect-oriented linearizability
//                   proofs", CONCUR 2013, theorem 1 (VFresh, VRepet, VOrd, VWit); that the last one is a union of sure
//                   intervals: Bouajjani, Emmi, Enea & Hamza, "On reducing linearizability to state reachability", ICALP
//                   2015. What it says of `full` and of closing is necessary, not sufficient.
// deque_patterns    The same for a work-stealing deque whose owner pops the newest. Necessary conditions only.
//
// Time O(n log n) for finding each value's pop, the rest O(n); memory in proportion to the last ticket.
#pragma once

#include <weft_linear/history.hpp>
#include <weft_linear/specs.hpp>
#include <weft_linear/wing_gong.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace weft_linear {

namespace detail {

using timed = operation<std::uint64_t>;
inline constexpr std::uint64_t never = std::numeric_limits<std::uint64_t>::max();

/// A value's way through the object; `out` is null if it never came out.
struct life {
  const timed* in = nullptr;
  const timed* out = nullptr;
  [[nodiscard]] std::uint64_t leaves_from() const noexcept { return out == nullptr ? never : out->began; }
  [[nodiscard]] std::uint64_t gone_at() const noexcept { return out == nullptr ? never : out->ended; }
};

inline bool is_take(const timed& it) noexcept { return it.what == action::pop || it.what == action::steal; }

/// The operations, by what the patterns ask for.
struct sorted_history {
  std::vector<life> lives;  // by the beginning of the push
  std::vector<const timed*> empties, fulls, refused_pushes, refused_pops;
  std::uint64_t closed_from = never;   // before the first closing began nobody may see it
  std::uint64_t closed_since = never;  // and when one has ended everybody does
  std::uint64_t last = 0;
  std::string broken;
};

/// Matches pushes and pops; says what is broken if a value comes from nowhere, twice, or before it went in.
inline void match(std::vector<const timed*>& pushes, std::vector<const timed*>& pops, sorted_history& into) {
  const auto by_value = [](const timed* a, const timed* b) { return a->value < b->value; };
  std::sort(pushes.begin(), pushes.end(), by_value);
  std::sort(pops.begin(), pops.end(), by_value);
  std::size_t next = 0;
  for (std::size_t i = 0; i < pushes.size(); ++i) {
    if (i > 0 && pushes[i - 1]->value == pushes[i]->value) into.broken = describe(*pushes[i]) + ": pushed twice";
    life it{pushes[i], nullptr};
    if (next < pops.size() && pops[next]->value < it.in->value) break;
    if (next < pops.size() && pops[next]->value == it.in->value) it.out = pops[next++];
    if (it.out != nullptr && it.out->ended < it.in->began) into.broken = describe(*it.out) + ": before it was pushed";
    into.lives.push_back(it);
  }
  if (next == pops.size()) return;
  const bool again = next > 0 && pops[next - 1]->value == pops[next]->value;
  into.broken = describe(*pops[next]) + (again ? ": came out twice" : ": from nowhere");
}

inline sorted_history sort(history<std::uint64_t> of) {
  sorted_history sorted;
  std::vector<const timed*> pushes, pops;
  for (const auto& thread : of) {
    for (const timed& it : thread) {
      sorted.last = std::max(sorted.last, it.ended);
      if (it.what == action::close || it.what == action::leave) {
        sorted.closed_from = std::min(sorted.closed_from, it.began);
        sorted.closed_since = std::min(sorted.closed_since, it.ended);
      } else if (it.said == answer::ok) {
        (it.what == action::push ? pushes : pops).push_back(&it);
      } else if (it.said == answer::empty) {
        sorted.empties.push_back(&it);
      } else if (it.said == answer::full) {
        sorted.fulls.push_back(&it);
      } else if (it.said == answer::disconnected) {
        (it.what == action::push ? sorted.refused_pushes : sorted.refused_pops).push_back(&it);
      }
    }
  }
  match(pushes, pops, sorted);
  std::sort(sorted.lives.begin(), sorted.lives.end(),
            [](const life& a, const life& b) { return a.in->began < b.in->began; });
  return sorted;
}

/// A number that changes at tickets, for every moment: moment t lies between the tickets t and t + 1.
class timeline {
 public:
  explicit timeline(std::uint64_t last) : at_(static_cast<std::size_t>(last) + 2, 0) {}
  void change(std::uint64_t from, std::int32_t by) {
    if (from < at_.size()) at_[from] += by;
  }
  void add_up() {
    for (std::size_t t = 1; t < at_.size(); ++t) at_[t] += at_[t - 1];
  }
  [[nodiscard]] std::int32_t at(std::uint64_t moment) const { return at_[moment]; }
  /// Keeps for each moment the next one, from it on, at which the number satisfies `wanted`.
  template <class Wanted>
  [[nodiscard]] std::vector<std::uint64_t> next(Wanted wanted) const {
    std::vector<std::uint64_t> found(at_.size(), never);
    for (std::size_t t = at_.size() - 1; t-- > 0;) found[t] = wanted(at_[t]) ? t : found[t + 1];
    return found;
  }

 private:
  std::vector<std::int32_t> at_;
};

/// How many values are surely inside at each moment.
inline timeline surely_inside(const sorted_history& sorted) {
  timeline inside(sorted.last);
  for (const life& it : sorted.lives) {
    if (it.leaves_from() < it.in->ended) continue;
    inside.change(it.in->ended, 1);
    inside.change(it.leaves_from(), -1);
  }
  inside.add_up();
  return inside;
}

/// How many values may be inside at each moment.
inline timeline possibly_inside(const sorted_history& sorted) {
  timeline inside(sorted.last);
  for (const life& it : sorted.lives) {
    inside.change(it.in->began, 1);
    inside.change(it.gone_at(), -1);
  }
  inside.add_up();
  return inside;
}

inline verdict check_empties(const sorted_history& sorted, const timeline& inside) {
  const auto next_empty = inside.next([](std::int32_t count) { return count <= 0; });
  for (const timed* it : sorted.empties) {
    if (next_empty[it->began] >= it->ended) return {false, "`empty` at " + std::to_string(it->began) + ": never surely so"};
    if (sorted.closed_since < it->began) return {false, "`empty` at " + std::to_string(it->began) + ", and it was closed"};
  }
  for (const timed* it : sorted.refused_pops) {
    const std::uint64_t from = std::max(it->began, sorted.closed_from);
    if (from >= it->ended || next_empty[from] >= it->ended) {
      return {false, "`disconnected` at " + std::to_string(it->began) + ": open, or something was inside"};
    }
  }
  return {};
}

inline verdict check_pushes(const sorted_history& sorted, const timeline& inside, std::size_t capacity) {
  for (const life& it : sorted.lives) {
    if (sorted.closed_since < it.in->began) return {false, describe(*it.in) + ": after the close"};
  }
  for (const timed* it : sorted.refused_pushes) {
    if (sorted.closed_from > it->ended) return {false, describe(*it) + ": before the close"};
  }
  if (capacity == unlimited)
    return sorted.fulls.empty() ? verdict{} : verdict{false, "`full`, and the capacity is unlimited"};
  const auto most = static_cast<std::int32_t>(capacity);
  if (inside.next([=](std::int32_t count) { return count > most; })[0] != never) return {false, "more inside than fit"};
  const auto next_full = possibly_inside(sorted).next([=](std::int32_t count) { return count >= most; });
  for (const timed* it : sorted.fulls) {
    if (next_full[it->began] >= it->ended) return {false, describe(*it) + ": never so many inside"};
  }
  return {};
}

/// No value that came out by a take that `counts` left behind another that had surely gone in before it.
template <class Counts>
verdict check_order(const std::vector<life>& lives, Counts counts) {
  std::vector<const life*> by_end;
  for (const life& it : lives) by_end.push_back(&it);
  std::sort(by_end.begin(), by_end.end(), [](const life* a, const life* b) { return a->in->ended < b->in->ended; });
  std::size_t entered = 0;
  const life* last_out = nullptr;  // among those that had entered, the one that begins to leave last
  for (const life& it : lives) {
    for (; entered < by_end.size() && by_end[entered]->in->ended < it.in->began; ++entered) {
      if (last_out == nullptr || last_out->leaves_from() < by_end[entered]->leaves_from()) last_out = by_end[entered];
    }
    if (it.out == nullptr || last_out == nullptr || !counts(*it.out)) continue;
    if (it.out->ended < last_out->leaves_from()) {
      return {false, describe(*it.out) + ": overtook " + std::to_string(last_out->in->value)};
    }
  }
  return {};
}

}  // namespace detail

inline verdict queue_patterns(history<std::uint64_t> of, std::size_t capacity = unlimited) {
  const detail::sorted_history sorted = detail::sort(of);
  if (!sorted.broken.empty()) return {false, sorted.broken};
  if (verdict found = detail::check_order(sorted.lives, [](const auto&) { return true; }); !found) return found;
  const detail::timeline inside = detail::surely_inside(sorted);
  if (verdict found = detail::check_empties(sorted, inside); !found) return found;
  return detail::check_pushes(sorted, inside, capacity);
}

}  // namespace weft_linear
