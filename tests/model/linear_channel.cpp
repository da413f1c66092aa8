// A buffered channel is a linearizable queue that can be closed; at a rendezvous, send and receive overlap and are one step.
#include <weft/channel/channel.hpp>
#include <weft/epoch/pin.hpp>
#include <weft_linear/relations.hpp>
#include <weft_linear/specs.hpp>
#include <weft_model/model.hpp>

#include "epoch_seats.hpp"
#include "linear_program.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

using namespace weft;
using model_linear::action;
using model_linear::answer;

namespace {

answer said(channel::outcome what) {
  switch (what) {
    case channel::outcome::ok:
      return answer::ok;
    case channel::outcome::full:
      return answer::full;
    case channel::outcome::disconnected:
      return answer::disconnected;
    default:
      return answer::empty;
  }
}

/// + try_send, - try_recv, S send, R recv, x close, ! is_closed; l and k: the last sender and the last receiver go.
struct wire {
  explicit wire(channel::ends<std::int64_t> ends) : tx(std::move(ends.tx)), rx(std::move(ends.rx)) {}
  std::optional<channel::sender<std::int64_t>> tx;
  std::optional<channel::receiver<std::int64_t>> rx;

  void perform(char letter, model_linear::operation& it) {
    switch (letter) {
      case '+':
      case 'S':
        it.what = action::push;
        it.said = said((letter == 'S' ? tx->send(it.value) : tx->try_send(it.value)).outcome());
        break;
      case '-':
      case 'R': {
        it.what = action::pop;
        auto got = letter == 'R' ? rx->recv() : rx->try_recv();
        it.said = said(got.outcome());
        if (got) it.value = *got;
        break;
      }
      case 'x':
        it.what = action::close;
        tx->close();
        break;
      case '!':
        it.what = action::is_closed;
        it.value = rx->is_closed() ? 1 : 0;
        break;
      case 'l':
        it.what = action::leave;
        tx.reset();
        break;
      default:
        it.what = action::discard;
        rx.reset();
    }
  }
};

struct pinning_wire : wire {
  using wire::wire;

  template <class... Bodies>
  static void start(Bodies... bodies) {
    model_support::seated_threads(bodies...);
  }
};

void bounded(std::size_t capacity, std::string_view text) {
  const epoch::model_default_collector world;
  wire object(channel::bounded<std::int64_t>(capacity));
  model_linear::run(weft_linear::channel{capacity}, object, text);
}
void unbounded(std::string_view text) {
  const epoch::model_default_collector world;
  pinning_wire object(channel::unbounded<std::int64_t>());
  model_linear::run(weft_linear::channel{}, object, text);
}
void rendezvous(std::string_view text) {
  const epoch::model_default_collector world;
  wire object(channel::bounded<std::int64_t>(0));
  model_linear::run(weft_linear::rendezvous{}, object, text).expect([](model_linear::history of) {
    return weft_linear::apart(of, model_linear::precedes);
  });
}

MODEL("linear channel: bounded(1): + + | - - | x") { bounded(1, "; ++ | -- | x ; --"); }
MODEL("linear channel: bounded(1): + + x | - ! -") { bounded(1, "; ++x | -!- ; --"); }
MODEL("linear channel: bounded(1): S S | R R") { bounded(1, "; SS | RR ; -"); }
MODEL("linear channel: bounded(1): + | + | - k") { bounded(1, "; + | + | -k ;"); }
MODEL("linear channel: bounded(1): S l | R R") { bounded(1, "; Sl | RR ; R"); }
MODEL("linear channel: rendezvous: S | R | - + x") { rendezvous("; S | R | -+x ; -"); }
MODEL("linear channel: rendezvous: S S | R R") { rendezvous("; SS | RR ; -+"); }
MODEL("linear channel: rendezvous: S | R | x") { rendezvous("; S | R | x ; -+"); }
MODEL("linear channel: rendezvous: + S | - R !") { rendezvous("; +Sl | -R!R ;"); }
MODEL("linear channel: unbounded: + x | - !") { unbounded("; +x | -! ; --"); }
MODEL("linear channel: unbounded: + | - k") { unbounded("; + | -k ;"); }
MODEL("linear channel: unbounded: + + | - - | x") { unbounded("; ++ | -- | x ; --"); }
MODEL("linear channel: unbounded: S l | R") { unbounded("; Sl | R ; R"); }

}  // namespace
