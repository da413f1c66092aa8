// What threads asked of an object and what they were told: the histories that the checkers judge.
//
// When an operation began and ended is a Moment: a ticket (recorder.hpp) or a point in an execution of the model checker.
// The checkers ask only precedes(a, b): "a had ended before b began". Tickets give the interval order of Herlihy and Wing,
// happens-before gives linearizability for weak memory: operations that nothing orders may take effect in either order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace weft_linear {

enum class action : std::uint8_t {
  push,       ///< puts `value` in, or sends it
  pop,        ///< takes `value` out, or receives it; of a deque: the owner's pop
  steal,      ///< a thief's
  close,      ///< no push succeeds afterwards
  leave,      ///< the last sender goes
  discard,    ///< the last receiver goes, and what is inside is destroyed
  is_closed,  ///< `value`: 1 or 0
  count,      ///< `value`: how many are inside
  ask_empty,  ///< `value`: 1 or 0
  ask_full,   ///< `value`: 1 or 0
};

enum class answer : std::uint8_t { ok, empty, full, retry, disconnected };

template <class Moment>
struct operation {
  action what = action::push;
  answer said = answer::ok;
  std::uint16_t object = 0;  ///< which one, where a history is of several
  std::int64_t value = 0;    ///< what went in or came out
  Moment began{};
  Moment ended{};
};

/// The operations of each thread, in its program order.
template <class Moment>
using history = std::span<const std::span<const operation<Moment>>>;

/// Interval order of tickets.
inline bool precedes(const operation<std::uint64_t>& a, const operation<std::uint64_t>& b) noexcept {
  return a.ended < b.began;
}

inline const char* word_of(action what) noexcept {
  constexpr const char* words[] = {"push",    "pop",       "steal", "close",     "leave",
                                   "discard", "is_closed", "count", "ask_empty", "ask_full"};
  return words[static_cast<std::size_t>(what)];
}
inline const char* word_of(answer said) noexcept {
  constexpr const char* words[] = {"ok", "empty", "full", "retry", "disconnected"};
  return words[static_cast<std::size_t>(said)];
}

/// "push 7 ok", "pop empty".
template <class Moment>
std::string describe(const operation<Moment>& it) {
  std::string text = word_of(it.what);
  if (it.what == action::push || it.said == answer::ok) text += ' ' + std::to_string(it.value);
  return text + ' ' + word_of(it.said);
}

}  // namespace weft_linear
