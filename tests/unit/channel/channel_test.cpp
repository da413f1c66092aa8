// bounded, rendezvous and unbounded channels: one interface, one meaning, whatever the kind.
#include "payload.hpp"
#include "weft_catch.hpp"

#include <weft/channel/channel.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using namespace std::chrono_literals;
using weft::context;
using weft::channel::bounded;
using weft::channel::outcome;
using weft::channel::receiver;
using weft::channel::sender;
using weft::channel::unbounded;

namespace {
constexpr auto forever = std::chrono::hours::max();

/// A thread that is joined whatever happens.
class helper {
 public:
  template <class F>
  explicit helper(F f) : thread_(std::move(f)) {}
  ~helper() { join(); }
  void join() {
    if (thread_.joinable()) thread_.join();
  }

 private:
  std::thread thread_;
};
}  // namespace

TEST_CASE("channel smoke", "[channel]") {
  // What is sent is received, oldest first, through each kind of channel.
  for (auto& [tx, rx] : {bounded<int>(3), unbounded<int>()}) {
    auto s = tx;
    auto r = rx;
    REQUIRE(s.send(1));
    REQUIRE(s.try_send(2));
    REQUIRE(s.send_for(3, 1s));
    REQUIRE(*r.recv() == 1);
    REQUIRE(*r.try_recv() == 2);
    REQUIRE(*r.recv_for(1s) == 3);
    REQUIRE(r.try_recv() == outcome::empty);
  }
}

TEST_CASE("channel rendezvous smoke", "[channel]") {
  // A rendezvous hands each message from thread to thread; send returns once it has been received.
  auto [tx, rx] = bounded<int>(0);
  std::atomic<int> sent{0};
  helper sending([&sent, out = tx]() mutable {
    for (int i = 0; i < 100; ++i) {
      static_cast<void>(out.send(i));
      ++sent;
    }
  });
  for (int i = 0; i < 100; ++i) {
    REQUIRE(sent <= i);
    REQUIRE(*rx.recv() == i);
  }
}

TEST_CASE("channel capacity", "[channel]") {
  // A bounded channel takes exactly its capacity, and hands the next message back.
  for (std::size_t n : {1u, 2u, 3u, 7u}) {
    auto [tx, rx] = bounded<int>(n);
    REQUIRE(tx.capacity() == n);
    REQUIRE(rx.capacity() == n);
    for (std::size_t i = 0; i < n; ++i) {
      REQUIRE(!tx.is_full());
      REQUIRE(rx.len() == i);
      REQUIRE(tx.try_send(static_cast<int>(i)));
    }
    REQUIRE(tx.is_full());
    REQUIRE(tx.len() == n);
    auto refused = tx.try_send(-7);
    REQUIRE(refused.is_full());
    REQUIRE(std::move(refused).take() == -7);
    REQUIRE(*rx.try_recv() == 0);
    REQUIRE(tx.try_send(8));
  }
}

TEST_CASE("channel capacity_zero", "[channel]") {
  // A rendezvous is empty and full at once, and takes nothing that nobody waits for.
  auto [tx, rx] = bounded<int>(0);
  REQUIRE(tx.capacity() == 0u);
  REQUIRE(tx.is_empty());
  REQUIRE(tx.is_full());
  REQUIRE(rx.len() == 0);
  REQUIRE(rx.try_recv() == outcome::empty);
  auto refused = tx.try_send(3);
  REQUIRE(refused == outcome::full);
  REQUIRE(std::move(refused).take() == 3);
}

TEST_CASE("channel capacity_too_large", "[channel]") {
  // A capacity beyond the address space is refused before any arithmetic overflows.
  REQUIRE_THROWS_AS(bounded<int>(std::numeric_limits<std::size_t>::max()), std::length_error);
}

TEST_CASE("channel unbounded capacity", "[channel]") {
  // An unbounded channel has no capacity, is never full, and counts.
  auto [tx, rx] = unbounded<int>();
  REQUIRE(!tx.capacity());
  for (int i = 0; i < 1000; ++i) REQUIRE(tx.try_send(i));
  REQUIRE(!tx.is_full());
  REQUIRE(tx.len() == 1000);
  REQUIRE(!rx.is_empty());
}

TEST_CASE("channel same_channel", "[channel]") {
  // Handles know whether they belong together.
  auto [tx, rx] = bounded<int>(1);
  auto [tx2, rx2] = bounded<int>(1);
  auto copy = tx;
  REQUIRE(tx.same_channel(copy));
  REQUIRE(tx.same_channel(rx));
  REQUIRE(rx.same_channel(tx));
  REQUIRE(!tx.same_channel(tx2));
  REQUIRE(!rx.same_channel(rx2));
  copy = tx2;
  REQUIRE(copy.same_channel(rx2));
}

