// Threads that start together, each with its own pen.
#pragma once

#include <weft_linear/recorder.hpp>

#include <barrier>
#include <cstddef>
#include <thread>
#include <vector>

namespace together {

using weft_linear::action;
using weft_linear::answer;
using weft_linear::recorder;
using scribe = weft_linear::recorder::scribe;
using timed = weft_linear::operation<std::uint64_t>;

/// Runs body(thread, scribe) in as many threads, and joins them.
template <class Body>
void run(recorder& pens, std::size_t threads, Body body) {
  std::barrier gate(static_cast<std::ptrdiff_t>(threads));
  std::vector<std::jthread> crew;
  for (std::size_t t = 0; t < threads; ++t) {
    crew.emplace_back([&, t] {
      gate.arrive_and_wait();
      body(t, pens.of(t));
    });
  }
}

/// How many operations overlapped with another one: somebody else has drawn a ticket meanwhile.
inline std::size_t overlapping(weft_linear::history<std::uint64_t> of) {
  std::size_t found = 0;
  for (const auto& thread : of) {
    for (const timed& it : thread) found += it.ended - it.began > 1;
  }
  return found;
}

// ---- one operation on an object, noted

template <class Queue>
void push(Queue& queue, scribe& pen) {
  pen.note(action::push, [&, value = pen.fresh()](timed& it) {
    it.value = value;
    if constexpr (requires { queue.push(value).is_full(); }) {
      it.said = queue.push(value) ? answer::ok : answer::full;
    } else {
      queue.push(value);
    }
  });
}

/// Notes what pop, or steal, has got; says whether it was something.
template <class Queue>
bool pop(Queue& queue, scribe& pen) {
  bool found = false;
  pen.note(action::pop, [&](timed& it) {
    const auto got = queue.pop();
    found = static_cast<bool>(got);
    it.said = got ? answer::ok : answer::empty;
    if (got) it.value = *got;
  });
  return found;
}
template <class Queue>
bool steal(Queue& queue, scribe& pen) {
  bool found = false;
  pen.note(action::steal, [&](timed& it) {
    const auto got = queue.steal();
    found = static_cast<bool>(got);
    it.said = got ? answer::ok : got.is_retry() ? answer::retry : answer::empty;
    if (got) it.value = *got;
  });
  return found;
}

/// Every thread pushes and takes at random, then one takes the rest. No thread pushes more than `ahead` values more than it
/// has taken: the order of those that wait inside together is what wing_gong has to guess.
template <class Queue>
void shuffle(Queue& queue, recorder& pens, std::size_t threads, std::size_t each, int ahead) {
  constexpr bool steals = requires { queue.steal(); };
  const auto take = [&queue](scribe& pen) {
    if constexpr (steals) return steal(queue, pen);
    if constexpr (!steals) return pop(queue, pen);
  };
  run(pens, threads, [&](std::size_t, scribe& pen) {
    int balance = 0;
    for (std::size_t i = 0; i < each; ++i) {
      if (balance < ahead && pen.choose(2) == 0) {
        push(queue, pen);
        ++balance;
      } else if (take(pen)) {
        --balance;
      }
    }
  });
  while (take(pens.of(0))) {
  }
}

/// Thread 0 pushes and pops, the others steal; then it pops the rest. At most `ahead` items are inside.
template <class Deque>
void own_and_steal(Deque& items, recorder& pens, std::size_t threads, std::size_t each, std::size_t ahead) {
  run(pens, threads, [&](std::size_t thread, scribe& pen) {
    for (std::size_t i = 0; i < each; ++i) {
      if (thread != 0) {
        steal(items, pen);
      } else if (items.size() < ahead && pen.choose(8) < 5) {
        push(items, pen);
      } else {
        pop(items, pen);
      }
    }
  });
  while (pop(items, pens.of(0))) {
  }
}

}  // namespace together
