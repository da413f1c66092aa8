// oneshot<T> when its two ends meet at the worst moments.
#include "flow.hpp"
#include "weft_catch.hpp"

#include <weft/atomic/parker.hpp>
#include <weft/channel/oneshot.hpp>

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <thread>
#include <utility>

using namespace std::chrono_literals;
using flow::scaled;
using weft::channel::oneshot;
using weft::channel::oneshot_receiver;
using weft::channel::oneshot_sender;
using weft::channel::outcome;

namespace {
using message = std::shared_ptr<int>;

/// Runs both ends at once, many times; each message must be gone afterwards. Returns how often both said `ok`, or -1: they disagreed.
template <class Send, class Receive>
void meet(std::size_t rounds, Send send, Receive receive) {
  const message everybody = std::make_shared<int>(0);
  for (std::size_t round = 0; round < rounds; ++round) {
    bool sent = false;
    bool received = false;
    bool must_agree = true;
    {
      flow::crew both(2);
      auto ends = oneshot<message>();
      both.add([&, tx = std::move(ends.tx)]() mutable { sent = send(std::move(tx), everybody, round); });
      both.add([&, rx = std::move(ends.rx)]() mutable { must_agree = receive(std::move(rx), received, round); });
    }
    REQUIRE(everybody.use_count() == 1);
    if (must_agree) REQUIRE(sent == received);
    if (received) REQUIRE(sent);
  }
}

bool send_it(oneshot_sender<message> tx, const message& what, std::size_t) { return bool(std::move(tx).send(what)); }
bool send_sometimes(oneshot_sender<message> tx, const message& what, std::size_t round) {
  return round % 2 == 0 && bool(std::move(tx).send(what));
}
}  // namespace

TEST_CASE("oneshot send against recv", "[oneshot]") {
  // A blocking receive gets the message or the news that there is none.
  meet(scaled(500), send_sometimes, [](oneshot_receiver<message> rx, bool& got, std::size_t) {
    got = bool(rx.recv());
    return true;
  });
}

TEST_CASE("oneshot send against close and try_recv", "[oneshot]") {
  // After close(), try_recv gets the message exactly if the send said `ok`.
  meet(scaled(500), send_it, [](oneshot_receiver<message> rx, bool& got, std::size_t round) {
    for (std::size_t i = 0; i < round % 5; ++i) std::this_thread::yield();
    rx.close();
    got = bool(rx.try_recv());
    return true;
  });
}

TEST_CASE("oneshot send against drop", "[oneshot]") {
  // A receiver that goes leaves no message behind, whether it has looked or not.
  meet(scaled(500), send_it, [](oneshot_receiver<message> rx, bool& got, std::size_t round) {
    if (round % 2 == 0) got = bool(rx.try_recv());
    return false;
  });
}

TEST_CASE("oneshot send against poll and drop", "[oneshot][task]") {
  // A task that leaves its waker and goes touches nothing that the sender still uses.
  meet(scaled(500), send_sometimes, [](oneshot_receiver<message> rx, bool& got, std::size_t round) {
    weft::parker bed;
    const weft::waker waker = weft::unpark_waker(bed.unparker());
    weft::context task(waker);
    for (std::size_t i = 0; i <= round % 3; ++i) {
      if (auto result = rx.poll(task); result.is_ready()) {
        got = bool(std::move(result).take());
        return true;
      }
    }
    return false;
  });
}

TEST_CASE("oneshot send against a task that waits", "[oneshot][task]") {
  // A task is woken for the message or for its absence; two polls on the way change nothing.
  meet(scaled(500), send_sometimes, [](oneshot_receiver<message> rx, bool& got, std::size_t) {
    weft::parker bed;
    const weft::waker waker = weft::unpark_waker(bed.unparker());
    weft::context task(waker);
    for (;;) {
      if (auto result = rx.poll(task); result.is_ready()) {
        got = bool(std::move(result).take());
        return true;
      }
      bed.park();
    }
  });
}

TEST_CASE("oneshot send against timed receives", "[oneshot]") {
  // A receive that gives up and tries again loses nothing.
  meet(scaled(200), send_sometimes, [](oneshot_receiver<message> rx, bool& got, std::size_t) {
    for (auto patience = 1us;; patience *= 2) {
      auto result = rx.recv_for(patience);
      if (result.is_timed_out()) continue;
      got = bool(result);
      return true;
    }
  });
}
