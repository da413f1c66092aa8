// Waiting with a deadline: a message is received once or comes back, whenever the deadline passes, and a notification that a
// waiter no longer needs goes on to the next.
#include <chrono>

#include "channel_stage.hpp"

using namespace weft;
using namespace std::chrono_literals;
using model_support::channel_stage;
using model_support::kind;
using model_support::receiver;
using model_support::sender;

namespace {

void timed_receive(kind which) {
  channel_stage s(which);
  auto ends = s.open_used();
  s.threads([&] { s.send(ends.tx, 0); },
            [&] {
              if (!s.note(ends.rx.recv_for(1ms))) s.receive(ends.rx);
            });
  s.expect_sent(0);
  s.expect_all();
}
MODEL("channel_time: bounded(0): send || recv_for, recv") { timed_receive(kind::rendezvous); }
MODEL("channel_time: bounded(1): send || recv_for, recv") { timed_receive(kind::bounded); }
MODEL("channel_time: unbounded: send || recv_for, recv", .spurious_cas = 0) { timed_receive(kind::unbounded); }

MODEL("channel_time: bounded(0): send_for, drop || recv to the end") {
  channel_stage s(kind::rendezvous);
  auto ends = s.open();
  s.threads([&, tx = std::move(ends.tx)]() mutable { s.note(0, tx.send_for(channel_stage::make(0), 1ms)); },
            [&, rx = std::move(ends.rx)]() mutable { s.receive_all(rx); });
  s.expect_all();
}
MODEL("channel_time: bounded(1), full: send_for || recv") {
  channel_stage s(kind::bounded);
  auto ends = s.open();
  s.send(ends.tx, 0);
  s.threads([&] { s.note(1, ends.tx.send_for(channel_stage::make(1), 1ms)); }, [&] { s.receive(ends.rx); });
  s.try_receive(ends.rx);
  s.expect_all();
}
MODEL("channel_time: bounded(0): send_for || recv_for") {
  channel_stage s(kind::rendezvous);
  auto ends = s.open();
  s.threads([&] { s.note(0, ends.tx.send_for(channel_stage::make(0), 1ms)); }, [&] { s.note(ends.rx.recv_for(1ms)); });
  s.expect_all();
}

void timed_send_against_drop(kind which, unsigned inside) {
  channel_stage s(which);
  auto ends = s.open();
  for (unsigned i = 0; i < inside; ++i) s.send(ends.tx, i);
  s.threads([&, tx = std::move(ends.tx)]() mutable { s.note(inside, tx.send_for(channel_stage::make(inside), 1ms)); },
            [rx = std::move(ends.rx)]() mutable { const receiver gone = std::move(rx); });
}
MODEL("channel_time: bounded(0): send_for || drop of the receiver") { timed_send_against_drop(kind::rendezvous, 0); }
MODEL("channel_time: bounded(1), full: send_for || drop of the receiver") { timed_send_against_drop(kind::bounded, 1); }

void timed_receive_against_close(kind which) {
  channel_stage s(which);
  auto ends = s.open();
  s.threads(
      [&] {
        const auto got = ends.rx.recv_for(1ms);
        model::check(got == channel::outcome::timed_out || got == channel::outcome::disconnected, "nothing was sent");
      },
      [&] { ends.tx.close(); });
}
MODEL("channel_time: bounded(0): recv_for || close") { timed_receive_against_close(kind::rendezvous); }
MODEL("channel_time: bounded(1): recv_for || close") { timed_receive_against_close(kind::bounded); }
MODEL("channel_time: unbounded: recv_for || close", .spurious_cas = 0) { timed_receive_against_close(kind::unbounded); }

// One of two receivers gives up: the notification for the message reaches the other.
void one_gives_up(kind which) {
  channel_stage s(which);
  auto ends = s.open_used();
  s.threads([&] { s.send(ends.tx, 0); },
            [&] {
              if (s.note(ends.rx.recv_for(1ms))) ends.tx.close();
            },
            [&] {
              if (s.receive(ends.rx)) ends.tx.close();
            });
  s.expect_all();
}
MODEL("channel_time: bounded(0): send || recv_for || recv") { one_gives_up(kind::rendezvous); }
MODEL("channel_time: bounded(1): send || recv_for || recv", .exhaustive = false, .walks = 3000) {
  one_gives_up(kind::bounded);
}
MODEL("channel_time: unbounded: send || recv_for || recv", .exhaustive = false, .walks = 3000) {
  one_gives_up(kind::unbounded);
}

}  // namespace