TEST_CASE("channel disconnect_of_senders", "[channel]") {
  // When the last sender goes, receivers get what is left, and then `disconnected`.
  for (auto& made : {bounded<int>(4), unbounded<int>()}) {
    std::optional<sender<int>> tx = made.tx;
    auto second = *tx;
    receiver<int> rx = made.rx;
    auto& original = const_cast<sender<int>&>(made.tx);
    REQUIRE(tx->send(1));
    REQUIRE(second.send(2));
    auto gone = std::move(original);
    { auto dropped = std::move(gone); }
    tx.reset();
    REQUIRE(!rx.is_closed());
    { auto dropped = std::move(second); }
    REQUIRE(rx.is_closed());
    REQUIRE(*rx.recv() == 1);
    REQUIRE(*rx.try_recv() == 2);
    REQUIRE(rx.recv() == outcome::disconnected);
    REQUIRE(rx.try_recv() == outcome::disconnected);
    REQUIRE(rx.recv_for(forever) == outcome::disconnected);
  }
}

TEST_CASE("channel disconnect_of_receivers drops", "[channel]") {
  // When the last receiver goes, the messages inside are destroyed at once, and sends come back.
  std::atomic<int> alive{0};
  const auto check = [&alive](weft::channel::ends<payload::counted> made) {
    auto tx = std::move(made.tx);
    {
      auto rx = std::move(made.rx);
      for (int i = 0; i < 3; ++i) REQUIRE(tx.send(payload::counted(alive, i)));
      auto another = rx;
      REQUIRE(alive == 3);
    }
    REQUIRE(alive == 0);
    REQUIRE(tx.is_closed());
    auto refused = tx.send(payload::counted(alive, 9));
    REQUIRE(refused.is_disconnected());
    REQUIRE(std::move(refused).take().id() == 9);
    REQUIRE(tx.try_send(payload::counted(alive)).is_disconnected());
    REQUIRE(tx.send_for(payload::counted(alive), forever).is_disconnected());
  };
  check(bounded<payload::counted>(3));
  check(unbounded<payload::counted>());
  REQUIRE(alive == 0);
}

TEST_CASE("channel close", "[channel]") {
  // close() from either end stops sends; what is inside can still be received.
  for (bool by_sender : {true, false}) {
    for (auto& made : {bounded<int>(4), unbounded<int>()}) {
      auto tx = made.tx;
      auto rx = made.rx;
      REQUIRE(tx.send(1));
      REQUIRE(!tx.is_closed());
      by_sender ? tx.close() : rx.close();
      by_sender ? rx.close() : tx.close();
      REQUIRE(tx.is_closed());
      REQUIRE(rx.is_closed());
      REQUIRE(tx.send(2).is_disconnected());
      REQUIRE(tx.try_send(2).is_disconnected());
      REQUIRE(*rx.recv() == 1);
      REQUIRE(rx.recv() == outcome::disconnected);
    }
  }
  auto [tx, rx] = bounded<int>(0);
  rx.close();
  REQUIRE(tx.is_closed());
  REQUIRE(tx.send(1).is_disconnected());
  REQUIRE(tx.try_send(1).is_disconnected());
  REQUIRE(rx.recv() == outcome::disconnected);
  REQUIRE(rx.try_recv() == outcome::disconnected);
}

TEST_CASE("channel close of a full one", "[channel]") {
  // A full channel that is closed refuses by `disconnected`, not `full`, and drains.
  auto [tx, rx] = bounded<int>(1);
  REQUIRE(tx.send(1));
  tx.close();
  REQUIRE(tx.try_send(2).is_disconnected());
  REQUIRE(*rx.try_recv() == 1);
  REQUIRE(tx.try_send(2).is_disconnected());
}

TEST_CASE("channel iterates", "[channel]") {
  // Iterating over a receiver gives every message and ends with the disconnection.
  auto [tx, rx] = bounded<std::string>(2);
  helper sending([out = std::move(tx)]() mutable {
    for (int i = 0; i < 50; ++i) static_cast<void>(out.send(std::to_string(i)));
  });
  int expected = 0;
  for (auto& message : rx) REQUIRE(message == std::to_string(expected++));
  REQUIRE(expected == 50);
}

