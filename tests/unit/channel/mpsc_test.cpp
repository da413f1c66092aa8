// mpsc<T> is a channel whose receiver has one owner.
#include "payload.hpp"
#include "weft_catch.hpp"

#include <weft/channel/mpsc.hpp>

#include <chrono>
#include <memory>
#include <type_traits>
#include <utility>

using namespace std::chrono_literals;
using weft::channel::mpsc;
using weft::channel::mpsc_receiver;
using weft::channel::outcome;

TEST_CASE("mpsc smoke", "[mpsc]") {
  // Messages of several senders arrive in the order of sending.
  for (bool is_bounded : {true, false}) {
    auto made = is_bounded ? mpsc<payload::move_only>(4) : mpsc<payload::move_only>();
    auto second = made.tx;
    REQUIRE(made.tx.send(std::make_unique<int>(1)));
    REQUIRE(second.send(std::make_unique<int>(2)));
    REQUIRE(made.rx.len() == 2);
    REQUIRE(**made.rx.recv() == 1);
    REQUIRE(**made.rx.try_recv() == 2);
    REQUIRE(made.rx.recv_for(0ns) == outcome::timed_out);
    REQUIRE(made.rx.same_channel(second));
  }
}

TEST_CASE("mpsc capacity", "[mpsc]") {
  // The capacities are those of bounded, 0 included.
  auto two = mpsc<int>(2);
  REQUIRE(two.tx.try_send(1));
  REQUIRE(two.tx.try_send(2));
  REQUIRE(two.tx.try_send(3).is_full());
  REQUIRE(two.rx.capacity() == 2u);
  auto none = mpsc<int>(0);
  REQUIRE(none.tx.try_send(1).is_full());
  REQUIRE(!mpsc<int>().rx.capacity());
}

TEST_CASE("mpsc receiver has one owner", "[mpsc]") {
  // The receiver moves and doesn't copy; when it goes, senders are told.
  STATIC_REQUIRE(!std::is_copy_constructible_v<mpsc_receiver<int>>);
  STATIC_REQUIRE(std::is_nothrow_move_constructible_v<mpsc_receiver<int>>);
  auto [tx, rx] = mpsc<int>(1);
  auto moved = std::move(rx);
  REQUIRE(tx.send(1));
  int sum = 0;
  tx.close();
  for (int& message : moved) sum += message;
  REQUIRE(sum == 1);
  { auto gone = std::move(moved); }
  REQUIRE(tx.send(2).is_disconnected());
}
