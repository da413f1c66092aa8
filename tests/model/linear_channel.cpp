// A buffered channel is a linearizable queue that can be closed; at a rendezvous, send and receive overlap and are one step.
//
// A call that times out says "empty" or "full", and so does each poll of a buffered channel that leaves its task waiting. At a
// rendezvous the call lasts from the first poll to the last: in between, others see somebody who waits. Giving up there is
// another model's (channel_tasks): what was handed over already goes on to another receiver, after its send has ended.
#include <weft/channel/channel.hpp>
#include <weft/epoch/pin.hpp>
#include <weft_linear/relations.hpp>
#include <weft_linear/specs.hpp>
#include <weft_model/model.hpp>

#include "epoch_seats.hpp"
#include "linear_program.hpp"
#include "sleeper.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

using namespace weft;
using namespace std::chrono_literals;
using model_linear::action;
using model_linear::answer;
using model_linear::journal;
using model_linear::operation;

namespace {

answer said(channel::outcome what, answer if_in_vain) {
  switch (what) {
    case channel::outcome::ok:
      return answer::ok;
    case channel::outcome::disconnected:
      return answer::disconnected;
    default:
      return if_in_vain;
  }
}

void note_sent(operation& it, const channel::sent<std::int64_t>& how) {
  it.what = action::push;
  it.said = said(how.outcome(), answer::full);
}
void note_received(operation& it, const channel::received<std::int64_t>& got) {
  it.what = action::pop;
  it.said = said(got.outcome(), answer::empty);
  if (got) it.value = *got;
}

enum class polls { are_calls, are_one_call };

/// + try_send, - try_recv, S send, R recv, s send_for, r recv_for, p poll_recv to the end, c poll_recv and give up, q and d
/// the same of poll_send, x close, ! is_closed; l and k: the last sender and the last receiver go.
struct wire {
  explicit wire(channel::ends<std::int64_t> ends, polls how = polls::are_calls)
      : tx(std::move(ends.tx)), rx(std::move(ends.rx)), polls_(how) {}

  void perform(char letter, std::size_t thread, journal& notes) {
    switch (letter) {
      case 'p':
        return poll_to_the_end(thread, notes, [&](operation& it) { return poll_recv(thread, it); });
      case 'q': {
        std::optional<std::int64_t> message;
        return poll_to_the_end(thread, notes, [&](operation& it) { return poll_send(thread, it, message); });
      }
      case 'c': {
        bool is_settled = false;
        notes.note(thread, [&](operation& it) { is_settled = poll_recv(thread, it); });
        if (!is_settled) rx->cancel_recv();
        return;
      }
      case 'd': {
        bool is_settled = false;
        std::optional<std::int64_t> message;
        notes.note(thread, [&](operation& it) { is_settled = poll_send(thread, it, message); });
        if (!is_settled)
          model::check(!tx->cancel_send() && message.has_value(), "a buffered channel leaves it with the caller");
        return;
      }
      default:
        notes.note(thread, [&](operation& it) { call(letter, it); });
    }
  }

  std::array<model_support::sleeper, 4> beds;  // one per thread
  std::optional<channel::sender<std::int64_t>> tx;
  std::optional<channel::receiver<std::int64_t>> rx;

 private:
  void call(char letter, operation& it) {
    switch (letter) {
      case '+':
        return note_sent(it, tx->try_send(it.value));
      case 'S':
        return note_sent(it, tx->send(it.value));
      case 's':
        return note_sent(it, tx->send_for(it.value, 1ms));
      case '-':
        return note_received(it, rx->try_recv());
      case 'R':
        return note_received(it, rx->recv());
      case 'r':
        return note_received(it, rx->recv_for(1ms));
      case 'x':
        it.what = action::close;
        return tx->close();
      case '!':
        it.what = action::is_closed;
        it.value = rx->is_closed() ? 1 : 0;
        return;
      case 'l':
        it.what = action::leave;
        return tx.reset();
      default:
        it.what = action::discard;
        rx.reset();
    }
  }

  // Both: true if it is settled; else said in vain.
  bool poll_recv(std::size_t thread, operation& it) {
    const waker mine = beds[thread].make_waker();
    context task(mine);
    auto got = rx->poll_recv(task);
    it.what = action::pop;
    it.said = answer::empty;
    if (got.is_ready()) note_received(it, std::move(got).take());
    return got.is_ready();
  }
  bool poll_send(std::size_t thread, operation& it, std::optional<std::int64_t>& message) {
    const waker mine = beds[thread].make_waker();
    context task(mine);
    if (!message) message = it.value;
    it.value = *message;
    auto how = tx->poll_send(task, message);
    it.what = action::push;
    it.said = answer::full;
    if (how.is_ready()) note_sent(it, std::move(how).take());
    return how.is_ready();
  }
  template <class Poll>
  void poll_to_the_end(std::size_t thread, journal& notes, Poll poll) {
    bool is_settled = false;
    if (polls_ == polls::are_one_call) {
      notes.note(thread, [&](operation& it) {
        while (!poll(it)) beds[thread].sleep();
      });
      return;
    }
    for (;;) {
      notes.note(thread, [&](operation& it) { is_settled = poll(it); });
      if (is_settled) return;
      beds[thread].sleep();
    }
  }

  polls polls_;
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
  wire object(channel::bounded<std::int64_t>(0), polls::are_one_call);
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

MODEL("linear channel: bounded(1): r - | + x") { bounded(1, "; r- | +x ; -"); }
MODEL("linear channel: bounded(1): r | - | +") { bounded(1, "; r | - | + ; -"); }
MODEL("linear channel: bounded(1): s | - ! when full") { bounded(1, "+ ; s | -! ; --"); }
MODEL("linear channel: bounded(1): s | r when full, x") { bounded(1, "+ ; s | rx ; --"); }
MODEL("linear channel: bounded(1): p | + x") { bounded(1, "; p | +x ; -"); }
MODEL("linear channel: bounded(1): p | + x | -") { bounded(1, "; p | +x | - ; -"); }
MODEL("linear channel: bounded(1): c - | + +") { bounded(1, "; c- | ++ ; --"); }
MODEL("linear channel: bounded(1): q | - - when full") { bounded(1, "+ ; q | -- ; --"); }
MODEL("linear channel: bounded(1): d + | - - when full") { bounded(1, "+ ; d+ | -- ; --"); }
MODEL("linear channel: unbounded: r | + x") { unbounded("; r | +x ; -"); }
MODEL("linear channel: unbounded: p | + x") { unbounded("; p | +x ; -"); }
MODEL("linear channel: unbounded: c - | + +") { unbounded("; c- | ++ ; --"); }
MODEL("linear channel: rendezvous: s | r x") { rendezvous("; s | rx ; -+"); }
MODEL("linear channel: rendezvous: s | r | -") { rendezvous("; s | r | - ; -+"); }
MODEL("linear channel: rendezvous: p | s l") { rendezvous("; p | sl ; -"); }
MODEL("linear channel: rendezvous: q | r k") { rendezvous("; q | rk ; +"); }
MODEL("linear channel: rendezvous: q | p") { rendezvous("; q | p ; -+"); }

}  // namespace
