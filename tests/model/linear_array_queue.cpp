// array_queue is a linearizable queue of exact capacity; a force_push that evicts is a pop and, a little later, a push.
#include <weft/channel/array_queue.hpp>
#include <weft_linear/specs.hpp>
#include <weft_model/model.hpp>

#include "linear_program.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

using namespace weft;
using model_linear::action;
using model_linear::answer;

namespace {

/// + push, - pop, # len, ? is_empty, @ is_full, ! force_push.
struct ring {
  channel::array_queue<std::int64_t> queue;

  void perform(char letter, std::size_t thread, model_linear::journal& into) {
    std::optional<std::int64_t> evicted;
    std::int64_t pushed = 0;
    into.note(thread, [&](model_linear::operation& it) {
      pushed = it.value;
      if (letter == '!') evicted = queue.force_push(it.value);
      if (letter != '!') plain(letter, it);
    });
    if (!evicted) return;
    into.last(thread).what = action::pop;
    into.last(thread).value = *evicted;
    into.note_also(thread, action::push, pushed);
  }

  void plain(char letter, model_linear::operation& it) {
    switch (letter) {
      case '+':
        it.what = action::push;
        it.said = queue.push(it.value) ? answer::ok : answer::full;
        break;
      case '#':
        it.what = action::count;
        it.value = static_cast<std::int64_t>(queue.len());
        break;
      case '?':
        it.what = action::ask_empty;
        it.value = queue.is_empty() ? 1 : 0;
        break;
      case '@':
        it.what = action::ask_full;
        it.value = queue.is_full() ? 1 : 0;
        break;
      default:
        model_linear::pop_from(queue, it);
    }
  }
};

void run(std::size_t capacity, std::string_view text) {
  ring object{channel::array_queue<std::int64_t>(capacity)};
  model_linear::run(weft_linear::fifo{capacity, false}, object, text);
}

MODEL("linear array_queue: 1: + + | - - | - -") { run(1, "; ++ | -- | -- ; -"); }
MODEL("linear array_queue: 1: + + | + | - -") { run(1, "; ++ | + | -- ; --"); }
MODEL("linear array_queue: 2: + + | - - | - -") { run(2, "; ++ | -- | -- ; --"); }
MODEL("linear array_queue: 2: + + | + | - -") { run(2, "; ++ | + | -- ; ---"); }
MODEL("linear array_queue: 2, full: - - | - | + +") { run(2, "++ ; -- | - | ++ ; ---"); }
MODEL("linear array_queue: 2: + - | + - | -") { run(2, "; +- | +- | - ; -"); }
MODEL("linear array_queue: 1: + # | - # | ? #") { run(1, "+- ; +# | -# | ?# ; -"); }
MODEL("linear array_queue: 2: + + | # | - #") { run(2, "; ++ | # | -# ; --"); }
MODEL("linear array_queue: 2: + + | @ | - ?") { run(2, "; ++ | @ | -? ; --"); }
MODEL("linear array_queue: 2, full: - - | ? | + @") { run(2, "++ ; -- | ? | +@ ; --"); }
MODEL("linear array_queue: 2, full: - - | # | + #") { run(2, "++ ; -- | # | +# ; --"); }
MODEL("linear array_queue: edges of others") { run(2, "; +^+^ | 1- | 1-- ; --"); }
MODEL("linear array_queue: 1, full: ! | - | +") { run(1, "+ ; ! | - | + ; --"); }
MODEL("linear array_queue: 2, full: ! | - - | +") { run(2, "++ ; ! | -- | + ; ---"); }

}  // namespace
