// The sequential objects: state, and the answers that it allows.
#pragma once

#include <weft_linear/history.hpp>

#include <compare>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

namespace weft_linear {

inline constexpr std::size_t unlimited = std::numeric_limits<std::size_t>::max();

/// First in, first out; of a capacity, and refuses when full. A `retry`, where allowed, says nothing of the state (see
/// uncontended_retry).
struct fifo {
  std::size_t capacity = unlimited;
  bool may_say_retry = false;
  using state = std::vector<std::int64_t>;  // oldest first
  [[nodiscard]] static state initial() { return {}; }

  template <class M>
  bool step(state& in, const operation<M>& it) const {
    switch (it.what) {
      case action::push:
        if (it.said == answer::full) return in.size() == capacity;
        if (it.said != answer::ok || in.size() >= capacity) return false;
        in.push_back(it.value);
        return true;
      case action::pop:
      case action::steal:
        if (it.said == answer::empty) return in.empty();
        if (it.said == answer::retry) return may_say_retry && it.what == action::steal;
        if (it.said != answer::ok || in.empty() || in.front() != it.value) return false;
        in.erase(in.begin());
        return true;
      case action::count:
        return static_cast<std::int64_t>(in.size()) == it.value;
      case action::ask_empty:
        return in.empty() == (it.value != 0);
      case action::ask_full:
        return (in.size() == capacity) == (it.value != 0);
      default:
        return false;
    }
  }
};

/// Last in, first out.
struct lifo {
  using state = std::vector<std::int64_t>;
  [[nodiscard]] static state initial() { return {}; }

  template <class M>
  bool step(state& in, const operation<M>& it) const {
    if (it.what == action::push) return it.said == answer::ok && (in.push_back(it.value), true);
    if (it.what != action::pop) return false;
    if (it.said == answer::empty) return in.empty();
    if (it.said != answer::ok || in.empty() || in.back() != it.value) return false;
    in.pop_back();
    return true;
  }
};

/// The owner pushes and pops at one end, thieves steal at the other. A `retry` says nothing of the state (see
/// uncontended_retry).
struct deque {
  bool owner_is_fifo = false;
  using state = std::vector<std::int64_t>;  // oldest first
  [[nodiscard]] static state initial() { return {}; }

  template <class M>
  bool step(state& in, const operation<M>& it) const {
    if (it.what == action::push) return it.said == answer::ok && (in.push_back(it.value), true);
    if (it.what == action::ask_empty) return in.empty() == (it.value != 0);
    if (it.what != action::pop && it.what != action::steal) return false;
    if (it.said == answer::retry) return it.what == action::steal;
    if (it.said == answer::empty) return in.empty();
    if (it.said != answer::ok || in.empty()) return false;
    const bool at_back = it.what == action::pop && !owner_is_fifo;
    if ((at_back ? in.back() : in.front()) != it.value) return false;
    in.erase(at_back ? in.end() - 1 : in.begin());
    return true;
  }
};

/// A buffered channel: a queue that can be closed. What is inside then can still be received, unless it was discarded.
struct channel {
  std::size_t capacity = unlimited;
  struct state {
    std::vector<std::int64_t> inside;
    bool closed = false;
    friend auto operator<=>(const state&, const state&) = default;
  };
  [[nodiscard]] static state initial() { return {}; }

  template <class M>
  bool step(state& in, const operation<M>& it) const {
    switch (it.what) {
      case action::push:
        if (it.said == answer::disconnected) return in.closed;
        return !in.closed && fifo{capacity, false}.step(in.inside, it);
      case action::pop:
        if (it.said == answer::disconnected) return in.closed && in.inside.empty();
        if (it.said == answer::empty) return !in.closed && in.inside.empty();
        return fifo{capacity, false}.step(in.inside, it);
      case action::discard:
        in.inside.clear();
        [[fallthrough]];
      case action::close:
      case action::leave:
        in.closed = true;
        return true;
      case action::is_closed:
        return in.closed == (it.value != 0);
      default:
        return fifo{capacity, false}.step(in.inside, it);
    }
  }
};

/// A rendezvous: a push takes effect right before the pop that takes its value, with nothing in between.
///
/// That the two overlapped is not for a sequential object to say: see apart(). `full` and `empty` mean that nobody was
/// waiting at the other side; as waiting leaves no trace in a history, both are allowed while open.
struct rendezvous {
  struct state {
    std::optional<std::int64_t> in_hand;
    bool closed = false;
    friend auto operator<=>(const state&, const state&) = default;
  };
  [[nodiscard]] static state initial() { return {}; }

  template <class M>
  bool step(state& in, const operation<M>& it) const {
    if (it.what == action::pop && it.said == answer::ok) {
      if (in.in_hand != it.value) return false;
      in.in_hand.reset();
      return true;
    }
    if (in.in_hand) return false;
    switch (it.what) {
      case action::push:
      case action::pop:
        if (it.said == answer::disconnected) return in.closed;
        if (it.said == answer::ok) in.in_hand = it.value;
        return !in.closed;
      case action::close:
      case action::leave:
      case action::discard:
        in.closed = true;
        return true;
      case action::is_closed:
        return in.closed == (it.value != 0);
      default:
        return false;
    }
  }
};

/// One message, once. `leave`: the sender goes without sending; `close`: the receiver refuses what hasn't come yet.
struct oneshot {
  struct state {
    std::optional<std::int64_t> message;
    bool sender_gone = false;
    bool refuses = false;
    bool spent = false;
    friend auto operator<=>(const state&, const state&) = default;
  };
  [[nodiscard]] static state initial() { return {}; }

  template <class M>
  bool step(state& in, const operation<M>& it) const {
    switch (it.what) {
      case action::push:
        in.sender_gone = true;
        if (it.said == answer::disconnected) return in.refuses;
        in.message = it.value;
        return it.said == answer::ok && !in.refuses;
      case action::pop:
        if (it.said == answer::empty) return !in.sender_gone && !in.refuses && !in.spent;
        if (it.said == answer::disconnected) return !in.message && (in.sender_gone || in.refuses || in.spent);
        if (it.said != answer::ok || in.message != it.value) return false;
        in.message.reset();
        in.spent = true;
        return true;
      case action::leave:
        in.sender_gone = true;
        return true;
      case action::close:
        in.refuses = true;
        return true;
      case action::discard:
        in.refuses = true;
        in.message.reset();
        return true;
      case action::is_closed:
        return in.refuses == (it.value != 0);
      default:
        return false;
    }
  }
};

}  // namespace weft_linear
