// The patterns of a work-stealing deque (see patterns.hpp): the owner's calls are one thread's, so their order is known.
#pragma once

#include <weft_linear/patterns.hpp>

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

namespace weft_linear {

namespace detail {

/// What the owner pops is the newest: whatever it pushed since must have begun to leave before that pop ended.
inline verdict check_newest(std::span<const timed> owner, const sorted_history& sorted) {
  std::vector<const life*> inside;
  std::size_t pushed = 0;
  for (const timed& it : owner) {
    if (it.said != answer::ok) continue;
    if (it.what == action::push) {
      inside.push_back(&sorted.lives[pushed++]);  // lives lie in the order of the pushes, and they are all the owner's
      continue;
    }
    // What lies above the popped one is gone for good, so each value is looked at once.
    while (!inside.empty() && inside.back()->in->value != it.value) {
      if (inside.back()->leaves_from() > it.ended) {
        return {false, describe(it) + ": left the newer " + std::to_string(inside.back()->in->value) + " behind"};
      }
      inside.pop_back();
    }
    if (inside.empty()) return {false, describe(it) + ": it was gone already"};
    inside.pop_back();
  }
  return {};
}

}  // namespace detail

/// Thread 0 is the owner. What is stolen is the oldest, what the owner pops the newest, or with `owner_is_fifo` the oldest
/// too.
inline verdict deque_patterns(history<std::uint64_t> of, bool owner_is_fifo = false) {
  const detail::sorted_history sorted = detail::sort(of);
  if (!sorted.broken.empty()) return {false, sorted.broken};
  const auto takes_oldest = [=](const detail::timed& it) { return owner_is_fifo || it.what == action::steal; };
  if (verdict found = detail::check_order(sorted.lives, takes_oldest); !found) return found;
  if (!owner_is_fifo) {
    if (verdict found = detail::check_newest(of[0], sorted); !found) return found;
  }
  return detail::check_empties(sorted, detail::surely_inside(sorted));
}

}  // namespace weft_linear
