// Tasks at channels: a pending poll is woken, the last waker counts, and giving up loses neither a message nor a
// notification.
#include "channel_stage.hpp"
#include "sleeper.hpp"

#include <optional>

using namespace weft;
using model_support::channel_stage;
using model_support::kind;
using model_support::parcel;
using model_support::receiver;
using model_support::sender;
using model_support::sleeper;

namespace {

// Polls once. True: it is settled.
bool poll_recv(channel_stage& s, receiver& rx, sleeper& bed) {
  const waker mine = bed.make_waker();
  context task(mine);
  auto answer = rx.poll_recv(task);
  if (answer.is_ready()) s.note(std::move(answer).take());
  return answer.is_ready();
}
bool poll_send(channel_stage& s, sender& tx, sleeper& bed, std::optional<parcel>& message, std::uint32_t item) {
  const waker mine = bed.make_waker();
  context task(mine);
  auto answer = tx.poll_send(task, message);
  if (answer.is_ready()) s.note(item, std::move(answer).take());
  return answer.is_ready();
}

void polled_receive(kind which) {
  channel_stage s(which);
  sleeper bed;
  auto ends = s.open_used();
  s.threads([&, tx = std::move(ends.tx)]() mutable { s.send(tx, 0); },
            [&, rx = std::move(ends.rx)]() mutable {
              while (!poll_recv(s, rx, bed)) bed.sleep();
            });
  s.expect_sent(0);
  s.expect_all();
}
MODEL("channel_tasks: bounded(0): send, drop || poll_recv") { polled_receive(kind::rendezvous); }
MODEL("channel_tasks: bounded(1): send, drop || poll_recv") { polled_receive(kind::bounded); }
MODEL("channel_tasks: unbounded: send, drop || poll_recv", .spurious_cas = 0) { polled_receive(kind::unbounded); }

void polled_twice(kind which) {
  channel_stage s(which);
  sleeper first, second;
  auto ends = s.open_used();
  s.threads([&, tx = std::move(ends.tx)]() mutable { s.send(tx, 0); },
            [&, rx = std::move(ends.rx)]() mutable {
              if (poll_recv(s, rx, first)) return;
              while (!poll_recv(s, rx, second)) second.sleep();
            });
  s.expect_sent(0);
  s.expect_all();
}
MODEL("channel_tasks: bounded(0): send, drop || poll_recv, poll_recv elsewhere") { polled_twice(kind::rendezvous); }
MODEL("channel_tasks: bounded(1): send, drop || poll_recv, poll_recv elsewhere") { polled_twice(kind::bounded); }
MODEL("channel_tasks: unbounded: send, drop || poll_recv, poll_recv elsewhere", .spurious_cas = 0) {
  polled_twice(kind::unbounded);
}

void polled_receive_against_close(kind which) {
  channel_stage s(which);
  sleeper bed;
  auto ends = s.open();
  s.threads(
      [&] {
        while (!poll_recv(s, ends.rx, bed)) bed.sleep();
      },
      [&] { ends.tx.close(); });
}
MODEL("channel_tasks: bounded(0): poll_recv || close") { polled_receive_against_close(kind::rendezvous); }
MODEL("channel_tasks: bounded(1): poll_recv || close") { polled_receive_against_close(kind::bounded); }
MODEL("channel_tasks: unbounded: poll_recv || close", .spurious_cas = 0) { polled_receive_against_close(kind::unbounded); }

void cancelled_receive(kind which) {
  channel_stage s(which);
  sleeper bed;
  auto ends = s.open_used();
  s.threads([&] { s.send(ends.tx, 0); },
            [&] {
              if (poll_recv(s, ends.rx, bed)) return;
              ends.rx.cancel_recv();
              s.receive(ends.rx);
            });
  s.expect_sent(0);
  s.expect_all();
}
MODEL("channel_tasks: bounded(0): send || poll_recv, cancel, recv") { cancelled_receive(kind::rendezvous); }
MODEL("channel_tasks: bounded(1): send || poll_recv, cancel, recv") { cancelled_receive(kind::bounded); }
MODEL("channel_tasks: unbounded: send || poll_recv, cancel, recv", .spurious_cas = 0) { cancelled_receive(kind::unbounded); }

// A message handed to a receive that is given up, or the notification for one, goes on to the other receiver.
void one_gives_up(kind which) {
  channel_stage s(which);
  sleeper bed;
  auto ends = s.open_used();
  s.threads([&] { s.send(ends.tx, 0); },
            [&, mine = receiver(ends.rx)]() mutable {
              if (poll_recv(s, mine, bed)) {
                ends.tx.close();
              } else {
                mine.cancel_recv();
              }
            },
            [&] { s.receive(ends.rx); });
  s.expect_sent(0);
  s.expect_all();
}
MODEL("channel_tasks: bounded(0): send || poll_recv, cancel || recv") { one_gives_up(kind::rendezvous); }
MODEL("channel_tasks: bounded(1): send || poll_recv, cancel || recv", .exhaustive = false, .walks = 3000) {
  one_gives_up(kind::bounded);
}
MODEL("channel_tasks: unbounded: send || poll_recv, cancel || recv", .exhaustive = false, .walks = 3000) {
  one_gives_up(kind::unbounded);
}

// The other receiver may be told "disconnected" while the message is still in the hands of the one who gives up: who keeps
// it.
MODEL("channel_tasks: bounded(0): send, drop || poll_recv, cancel, try_recv || recv to the end") {
  channel_stage s(kind::rendezvous);
  sleeper bed;
  auto ends = s.open();
  s.threads([&, tx = std::move(ends.tx)]() mutable { s.send(tx, 0); },
            [&, mine = receiver(ends.rx)]() mutable {
              if (poll_recv(s, mine, bed)) return;
              mine.cancel_recv();
              s.try_receive(mine);
            },
            [&] { s.receive_all(ends.rx); });
  s.expect_all();
}

enum class then { waits, cancels };

void polled_send(kind which, unsigned inside, then how) {
  channel_stage s(which);
  sleeper bed;
  auto ends = s.open();
  for (unsigned i = 0; i < inside; ++i) s.send(ends.tx, i);
  s.threads(
      [&] {
        std::optional<parcel> message = channel_stage::make(inside);
        while (!poll_send(s, ends.tx, bed, message, inside)) {
          if (how == then::waits) {
            bed.sleep();
            continue;
          }
          std::optional<parcel> back = ends.tx.cancel_send();
          if (!back && !message) {
            s.note(inside, {});
          } else {
            model::check(**(back ? back : message) == inside, "what isn't sent comes back");
          }
          return;
        }
      },
      [&] { s.note(how == then::waits || inside > 0 ? ends.rx.recv() : ends.rx.try_recv()); });
  s.try_receive(ends.rx);
  if (how == then::waits) s.expect_sent(inside);
  s.expect_all();
}
MODEL("channel_tasks: bounded(0): poll_send || recv") { polled_send(kind::rendezvous, 0, then::waits); }
MODEL("channel_tasks: bounded(1), full: poll_send || recv") { polled_send(kind::bounded, 1, then::waits); }
MODEL("channel_tasks: bounded(0): poll_send, cancel || try_recv") { polled_send(kind::rendezvous, 0, then::cancels); }
MODEL("channel_tasks: bounded(1), full: poll_send, cancel || recv") { polled_send(kind::bounded, 1, then::cancels); }

void polled_send_against_drop(kind which, unsigned inside) {
  channel_stage s(which);
  sleeper bed;
  auto ends = s.open();
  for (unsigned i = 0; i < inside; ++i) s.send(ends.tx, i);
  s.threads(
      [&, tx = std::move(ends.tx)]() mutable {
        std::optional<parcel> message = channel_stage::make(inside);
        while (!poll_send(s, tx, bed, message, inside)) bed.sleep();
      },
      [rx = std::move(ends.rx)]() mutable { const receiver gone = std::move(rx); });
}
MODEL("channel_tasks: bounded(0): poll_send || drop of the receiver") { polled_send_against_drop(kind::rendezvous, 0); }
MODEL("channel_tasks: bounded(1), full: poll_send || drop of the receiver") { polled_send_against_drop(kind::bounded, 1); }

}  // namespace