TEST_CASE("channel timed", "[channel]") {
  // Zero, negative and past deadlines try once; huge ones wait for ever; what is there wins over the deadline.
  for (std::size_t n : {0u, 1u}) {
    auto [tx, rx] = bounded<int>(n);
    REQUIRE(rx.recv_for(0ns) == outcome::timed_out);
    REQUIRE(rx.recv_for(-1h) == outcome::timed_out);
    REQUIRE(rx.recv_for(1ms) == outcome::timed_out);
    REQUIRE(rx.recv_until(weft::clock::time_point::min()) == outcome::timed_out);
    if (n == 1) REQUIRE(tx.send_until(1, weft::clock::time_point::min()));
    auto late = tx.send_for(2, 0ns);
    REQUIRE(late.is_timed_out());
    REQUIRE(std::move(late).take() == 2);
    REQUIRE(tx.send_for(2, 1ms).is_timed_out());
    REQUIRE(tx.send_until(2, weft::clock::time_point::min()).is_timed_out());
    if (n == 1) REQUIRE(*rx.recv_until(weft::clock::time_point::min()) == 1);
    helper sending([out = tx]() mutable {
      static_cast<void>(out.send_for(3, forever));
      static_cast<void>(out.send_for(4, std::chrono::duration<double>::max()));
      static_cast<void>(out.send_until(5, weft::clock::time_point::max()));
    });
    REQUIRE(*rx.recv_for(forever) == 3);
    REQUIRE(*rx.recv_for(std::chrono::nanoseconds::max()) == 4);
    REQUIRE(*rx.recv_until(weft::clock::time_point::max()) == 5);
  }
}

TEST_CASE("channel disconnect_wakes_receiver", "[channel]") {
  // A receiver that sleeps is woken when the last sender goes, or when the channel is closed.
  for (int kind : {0, 1, 2}) {
    for (bool drop : {true, false}) {
      auto made = kind == 2 ? unbounded<int>() : bounded<int>(static_cast<std::size_t>(kind));
      std::optional<sender<int>> tx = std::move(made.tx);
      std::atomic<bool> ok{false};
      helper receiving([&ok, in = std::move(made.rx)]() mutable { ok = in.recv() == outcome::disconnected; });
      std::this_thread::yield();
      if (drop) {
        tx.reset();
      } else {
        tx->close();
      }
      receiving.join();
      REQUIRE(ok);
    }
  }
}

TEST_CASE("channel disconnect_wakes_sender", "[channel]") {
  // A sender that sleeps gets its message back when the last receiver goes, or when the channel is closed.
  for (std::size_t n : {0u, 1u}) {
    for (bool drop : {true, false}) {
      auto made = bounded<payload::move_only>(n);
      std::optional<receiver<payload::move_only>> rx = std::move(made.rx);
      if (n == 1) REQUIRE(made.tx.send(std::make_unique<int>(1)));
      std::atomic<int> back{0};
      helper sending([&back, out = std::move(made.tx)]() mutable {
        auto result = out.send(std::make_unique<int>(7));
        if (result.is_disconnected()) back = *std::move(result).take();
      });
      std::this_thread::yield();
      if (drop) {
        rx.reset();
      } else {
        rx->close();
      }
      sending.join();
      REQUIRE(back == 7);
    }
  }
}

TEST_CASE("channel move_only and over_aligned", "[channel]") {
  // Messages that can't be copied, and such that ask for alignment, pass through each kind of channel.
  for (int kind : {1, 2}) {
    auto single = kind == 2 ? unbounded<payload::move_only>() : bounded<payload::move_only>(1);
    REQUIRE(single.tx.send(std::make_unique<int>(5)));
    REQUIRE(**single.rx.recv() == 5);
    auto wide = kind == 2 ? unbounded<payload::wide>() : bounded<payload::wide>(1);
    REQUIRE(wide.tx.send(payload::wide(6)));
    auto got = wide.rx.recv();
    REQUIRE(got->is_aligned());
    REQUIRE(got->value == 6);
  }
}

TEST_CASE("channel whose messages hold its own ends", "[channel]") {
  // A message may hold the last handle of the channel that it travels through.
  struct letter {
    std::shared_ptr<sender<std::unique_ptr<int>>> unrelated;
    std::optional<sender<std::shared_ptr<void>>> reply;
  };
  auto [tx, rx] = unbounded<std::shared_ptr<void>>();
  {
    auto own = std::make_shared<sender<std::shared_ptr<void>>>(std::move(tx));
    auto& through = *own;
    REQUIRE(through.send(own));
  }
  { auto last = std::move(rx); }
}

