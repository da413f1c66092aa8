// Sends, receives, closing and the end of either side in every pair: nothing is lost, doubled or leaked, and nobody sleeps
// on.
#include "channel_stage.hpp"

using namespace weft;
using model_support::channel_stage;
using model_support::kind;
using model_support::parcel;
using model_support::receiver;
using model_support::sender;

namespace {

void send_receive_all(kind which, unsigned count) {
  channel_stage s(which);
  auto ends = s.open();
  s.threads(
      [&, tx = std::move(ends.tx)]() mutable {
        for (unsigned i = 0; i < count; ++i) s.send(tx, i);
      },
      [&, rx = std::move(ends.rx)]() mutable { s.receive_all(rx); });
  for (unsigned i = 0; i < count; ++i) s.expect_sent(i);
  s.expect_all();
}
MODEL("channel_close: bounded(0): drop || recv") { send_receive_all(kind::rendezvous, 0); }
MODEL("channel_close: bounded(1): drop || recv") { send_receive_all(kind::bounded, 0); }
MODEL("channel_close: unbounded: drop || recv", .spurious_cas = 0) { send_receive_all(kind::unbounded, 0); }
MODEL("channel_close: bounded(0): send, drop || recv to the end") { send_receive_all(kind::rendezvous, 1); }
MODEL("channel_close: bounded(1): send, drop || recv to the end") { send_receive_all(kind::bounded, 1); }
MODEL("channel_close: unbounded: send, drop || recv to the end", .spurious_cas = 0) { send_receive_all(kind::unbounded, 1); }

void send_twice_receive_twice(kind which) {
  channel_stage s(which);
  auto ends = s.open_used();
  s.threads(
      [&] {
        s.send(ends.tx, 0);
        s.send(ends.tx, 1);
      },
      [&] {
        s.receive(ends.rx);
        s.receive(ends.rx);
      });
  s.expect_sent(0);
  s.expect_sent(1);
  s.expect_all();
}
MODEL("channel_close: bounded(0): send send || recv recv") { send_twice_receive_twice(kind::rendezvous); }
MODEL("channel_close: bounded(1): send send || recv recv") { send_twice_receive_twice(kind::bounded); }
MODEL("channel_close: unbounded: send send || recv recv", .spurious_cas = 0) { send_twice_receive_twice(kind::unbounded); }

void send_against_drop(kind which, unsigned inside) {
  channel_stage s(which);
  auto ends = s.open();
  for (unsigned i = 0; i < inside; ++i) s.send(ends.tx, i);
  s.threads([&, tx = std::move(ends.tx)]() mutable { s.send(tx, inside); },
            [rx = std::move(ends.rx)]() mutable { const receiver gone = std::move(rx); });
}
MODEL("channel_close: bounded(0): send || drop of the receiver") { send_against_drop(kind::rendezvous, 0); }
MODEL("channel_close: bounded(1): send || drop of the receiver") { send_against_drop(kind::bounded, 0); }
MODEL("channel_close: bounded(1), full: send || drop of the receiver") { send_against_drop(kind::bounded, 1); }
MODEL("channel_close: unbounded: send || drop of the receiver", .spurious_cas = 0) { send_against_drop(kind::unbounded, 0); }
MODEL("channel_close: unbounded, at the edge: send || drop of the receiver", .spurious_cas = 0) {
  send_against_drop(kind::unbounded, 2);
}

MODEL("channel_close: bounded(1), full: send || try_recv, drop") {
  channel_stage s(kind::bounded);
  auto ends = s.open();
  s.send(ends.tx, 0);
  s.threads([&, tx = std::move(ends.tx)]() mutable { s.send(tx, 1); },
            [&, rx = std::move(ends.rx)]() mutable { s.try_receive(rx); });
}

MODEL("channel_close: unbounded: first send || first send || drop", .spurious_cas = 0) {
  channel_stage s(kind::unbounded);
  auto ends = s.open();
  sender copy = ends.tx;
  s.threads([&, tx = std::move(copy)]() mutable { s.send(tx, 0); },
            [&, tx = std::move(ends.tx)]() mutable { s.send(tx, 1); },
            [rx = std::move(ends.rx)]() mutable { const receiver gone = std::move(rx); });
}

void send_against_close(kind which, unsigned inside) {
  channel_stage s(which);
  auto ends = s.open();
  for (unsigned i = 0; i < inside; ++i) s.send(ends.tx, i);
  s.threads([&] { s.send(ends.tx, inside); }, [&] { ends.rx.close(); });
  s.receive_all(ends.rx);
  s.expect_all();
}
MODEL("channel_close: bounded(0): send || close") { send_against_close(kind::rendezvous, 0); }
MODEL("channel_close: bounded(1): send || close") { send_against_close(kind::bounded, 0); }
MODEL("channel_close: bounded(1), full: send || close") { send_against_close(kind::bounded, 1); }
MODEL("channel_close: unbounded: send || close", .spurious_cas = 0) { send_against_close(kind::unbounded, 0); }
MODEL("channel_close: unbounded, in a segment: send || close", .spurious_cas = 0) { send_against_close(kind::unbounded, 1); }
MODEL("channel_close: unbounded, at the edge: send || close", .spurious_cas = 0) { send_against_close(kind::unbounded, 2); }

void receive_against_close(kind which) {
  channel_stage s(which);
  auto ends = s.open();
  s.threads([&] { model::check(!s.receive(ends.rx), "nothing was sent"); }, [&] { ends.tx.close(); });
}
MODEL("channel_close: bounded(0): recv || close") { receive_against_close(kind::rendezvous); }
MODEL("channel_close: bounded(1): recv || close") { receive_against_close(kind::bounded); }
MODEL("channel_close: unbounded: recv || close", .spurious_cas = 0) { receive_against_close(kind::unbounded); }

void send_receive_close(kind which) {
  channel_stage s(which);
  auto ends = s.open_used();
  s.threads([&] { s.send(ends.tx, 0); }, [&] { s.receive_all(ends.rx); }, [&] { ends.tx.close(); });
  s.expect_all();
}
MODEL("channel_close: bounded(0): send || recv to the end || close") { send_receive_close(kind::rendezvous); }
MODEL("channel_close: bounded(1): send || recv to the end || close") { send_receive_close(kind::bounded); }
MODEL("channel_close: unbounded: send || recv to the end || close", .spurious_cas = 0) {
  send_receive_close(kind::unbounded);
}

// One message for two receivers: who gets it lets the other go.
void two_receivers(kind which) {
  channel_stage s(which);
  auto ends = s.open_used();
  const auto receive = [&] {
    if (s.receive(ends.rx)) ends.rx.close();
  };
  s.threads([&] { s.send(ends.tx, 0); }, receive, receive);
  s.expect_sent(0);
  s.expect_all();
}
MODEL("channel_close: bounded(0): send || recv, close || recv, close") { two_receivers(kind::rendezvous); }
MODEL("channel_close: bounded(1): send || recv, close || recv, close", .exhaustive = false, .walks = 3000) {
  two_receivers(kind::bounded);
}
MODEL("channel_close: unbounded: send || recv, close || recv, close", .exhaustive = false, .walks = 3000) {
  two_receivers(kind::unbounded);
}

void two_senders(kind which) {
  channel_stage s(which);
  auto ends = s.open_used();
  s.threads([&] { s.send(ends.tx, 0); }, [&] { s.send(ends.tx, 1); },
            [&] {
              s.receive(ends.rx);
              s.receive(ends.rx);
            });
  s.expect_sent(0);
  s.expect_sent(1);
  s.expect_all();
}
MODEL("channel_close: bounded(0): send || send || recv recv") { two_senders(kind::rendezvous); }
MODEL("channel_close: bounded(1): send || send || recv recv", .exhaustive = false, .walks = 3000) {
  two_senders(kind::bounded);
}
MODEL("channel_close: unbounded: send || send || recv recv", .exhaustive = false, .walks = 3000) {
  two_senders(kind::unbounded);
}

// Two ends of one side and one of the other: the last of a side closes, and the last of all frees.
void drops(kind which) {
  channel_stage s(which);
  auto ends = s.open();
  if (which != kind::rendezvous) s.send(ends.tx, 0);
  const unsigned doubled = model::choose(2);
  if (doubled == 0) {
    sender copy = ends.tx;
    s.threads([tx = std::move(ends.tx)]() mutable { const sender gone = std::move(tx); },
              [tx = std::move(copy)]() mutable { const sender gone = std::move(tx); },
              [rx = std::move(ends.rx)]() mutable { const receiver gone = std::move(rx); });
  } else {
    receiver copy = ends.rx;
    s.threads([rx = std::move(ends.rx)]() mutable { const receiver gone = std::move(rx); },
              [rx = std::move(copy)]() mutable { const receiver gone = std::move(rx); },
              [tx = std::move(ends.tx)]() mutable { const sender gone = std::move(tx); });
  }
}
MODEL("channel_close: bounded(0): drop || drop || drop") { drops(kind::rendezvous); }
MODEL("channel_close: bounded(1), full: drop || drop || drop") { drops(kind::bounded); }
MODEL("channel_close: unbounded, in a segment: drop || drop || drop", .spurious_cas = 0) { drops(kind::unbounded); }

// What one of two did before it let its end go is done before the other's last drop closes the channel.
void drop_after(kind which) {
  channel_stage s(which);
  auto ends = s.open();
  sender copy = ends.tx;
  plain<int> done{0};
  s.threads(
      [&, tx = std::move(copy)]() mutable {
        done.write() = 1;
        const sender gone = std::move(tx);
      },
      [&, tx = std::move(ends.tx)]() mutable { const sender gone = std::move(tx); },
      [&] {
        if (ends.rx.try_recv() == channel::outcome::disconnected) {
          model::check(done.read() == 1, "what the senders did is seen by those who find them gone");
        }
      });
}
MODEL("channel_close: bounded(0): drop || drop || try_recv") { drop_after(kind::rendezvous); }
MODEL("channel_close: bounded(1): drop || drop || try_recv") { drop_after(kind::bounded); }
MODEL("channel_close: unbounded: drop || drop || try_recv", .spurious_cas = 0) { drop_after(kind::unbounded); }

// Whoever is told "closed" also sees what came before the close. `turned`: how many messages have passed before.
enum class asked { is_closed, send, recv };
void told(kind which, asked how, unsigned turned = 0) {
  channel_stage s(which);
  auto ends = s.open();
  for (unsigned i = 0; i < turned; ++i) {
    static_cast<void>(ends.tx.send(nullptr));
    static_cast<void>(ends.rx.recv());
  }
  plain<int> done{0};
  s.threads(
      [&] {
        bool is_told = false;
        switch (how) {
          case asked::is_closed:
            is_told = ends.tx.is_closed();
            break;
          case asked::send:
            is_told = ends.tx.try_send(nullptr) == channel::outcome::disconnected;
            break;
          case asked::recv:
            is_told = ends.rx.try_recv() == channel::outcome::disconnected;
            break;
        }
        if (is_told) model::check(done.read() == 1, "what came before the close is seen");
      },
      [&] {
        done.write() = 1;
        ends.rx.close();
      });
}
MODEL("channel_close: bounded(0): is_closed || close") { told(kind::rendezvous, asked::is_closed); }
MODEL("channel_close: bounded(1): is_closed || close") { told(kind::bounded, asked::is_closed); }
MODEL("channel_close: unbounded: is_closed || close", .spurious_cas = 0) { told(kind::unbounded, asked::is_closed); }
MODEL("channel_close: bounded(0): told by try_send || close") { told(kind::rendezvous, asked::send); }
MODEL("channel_close: bounded(1): told by try_send || close") { told(kind::bounded, asked::send); }
MODEL("channel_close: unbounded: told by try_send || close", .spurious_cas = 0) { told(kind::unbounded, asked::send); }
MODEL("channel_close: unbounded, in a segment: told by try_send || close", .spurious_cas = 0) {
  told(kind::unbounded, asked::send, 1);
}
MODEL("channel_close: unbounded, at the edge: told by try_send || close", .spurious_cas = 0) {
  told(kind::unbounded, asked::send, 2);
}
MODEL("channel_close: bounded(0): told by try_recv || close") { told(kind::rendezvous, asked::recv); }
MODEL("channel_close: bounded(1): told by try_recv || close") { told(kind::bounded, asked::recv); }
MODEL("channel_close: unbounded: told by try_recv || close", .spurious_cas = 0) { told(kind::unbounded, asked::recv); }

// Each thread closes one channel and asks the other: who asks second is told.
void crosswise(kind which, asked how) {
  channel_stage s(which);
  auto left = s.open_used(), right = s.open_used();
  const auto is_open = [how](auto& ends) {
    return how == asked::is_closed ? !ends.tx.is_closed() : ends.tx.try_send(nullptr) != channel::outcome::disconnected;
  };
  bool left_open = false, right_open = false;
  s.threads(
      [&] {
        left.tx.close();
        right_open = is_open(right);
      },
      [&] {
        right.tx.close();
        left_open = is_open(left);
      });
  model::check(!left_open || !right_open, "one of two who close and then ask is told of the other's close");
}
MODEL("channel_close: bounded(1): crosswise: close, is_closed || close, is_closed") {
  crosswise(kind::bounded, asked::is_closed);
}
MODEL("channel_close: unbounded: crosswise: close, is_closed || close, is_closed", .spurious_cas = 0) {
  crosswise(kind::unbounded, asked::is_closed);
}
MODEL("channel_close: bounded(1): crosswise: close, try_send || close, try_send") { crosswise(kind::bounded, asked::send); }
MODEL("channel_close: unbounded: crosswise: close, try_send || close, try_send", .spurious_cas = 0) {
  crosswise(kind::unbounded, asked::send);
}

}  // namespace
