// oneshot<T> carries one message from one sender to one receiver.
#include "payload.hpp"
#include "weft_catch.hpp"

#include <weft/channel/oneshot.hpp>

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>

using namespace std::chrono_literals;
using weft::context;
using weft::channel::oneshot;
using weft::channel::oneshot_receiver;
using weft::channel::oneshot_sender;
using weft::channel::outcome;

TEST_CASE("oneshot smoke", "[oneshot]") {
  // The message arrives, once.
  auto [tx, rx] = oneshot<std::string>();
  REQUIRE(rx.try_recv() == outcome::empty);
  REQUIRE(!tx.is_closed());
  REQUIRE(std::move(tx).send("hello"));
  REQUIRE(*rx.recv() == "hello");
  REQUIRE(rx.recv() == outcome::disconnected);
  REQUIRE(rx.try_recv() == outcome::disconnected);
}

TEST_CASE("oneshot across threads", "[oneshot]") {
  // A receiver that sleeps is woken by the message.
  for (int i = 0; i < 100; ++i) {
    auto [tx, rx] = oneshot<int>();
    std::thread sending([i, out = std::move(tx)]() mutable { static_cast<void>(std::move(out).send(int{i})); });
    const auto got = rx.recv();
    sending.join();
    REQUIRE(*got == i);
  }
}

TEST_CASE("oneshot disconnect_wakes_receiver", "[oneshot]") {
  // A sender that goes without sending ends the wait.
  auto [tx, rx] = oneshot<int>();
  std::thread going([out = std::move(tx)]() mutable {
    std::this_thread::yield();
    const auto gone = std::move(out);
  });
  const auto got = rx.recv();
  going.join();
  REQUIRE(got == outcome::disconnected);
}

TEST_CASE("oneshot disconnect_of_receiver", "[oneshot]") {
  // Without a receiver the message comes back.
  auto [tx, rx] = oneshot<payload::move_only>();
  { const auto gone = std::move(rx); }
  REQUIRE(tx.is_closed());
  auto refused = std::move(tx).send(std::make_unique<int>(7));
  REQUIRE(refused.is_disconnected());
  REQUIRE(*std::move(refused).take() == 7);
}

TEST_CASE("oneshot close", "[oneshot]") {
  // close() refuses what hasn't been sent and keeps what has.
  {
    auto [tx, rx] = oneshot<int>();
    rx.close();
    REQUIRE(tx.is_closed());
    REQUIRE(rx.try_recv() == outcome::disconnected);
    REQUIRE(rx.recv() == outcome::disconnected);
    REQUIRE(std::move(tx).send(1).is_disconnected());
    REQUIRE(rx.recv() == outcome::disconnected);
  }
  {
    auto [tx, rx] = oneshot<int>();
    REQUIRE(std::move(tx).send(1));
    rx.close();
    REQUIRE(*rx.try_recv() == 1);
  }
}

TEST_CASE("oneshot timed", "[oneshot]") {
  // Zero, negative and past deadlines look once; huge ones wait; a message wins over the deadline.
  auto [tx, rx] = oneshot<int>();
  REQUIRE(rx.recv_for(0ns) == outcome::timed_out);
  REQUIRE(rx.recv_for(-1h) == outcome::timed_out);
  REQUIRE(rx.recv_for(1ms) == outcome::timed_out);
  REQUIRE(std::move(tx).send(3));
  REQUIRE(*rx.recv_until(weft::clock::time_point::min()) == 3);
  auto [tx2, rx2] = oneshot<int>();
  std::thread sending([out = std::move(tx2)]() mutable { static_cast<void>(std::move(out).send(4)); });
  const auto got = rx2.recv_for(std::chrono::hours::max());
  sending.join();
  REQUIRE(*got == 4);
}

