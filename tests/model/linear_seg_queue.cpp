// seg_queue is a linearizable queue, over the edges between its segments too.
#include <weft/channel/seg_queue.hpp>
#include <weft/epoch/pin.hpp>
#include <weft_linear/specs.hpp>
#include <weft_model/model.hpp>

#include "epoch_seats.hpp"
#include "linear_program.hpp"

#include <cstdint>
#include <string_view>

using namespace weft;
using model_linear::action;
using model_linear::answer;

namespace {

/// + push, - pop, ? is_empty.
struct list {
  epoch::model_default_collector world;
  channel::seg_queue<std::int64_t> queue;

  template <class... Bodies>
  static void start(Bodies... bodies) {
    model_support::seated_threads(bodies...);
  }

  void perform(char letter, model_linear::operation& it) {
    switch (letter) {
      case '+':
        it.what = action::push;
        queue.push(it.value);
        break;
      case '?':
        it.what = action::ask_empty;
        it.value = queue.is_empty() ? 1 : 0;
        break;
      default:
        model_linear::pop_from(queue, it);
    }
  }
};

void run(std::string_view text) {
  list object;
  model_linear::run(weft_linear::fifo{}, object, text);
}

MODEL("linear seg_queue: + + | - -") { run("; ++ | -- ; --"); }
MODEL("linear seg_queue: + ? | - ?") { run("; +? | -? ; --"); }
MODEL("linear seg_queue: one: + - | ?") { run("+ ; +- | ? ; -"); }
MODEL("linear seg_queue: one: + - | -") { run("+ ; +- | - ; -"); }
MODEL("linear seg_queue: one: + - + | ? -") { run("+ ; +-+ | ?- ; --"); }
MODEL("linear seg_queue: + - | + -") { run("+ ; +- | +- ; --"); }

MODEL("linear seg_queue: + + | - | -") { run("+- ; ++ | - | - ; --"); }
MODEL("linear seg_queue: + | + | - -") { run("+- ; + | + | -- ; --"); }
MODEL("linear seg_queue: edges of others") { run("+- ; +^+^ | 1- | 1-- ; --"); }

}  // namespace