// ---------------------------------------------------------------------------------------------- tasks

TEST_CASE("channel poll_recv", "[channel][task]") {
  // A task that finds nothing is woken once by the next message, and by the end of the channel.
  for (int kind : {1, 2}) {
    auto made = kind == 2 ? unbounded<int>() : bounded<int>(1);
    auto tx = std::move(made.tx);
    auto rx = std::move(made.rx);
    payload::bell bell;
    {
      const weft::waker waker = bell.waker();
      context task(waker);
      REQUIRE(rx.poll_recv(task).is_pending());
      REQUIRE(rx.poll_recv(task).is_pending());
      REQUIRE(bell.wakes == 0);
      REQUIRE(tx.send(4));
      REQUIRE(bell.wakes == 1);
      REQUIRE(*rx.poll_recv(task).take() == 4);
      REQUIRE(rx.poll_recv(task).is_pending());
      tx.close();
      REQUIRE(bell.wakes == 2);
      REQUIRE(rx.poll_recv(task).take() == outcome::disconnected);
    }
    REQUIRE(bell.alive == 0);
  }
}

TEST_CASE("channel poll_send", "[channel][task]") {
  // A task that finds no room keeps its message, and is woken when there is room.
  auto [tx, rx] = bounded<int>(1);
  payload::bell bell;
  const weft::waker waker = bell.waker();
  context task(waker);
  std::optional<int> message = 1;
  REQUIRE(tx.poll_send(task, message).take());
  REQUIRE(!message);
  message = 2;
  REQUIRE(tx.poll_send(task, message).is_pending());
  REQUIRE(message == 2);
  REQUIRE(*rx.recv() == 1);
  REQUIRE(bell.wakes == 1);
  REQUIRE(tx.poll_send(task, message).take());
  message = 3;
  REQUIRE(tx.poll_send(task, message).is_pending());
  rx.close();
  REQUIRE(bell.wakes == 2);
  auto refused = tx.poll_send(task, message).take();
  REQUIRE(refused.is_disconnected());
  REQUIRE(std::move(refused).take() == 3);
}

TEST_CASE("channel rendezvous of tasks and threads", "[channel][task]") {
  // Whoever comes second serves the first, task or thread.
  auto [tx, rx] = bounded<int>(0);
  payload::bell bell;
  const weft::waker waker = bell.waker();
  context task(waker);

  REQUIRE(rx.poll_recv(task).is_pending());
  REQUIRE(tx.try_send(1));
  REQUIRE(bell.wakes == 1);
  REQUIRE(*rx.poll_recv(task).take() == 1);

  std::optional<int> message = 2;
  REQUIRE(tx.poll_send(task, message).is_pending());
  REQUIRE(tx.poll_send(task, message).is_pending());
  REQUIRE(*rx.try_recv() == 2);
  REQUIRE(bell.wakes == 2);
  REQUIRE(tx.poll_send(task, message).take());

  message = 3;
  REQUIRE(tx.poll_send(task, message).is_pending());
  REQUIRE(tx.cancel_send() == 3);
  REQUIRE(rx.try_recv() == outcome::empty);

  message = 4;
  REQUIRE(tx.poll_send(task, message).is_pending());
  tx.close();
  auto refused = tx.poll_send(task, message).take();
  REQUIRE(refused.is_disconnected());
  REQUIRE(std::move(refused).take() == 4);
  REQUIRE(rx.poll_recv(task).take() == outcome::disconnected);
}

TEST_CASE("channel cancelled receive loses nothing", "[channel][task]") {
  // A receive that was served or woken, and then goes away, leaves the message and the wake-up to the next receiver.
  for (int kind : {0, 1, 2}) {
    auto made = kind == 2 ? unbounded<int>() : bounded<int>(static_cast<std::size_t>(kind));
    payload::bell first_bell;
    payload::bell second_bell;
    const weft::waker first_waker = first_bell.waker();
    const weft::waker second_waker = second_bell.waker();
    context first_task(first_waker);
    context second_task(second_waker);
    std::optional<weft::channel::recv_future<int>> first(made.rx.recv_async());
    auto second = made.rx.recv_async();
    REQUIRE(first->poll(first_task).is_pending());
    REQUIRE(second.poll(second_task).is_pending());
    REQUIRE(made.tx.try_send(7));
    REQUIRE(first_bell.wakes == 1);
    REQUIRE(second_bell.wakes == 0);
    first.reset();
    REQUIRE(second_bell.wakes == 1);
    REQUIRE(*second.poll(second_task).take() == 7);
  }
}