TEST_CASE("oneshot drops", "[oneshot]") {
  // The message is destroyed once: received, refused, left behind, or never sent.
  std::atomic<int> alive{0};
  {
    auto [tx, rx] = oneshot<payload::counted>();
    REQUIRE(std::move(tx).send(payload::counted(alive, 1)));
    REQUIRE(rx.recv()->id() == 1);
  }
  REQUIRE(alive == 0);
  {
    auto [tx, rx] = oneshot<payload::counted>();
    REQUIRE(std::move(tx).send(payload::counted(alive)));
    REQUIRE(alive == 1);
  }
  REQUIRE(alive == 0);
  {
    auto [tx, rx] = oneshot<payload::counted>();
    rx.close();
    REQUIRE(std::move(tx).send(payload::counted(alive)).is_disconnected());
  }
  REQUIRE(alive == 0);
  { auto [tx, rx] = oneshot<payload::counted>(); }
  REQUIRE(alive == 0);
}

TEST_CASE("oneshot over_aligned", "[oneshot]") {
  // The message lies as aligned as it asks to be.
  auto [tx, rx] = oneshot<payload::wide>();
  REQUIRE(std::move(tx).send(payload::wide(5)));
  auto got = rx.recv();
  REQUIRE(got->is_aligned());
  REQUIRE(got->value == 5);
}

TEST_CASE("oneshot poll", "[oneshot][task]") {
  // The last waker that was left is woken, by the message or by the end; none stays behind.
  payload::bell first;
  payload::bell second;
  {
    const weft::waker first_waker = first.waker();
    const weft::waker second_waker = second.waker();
    context first_task(first_waker);
    context second_task(second_waker);
    {
      auto [tx, rx] = oneshot<int>();
      REQUIRE(rx.poll(first_task).is_pending());
      REQUIRE(rx.poll(second_task).is_pending());
      REQUIRE(std::move(tx).send(1));
      REQUIRE(first.wakes == 0);
      REQUIRE(second.wakes == 1);
      REQUIRE(*rx.poll(second_task).take() == 1);
      REQUIRE(rx.poll(second_task).take() == outcome::disconnected);
    }
    {
      auto [tx, rx] = oneshot<int>();
      REQUIRE(rx.poll(first_task).is_pending());
      { const auto gone = std::move(tx); }
      REQUIRE(first.wakes == 1);
      REQUIRE(rx.poll(first_task).take() == outcome::disconnected);
    }
    {
      auto [tx, rx] = oneshot<int>();
      REQUIRE(rx.poll(first_task).is_pending());
      rx.close();
      REQUIRE(rx.poll(first_task).take() == outcome::disconnected);
    }
    {
      auto [tx, rx] = oneshot<int>();
      REQUIRE(rx.poll(first_task).is_pending());
      { const auto gone = std::move(rx); }
      REQUIRE(std::move(tx).send(1).is_disconnected());
      REQUIRE(first.wakes == 1);
    }
  }
  REQUIRE(first.alive == 0);
  REQUIRE(second.alive == 0);
}

TEST_CASE("oneshot after a poll can be waited for by a thread", "[oneshot][task]") {
  // A receiver that has left a waker may go over to blocking.
  payload::bell bell;
  const weft::waker waker = bell.waker();
  context task(waker);
  auto [tx, rx] = oneshot<int>();
  REQUIRE(rx.poll(task).is_pending());
  std::thread sending([out = std::move(tx)]() mutable { static_cast<void>(std::move(out).send(4)); });
  const auto got = rx.recv();
  sending.join();
  REQUIRE(*got == 4);
  REQUIRE(bell.wakes == 1);
}

TEST_CASE("oneshot ends move and don't copy", "[oneshot]") {
  // Each end has one owner; assigning over an end drops what it held.
  STATIC_REQUIRE(!std::is_copy_constructible_v<oneshot_sender<int>>);
  STATIC_REQUIRE(!std::is_copy_constructible_v<oneshot_receiver<int>>);
  auto [tx, rx] = oneshot<int>();
  auto [tx2, rx2] = oneshot<int>();
  tx = std::move(tx2);
  REQUIRE(rx.recv() == outcome::disconnected);
  rx = std::move(rx2);
  REQUIRE(std::move(tx).send(2));
  REQUIRE(*rx.recv() == 2);
}
