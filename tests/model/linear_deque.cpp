// work_deque is a linearizable deque; a steal says `retry` only when somebody else has taken something meanwhile.
#include <weft/deque/work_deque.hpp>
#include <weft_linear/relations.hpp>
#include <weft_linear/specs.hpp>
#include <weft_model/model.hpp>

#include "linear_program.hpp"

#include <cstdint>
#include <string_view>
#include <type_traits>

using namespace weft;
using model_linear::action;
using model_linear::answer;

namespace {

/// The owner's + push and - pop, s steal, ? is_empty.
template <class Discipline>
struct tasks {
  deque::work_deque<std::int64_t, Discipline> items;

  void perform(char letter, model_linear::operation& it) {
    if (letter == '+') {
      it.what = action::push;
      items.push(it.value);
    } else if (letter == '?') {
      it.what = action::ask_empty;
      it.value = items.is_empty() ? 1 : 0;
    } else if (letter == 's') {
      model_linear::steal_from(items, it);
    } else {
      model_linear::pop_from(items, it);
    }
  }
};

template <class Discipline = deque::lifo>
void run(std::string_view text) {
  tasks<Discipline> object;
  const weft_linear::deque spec{std::is_same_v<Discipline, deque::fifo>};
  model_linear::run(spec, object, text).expect([](model_linear::history of) {
    return weft_linear::uncontended_retry(of, model_linear::precedes);
  });
}

MODEL("linear deque: + - + | s s | s") { run("; +-+ | ss | s ; ss"); }
MODEL("linear deque: + + - - | s s") { run("; ++-- | ss ; s"); }
MODEL("linear deque: - - | s s | s") { run("++ ; -- | ss | s ; s"); }
MODEL("linear deque: grows under thieves: + + | s | s") { run("+ ; ++ | s | s ; sss"); }
MODEL("linear deque: - + - | ? | s ?") { run("++ ; -+- | ? | s? ;"); }
MODEL("linear deque: edges of others") { run("; +^+^- | 1s | 1ss ; ss"); }
MODEL("linear deque: fifo: + - - | s s | s") { run<deque::fifo>("+ ; +-- | ss | s ; s"); }
MODEL("linear deque: fifo: + - | ? ? | s") { run<deque::fifo>("+ ; +- | ?? | s ; s"); }

}  // namespace