TEST_CASE("channel cancelled rendezvous leaves a stray", "[channel][task]") {
  // A message that had been handed to a receive that went away waits for the next receiver, also after close().
  auto [tx, rx] = bounded<payload::move_only>(0);
  payload::bell bell;
  const weft::waker waker = bell.waker();
  context task(waker);
  {
    auto receive = rx.recv_async();
    REQUIRE(receive.poll(task).is_pending());
    REQUIRE(tx.try_send(std::make_unique<int>(1)));
  }
  tx.close();
  REQUIRE(**rx.try_recv() == 1);
  REQUIRE(rx.try_recv() == outcome::disconnected);
}

TEST_CASE("channel cancelled send passes the wake-up on", "[channel][task]") {
  // A send that was woken, and then goes away, wakes the next that waits for room.
  auto [tx, rx] = bounded<int>(1);
  REQUIRE(tx.send(0));
  payload::bell first_bell;
  payload::bell second_bell;
  const weft::waker first_waker = first_bell.waker();
  const weft::waker second_waker = second_bell.waker();
  context first_task(first_waker);
  context second_task(second_waker);
  std::optional<weft::channel::send_future<int>> first(tx.send_async(1));
  auto second = tx.send_async(2);
  REQUIRE(first->poll(first_task).is_pending());
  REQUIRE(second.poll(second_task).is_pending());
  REQUIRE(*rx.recv() == 0);
  REQUIRE(first_bell.wakes == 1);
  REQUIRE(second_bell.wakes == 0);
  first.reset();
  REQUIRE(second_bell.wakes == 1);
  REQUIRE(second.poll(second_task).take());
  REQUIRE(*rx.recv() == 2);
}

TEST_CASE("channel handle that moves while its task waits", "[channel][task]") {
  // A handle may be moved, assigned over and destroyed while a poll of it is pending.
  auto [tx, rx] = bounded<int>(1);
  payload::bell bell;
  {
    const weft::waker waker = bell.waker();
    context task(waker);
    REQUIRE(rx.poll_recv(task).is_pending());
    receiver<int> moved = std::move(rx);
    REQUIRE(tx.send(1));
    REQUIRE(bell.wakes == 1);
    REQUIRE(*moved.poll_recv(task).take() == 1);
    REQUIRE(moved.poll_recv(task).is_pending());
    moved.cancel_recv();
    REQUIRE(tx.send(2));
    REQUIRE(bell.wakes == 1);
    REQUIRE(*moved.poll_recv(task).take() == 2);
    REQUIRE(moved.poll_recv(task).is_pending());
    auto other = bounded<int>(1);
    moved = std::move(other.rx);
    REQUIRE(tx.is_closed());
  }
  REQUIRE(bell.alive == 0);
}

namespace {
/// A waker whose every part calls back into the channel.
struct meddler {
  sender<int>* tx = nullptr;
  receiver<int>* rx = nullptr;
  std::atomic<int> calls{0};

  static void meddle(void* data) noexcept {
    auto& self = *static_cast<meddler*>(data);
    ++self.calls;
    static_cast<void>(self.tx->len());
    static_cast<void>(self.rx->try_recv());
    static_cast<void>(self.tx->is_closed());
  }
  static constexpr weft::atomic::waker_vtable vtable{
      .clone = [](void* data) noexcept -> void* {
        meddle(data);
        return data;
      },
      .wake = meddle,
      .wake_by_ref = meddle,
      .drop = meddle,
  };
};
}  // namespace

TEST_CASE("channel calls no waker under a lock", "[channel][task]") {
  // A waker may use the channel while it is cloned, woken and destroyed.
  for (std::size_t n : {0u, 1u}) {
    auto made = bounded<int>(n);
    meddler waking;
    waking.tx = &made.tx;
    waking.rx = &made.rx;
    const weft::waker waker(meddler::vtable, &waking);
    const weft::waker another(meddler::vtable, &waking);
    context task(waker);
    context second_task(another);
    {
      auto receive = made.rx.recv_async();
      REQUIRE(receive.poll(task).is_pending());
      REQUIRE(receive.poll(second_task).is_pending());
      static_cast<void>(made.tx.try_send(1));
    }
    {
      auto receive = made.rx.recv_async();
      auto first = receive.poll(task);
      if (first.is_pending()) made.tx.close();
    }
    REQUIRE(waking.calls > 0);
  }
}
