// oneshot is linearizable: one message or none, and what each side is told is true at one moment of its call.
#include <weft/channel/oneshot.hpp>
#include <weft_linear/specs.hpp>
#include <weft_model/model.hpp>

#include "linear_program.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

using namespace weft;
using model_linear::action;
using model_linear::answer;

namespace {

/// The sender's + send, l drop, ! is_closed; the receiver's - try_recv, R recv, x close, k drop.
struct pair {
  explicit pair(channel::oneshot_ends<std::int64_t> ends) : tx(std::move(ends.tx)), rx(std::move(ends.rx)) {}
  std::optional<channel::oneshot_sender<std::int64_t>> tx;
  std::optional<channel::oneshot_receiver<std::int64_t>> rx;

  void perform(char letter, model_linear::operation& it) {
    switch (letter) {
      case '+':
        it.what = action::push;
        it.said = std::move(*tx).send(it.value) ? answer::ok : answer::disconnected;
        break;
      case 'l':
        it.what = action::leave;
        tx.reset();
        break;
      case '!':
        it.what = action::is_closed;
        it.value = tx->is_closed() ? 1 : 0;
        break;
      case 'x':
        it.what = action::close;
        rx->close();
        break;
      case 'k':
        it.what = action::discard;
        rx.reset();
        break;
      default: {
        it.what = action::pop;
        auto got = letter == 'R' ? rx->recv() : rx->try_recv();
        it.said = got ? answer::ok : got.is_empty() ? answer::empty : answer::disconnected;
        if (got) it.value = *got;
      }
    }
  }
};

void run(std::string_view text) {
  pair object(channel::oneshot<std::int64_t>());
  model_linear::run(weft_linear::oneshot{}, object, text);
}

MODEL("linear oneshot: ! + | - - -") { run("; !+ | --- ; -"); }
MODEL("linear oneshot: ! + | - x -") { run("; !+ | -x- ; -"); }
MODEL("linear oneshot: ! + | R -") { run("; !+ | R- ;"); }
MODEL("linear oneshot: ! ! + | - k") { run("; !!+ | -k ;"); }
MODEL("linear oneshot: ! l | - -") { run("; !l | -- ; -"); }
MODEL("linear oneshot: ! l | x R") { run("; !l | xR ;"); }
MODEL("linear oneshot: ! + | x R") { run("; !+ | xR ; -"); }

}  // namespace
