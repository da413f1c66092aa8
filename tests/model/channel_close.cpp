// Sends, receives, closing and the end of either side in every pair: nothing is lost, doubled or leaked, and nobody sleeps
// on.
#include <weft/channel/channel.hpp>
#include <weft/epoch/pin.hpp>
#include <weft_model/model.hpp>

#include "support.hpp"

#include <chrono>
#include <cstdint>
#include <memory>

using namespace weft;
using namespace std::chrono_literals;

namespace {

using goods = std::unique_ptr<std::uint32_t>;
using sender = channel::sender<goods>;
using receiver = channel::receiver<goods>;

struct stage {
  model_support::tally taken;
  unsigned put = 0;

  void send(sender& tx, std::uint32_t item) {
    auto result = tx.send(std::make_unique<std::uint32_t>(item));
    if (result) {
      put |= 1u << item;
    } else {
      model::check(result == channel::outcome::disconnected, "send waits or is disconnected");
      model::check(*std::move(result).take() == item, "a refusal hands the goods back");
    }
  }
  void try_send(sender& tx, std::uint32_t item) {
    if (tx.try_send(std::make_unique<std::uint32_t>(item))) put |= 1u << item;
  }
  bool receive(receiver& rx) {
    auto got = rx.recv();
    if (got) taken.add(**got);
    return static_cast<bool>(got);
  }
  void try_receive(receiver& rx) {
    if (auto got = rx.try_recv()) taken.add(**got);
  }
  // Everything that was sent was received: for models whose receiver goes on to the end.
  void expect_all() const {
    for (unsigned i = 0; i < 8; ++i) model::check(taken.has(i) == ((put >> i & 1) != 0), "what is sent is received");
  }
};

// Unbounded channels reclaim their segments through the default collector, which a model must make first.
template <class F>
void in_world(F body) {
  const epoch::model_default_collector world;
  body();
}

template <class Ends>
void send_two_receive_all(Ends ends) {
  stage s;
  model::threads(
      [&, tx = std::move(ends.tx)]() mutable {
        const sender mine = std::move(tx);
        sender& end = const_cast<sender&>(mine);
        s.send(end, 0);
        s.send(end, 1);
      },
      [&, rx = std::move(ends.rx)]() mutable {
        while (s.receive(rx)) {
        }
      });
  s.expect_all();
}
MODEL("channel_close: bounded(1): send send, drop || recv to the end", .exhaustive = false, .walks = 4000) {
  in_world([] { send_two_receive_all(channel::bounded<goods>(1)); });
}
MODEL("channel_close: unbounded: send send, drop || recv to the end", .exhaustive = false, .walks = 4000) {
  in_world([] { send_two_receive_all(channel::unbounded<goods>()); });
}

template <class Ends>
void send_one_receive_all(Ends ends) {
  stage s;
  model::threads(
      [&, tx = std::move(ends.tx)]() mutable {
        s.send(tx, 0);
        const sender gone = std::move(tx);
      },
      [&, rx = std::move(ends.rx)]() mutable {
        while (s.receive(rx)) {
        }
      });
  s.expect_all();
}
MODEL("channel_close: bounded(0): send, drop || recv to the end") {
  in_world([] { send_one_receive_all(channel::bounded<goods>(0)); });
}
MODEL("channel_close: bounded(1): send, drop || recv to the end") {
  in_world([] { send_one_receive_all(channel::bounded<goods>(1)); });
}

template <class Ends>
void send_against_drop(Ends ends) {
  stage s;
  model::threads([&, tx = std::move(ends.tx)]() mutable { s.send(tx, 0); },
                 [rx = std::move(ends.rx)]() mutable { const receiver gone = std::move(rx); });
}
MODEL("channel_close: bounded(0): send || drop of the receiver") {
  in_world([] { send_against_drop(channel::bounded<goods>(0)); });
}
MODEL("channel_close: bounded(1): send || drop of the receiver") {
  in_world([] { send_against_drop(channel::bounded<goods>(1)); });
}
MODEL("channel_close: unbounded: send || drop of the receiver") {
  in_world([] { send_against_drop(channel::unbounded<goods>()); });
}

template <class Ends>
void full_send_against_drop(Ends ends) {
  stage s;
  s.send(ends.tx, 0);
  model::threads([&, tx = std::move(ends.tx)]() mutable { s.send(tx, 1); },
                 [&, rx = std::move(ends.rx)]() mutable {
                   s.try_receive(rx);
                   const receiver gone = std::move(rx);
                 });
}
MODEL("channel_close: bounded(1), full: send || try_recv, drop") {
  in_world([] { full_send_against_drop(channel::bounded<goods>(1)); });
}

template <class Ends>
void full_send_against_close(Ends ends) {
  stage s;
  s.send(ends.tx, 0);
  model::threads([&, tx = std::move(ends.tx)]() mutable { s.send(tx, 1); }, [&] { ends.rx.close(); });
}
MODEL("channel_close: bounded(1), full: send || close") {
  in_world([] { full_send_against_close(channel::bounded<goods>(1)); });
}

template <class Ends>
void first_sends_against_drop(Ends ends) {
  stage s;
  sender copy = ends.tx;
  model::threads([&, tx = std::move(copy)]() mutable { s.send(tx, 0); },
                 [&, tx = std::move(ends.tx)]() mutable { s.send(tx, 1); },
                 [rx = std::move(ends.rx)]() mutable { const receiver gone = std::move(rx); });
}
MODEL("channel_close: unbounded: first send || first send || drop", .exhaustive = false, .walks = 4000) {
  in_world([] { first_sends_against_drop(channel::unbounded<goods>()); });
}

template <class Ends>
void receive_against_close(Ends ends) {
  stage s;
  receiver copy = ends.rx;
  model::threads([&, rx = std::move(ends.rx)]() mutable { s.receive(rx); },
                 [rx = std::move(copy)]() mutable { rx.close(); });
}
MODEL("channel_close: bounded(1): recv || close") {
  in_world([] { receive_against_close(channel::bounded<goods>(1)); });
}
MODEL("channel_close: bounded(0): recv || close") {
  in_world([] { receive_against_close(channel::bounded<goods>(0)); });
}
MODEL("channel_close: unbounded: recv || close") {
  in_world([] { receive_against_close(channel::unbounded<goods>()); });
}

template <class Ends>
void two_receivers(Ends ends) {
  stage s;
  receiver copy = ends.rx;
  model::threads(
      [&, tx = std::move(ends.tx)]() mutable {
        s.send(tx, 0);
        const sender gone = std::move(tx);
      },
      [&, rx = std::move(ends.rx)]() mutable {
        while (s.receive(rx)) {
        }
      },
      [&, rx = std::move(copy)]() mutable {
        while (s.receive(rx)) {
        }
      });
  s.expect_all();
}
MODEL("channel_close: bounded(1): send, drop || recv || recv", .exhaustive = false, .walks = 4000) {
  in_world([] { two_receivers(channel::bounded<goods>(1)); });
}
MODEL("channel_close: bounded(0): send, drop || recv || recv", .exhaustive = false, .walks = 4000) {
  in_world([] { two_receivers(channel::bounded<goods>(0)); });
}
MODEL("channel_close: unbounded: send, drop || recv || recv", .exhaustive = false, .walks = 4000) {
  in_world([] { two_receivers(channel::unbounded<goods>()); });
}

template <class Ends>
void timed(Ends ends) {
  stage s;
  model::threads([&, tx = std::move(ends.tx)]() mutable { s.send(tx, 0); },
                 [&, rx = std::move(ends.rx)]() mutable {
                   auto got = rx.recv_for(1ms);
                   if (got)
                     s.taken.add(**got);
                   else
                     model::check(got == channel::outcome::timed_out || got == channel::outcome::disconnected, "a reason");
                 });
}
MODEL("channel_close: bounded(1): send || recv_for") {
  in_world([] { timed(channel::bounded<goods>(1)); });
}
MODEL("channel_close: bounded(0): send || recv_for") {
  in_world([] { timed(channel::bounded<goods>(0)); });
}
MODEL("channel_close: unbounded: send || recv_for", .exhaustive = false, .walks = 4000) {
  in_world([] { timed(channel::unbounded<goods>()); });
}

}  // namespace
