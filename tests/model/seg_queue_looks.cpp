// What the unbounded queue says of itself (empty or not) was so at one moment of the call, and these moments are in one
// order over all queues.
#include <weft/channel/seg_queue.hpp>
#include <weft/epoch/pin.hpp>
#include <weft_model/model.hpp>

#include "epoch_seats.hpp"

using namespace weft;
using model_support::seated_threads;

namespace {

using queue_type = channel::seg_queue<int>;

// Two ways to ask.
enum class look : unsigned { pop, is_empty };
look choose_look() { return static_cast<look>(model::choose(2)); }

bool says_empty(queue_type& queue, look how) { return how == look::pop ? !queue.pop() : queue.is_empty(); }

void turn(queue_type& queue, int in, int out) {
  for (int i = 0; i < in; ++i) queue.push(i);
  for (int i = 0; i < out; ++i) model::check(queue.pop().has_value(), "what went in comes out");
}

MODEL("seg_queue: never empty: push, pop || look") {
  const epoch::model_default_collector world;
  queue_type queue;
  turn(queue, 1, 0);
  const look how = choose_look();
  seated_threads(
      [&] {
        queue.push(1);
        static_cast<void>(queue.pop());
      },
      [&] { model::check(!says_empty(queue, how), "it held one or two all the time"); });
}

MODEL("seg_queue: never empty, over the edge: push, pop || look") {
  const epoch::model_default_collector world;
  queue_type queue;
  turn(queue, 2, 1);
  const look how = choose_look();
  seated_threads(
      [&] {
        queue.push(2);
        static_cast<void>(queue.pop());
      },
      [&] { model::check(!says_empty(queue, how), "it held one or two all the time"); });
}

// One pushes and looks at a word, the other writes the word and looks into the queue: whoever is second sees the first.
void push_against_look(int in, int out) {
  const epoch::model_default_collector world;
  queue_type queue;
  turn(queue, in, out);
  atom<int> mark{0};
  bool saw_mark = false, saw_empty = false;
  const look how = choose_look();
  seated_threads(
      [&] {
        queue.push(1);
        saw_mark = mark.load(seq_cst) == 1;
      },
      [&] {
        mark.store(1, seq_cst);
        saw_empty = says_empty(queue, how);
      });
  model::check(saw_mark || !saw_empty, "the push is seen, or it comes later than the mark");
}
MODEL("seg_queue: crosswise: first push, look || mark, look") { push_against_look(0, 0); }
MODEL("seg_queue: crosswise: push, look || mark, look") { push_against_look(1, 1); }
MODEL("seg_queue: crosswise, over the edge: push, look || mark, look") { push_against_look(2, 2); }

// The same, while another push is under way before it.
void second_push_against_look(int in, int out) {
  const epoch::model_default_collector world;
  queue_type queue;
  turn(queue, in, out);
  atom<int> mark{0};
  bool saw_mark = false, saw_empty = false;
  const look how = choose_look();
  seated_threads([&] { queue.push(1); },
                 [&] {
                   queue.push(2);
                   saw_mark = mark.load(seq_cst) == 1;
                 },
                 [&] {
                   mark.store(1, seq_cst);
                   saw_empty = says_empty(queue, how);
                 });
  model::check(saw_mark || !saw_empty, "the push is seen, or it comes later than the mark");
}
MODEL("seg_queue: crosswise: first push || first push, look || mark, look") { second_push_against_look(0, 0); }
MODEL("seg_queue: crosswise: push || push, look || mark, look") { second_push_against_look(1, 1); }
MODEL("seg_queue: crosswise, over the edge: push || push, look || mark, look") { second_push_against_look(2, 2); }

MODEL("seg_queue: crosswise: pop, is_empty || pop, is_empty") {
  const epoch::model_default_collector world;
  queue_type left, right;
  turn(left, 1, 0);
  turn(right, 1, 0);
  bool left_full = false, right_full = false;
  seated_threads(
      [&] {
        static_cast<void>(left.pop());
        right_full = !right.is_empty();
      },
      [&] {
        static_cast<void>(right.pop());
        left_full = !left.is_empty();
      });
  model::check(!left_full || !right_full, "one of two who pop and then look sees the other's pop");
}

}  // namespace
