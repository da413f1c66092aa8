// What the ring says of itself (empty, full, how many) was so at one moment of the call, and these moments are in one order
// over all rings.
#include <weft/channel/array_queue.hpp>
#include <weft_model/model.hpp>

using namespace weft;

namespace {

using ring = channel::array_queue<int>;

// Three ways to ask: by a pop, by is_empty(), by len().
bool says_empty(ring& queue, unsigned how) {
  switch (how) {
    case 0:
      return !queue.pop();
    case 1:
      return queue.is_empty();
    default:
      return queue.len() == 0;
  }
}

bool says_full(ring& queue, unsigned how) {
  switch (how) {
    case 0:
      return !queue.push(9);
    case 1:
      return queue.is_full();
    default:
      return queue.len() == queue.capacity();
  }
}

void fill(ring& queue, int count) {
  for (int i = 0; i < count; ++i) model::check(static_cast<bool>(queue.push(i)), "there is room");
}

MODEL("array_queue: never empty: push, pop || look") {
  ring queue(2);
  fill(queue, 1);
  const unsigned how = model::choose(3);
  model::threads(
      [&] {
        static_cast<void>(queue.push(1));
        static_cast<void>(queue.pop());
      },
      [&] { model::check(!says_empty(queue, how), "it held one or two all the time"); });
}

MODEL("array_queue: never empty: pop, push, pop || pop") {
  ring queue(2);
  fill(queue, 2);
  model::threads(
      [&] {
        static_cast<void>(queue.pop());
        static_cast<void>(queue.push(2));
        static_cast<void>(queue.pop());
      },
      [&] { model::check(!says_empty(queue, 0), "it held one or two all the time"); });
}

// While the oldest of two is replaced, one is still there.
MODEL("array_queue: never empty: force_push || look") {
  ring queue(2);
  fill(queue, 2);
  const unsigned how = model::choose(3);
  model::threads([&] { static_cast<void>(queue.force_push(2)); },
                 [&] { model::check(!says_empty(queue, how), "it held one or two all the time"); });
}

MODEL("array_queue: never full: pop, push || look") {
  ring queue(2);
  fill(queue, 1);
  const unsigned how = model::choose(3);
  model::threads(
      [&] {
        static_cast<void>(queue.pop());
        static_cast<void>(queue.push(1));
      },
      [&] { model::check(!says_full(queue, how), "it held none or one all the time"); });
}

MODEL("array_queue: never full: push, pop, push || push") {
  ring queue(3);
  fill(queue, 1);
  model::threads(
      [&] {
        static_cast<void>(queue.push(1));
        static_cast<void>(queue.pop());
        static_cast<void>(queue.push(2));
      },
      [&] { model::check(!says_full(queue, 0), "it held one or two all the time"); });
}

// Each thread changes one ring and looks at the other: who looks second sees the first one's change.
template <class Change, class Look>
void crosswise(int filled, Change change, Look look) {
  ring left(1), right(1);
  fill(left, filled);
  fill(right, filled);
  bool left_unchanged = false, right_unchanged = false;
  model::threads(
      [&] {
        change(left);
        right_unchanged = look(right);
      },
      [&] {
        change(right);
        left_unchanged = look(left);
      });
  model::check(!left_unchanged || !right_unchanged, "one of two who change and then look sees the other's change");
}

MODEL("array_queue: crosswise: push, look || push, look") {
  const unsigned how = model::choose(4);
  crosswise(
      0, [](ring& own) { static_cast<void>(own.push(1)); },
      [how](ring& other) { return how == 3 ? !other.is_full() : says_empty(other, how); });
}

MODEL("array_queue: crosswise: pop, look || pop, look") {
  const unsigned how = model::choose(4);
  crosswise(
      1, [](ring& own) { static_cast<void>(own.pop()); },
      [how](ring& other) { return how == 3 ? !other.is_empty() : says_full(other, how); });
}

// The ring that force_push() works on is empty for others between the eviction and the put.
MODEL("array_queue: crosswise: force_push, pop || force_push, pop") {
  crosswise(
      1, [](ring& own) { static_cast<void>(own.force_push(1)); }, [](ring& other) { return says_empty(other, 0); });
}

// The ring of a bounded channel: an array_queue is never closed.
MODEL("array_queue: its ring alone: crosswise: close, is_closed || close, is_closed") {
  channel::detail::ring<int> left(1), right(1);
  bool left_open = false, right_open = false;
  model::threads(
      [&] {
        left.close();
        right_open = !right.is_closed();
      },
      [&] {
        right.close();
        left_open = !left.is_closed();
      });
  model::check(!left_open || !right_open, "one of two who close and then ask is told of the other's close");
}

MODEL("array_queue: its ring alone, full: crosswise: close, look || mark, put") {
  channel::detail::ring<int> filled(1);
  int first = 1, second = 2;
  model::check(filled.put(first) == channel::outcome::ok, "there is room");
  atom<int> mark{0};
  bool saw_mark = false, saw_open = false;
  model::threads(
      [&] {
        filled.close();
        saw_mark = mark.load(seq_cst) == 1;
      },
      [&] {
        mark.store(1, seq_cst);
        saw_open = filled.put(second) == channel::outcome::full;
      });
  model::check(saw_mark || !saw_open, "the close is seen, or it comes later than the mark");
}

}  // namespace
