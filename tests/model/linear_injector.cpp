// injector is a linearizable queue; a steal says `retry` only when another steal has taken something meanwhile.
#include <weft/deque/injector.hpp>
#include <weft_linear/relations.hpp>
#include <weft_linear/specs.hpp>
#include <weft_model/model.hpp>

#include "linear_program.hpp"

#include <cstdint>
#include <string_view>

using namespace weft;
using model_linear::action;
using model_linear::answer;

namespace {

/// + push, s steal, ? is_empty.
struct inbox {
  deque::injector<std::int64_t> queue;

  void perform(char letter, model_linear::operation& it) {
    if (letter == '+') {
      it.what = action::push;
      queue.push(it.value);
    } else if (letter == '?') {
      it.what = action::ask_empty;
      it.value = queue.is_empty() ? 1 : 0;
    } else {
      model_linear::steal_from(queue, it);
    }
  }
};

void run(std::string_view text) {
  inbox object;
  model_linear::run(weft_linear::fifo{weft_linear::unlimited, true}, object, text).expect([](model_linear::history of) {
    return weft_linear::uncontended_retry(of, model_linear::precedes);
  });
}

MODEL("linear injector: + + | s s | s") { run("; ++ | ss | s ; ss"); }
MODEL("linear injector: + | + | s s") { run("; + | + | ss ; ss"); }
MODEL("linear injector: + ? | s ?") { run("; +? | s? ; s"); }
MODEL("linear injector: one: + | s | ?") { run("+ ; +^ | 1s | ? ; ss"); }
MODEL("linear injector: the block's last slot: + + | s s | s") { run("++s ; ++ | ss | s ; sss"); }
MODEL("linear injector: edges of others") { run("; +^+^ | 1s | 1ss ; ss"); }

}  // namespace
