// Channels under many threads and tasks: nothing is lost, doubled, invented or overtaken, and nobody sleeps for ever.
#include "flow.hpp"
#include "weft_catch.hpp"

#include <weft/atomic/parker.hpp>
#include <weft/channel/channel.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

using namespace std::chrono_literals;
using flow::scaled;
using weft::channel::bounded;
using weft::channel::ends;
using weft::channel::outcome;
using weft::channel::receiver;
using weft::channel::sender;
using weft::channel::unbounded;

namespace {
constexpr std::size_t without_bound = ~std::size_t{0};

ends<std::uint64_t> make(std::size_t capacity) {
  return capacity == without_bound ? unbounded<std::uint64_t>() : bounded<std::uint64_t>(capacity);
}

/// Each producer has a handle, and drops it when done; each consumer receives until the channel is disconnected.
template <class Send, class Receive>
bool flows(std::size_t producers, std::size_t consumers, std::size_t capacity, std::size_t total, Send send, Receive receive,
           bool minds_order = true) {
  const std::size_t count = total / producers;
  std::vector<flow::witness> witnesses(consumers, flow::witness(producers, minds_order));
  {
    flow::crew all(producers + consumers);
    auto [tx, rx] = make(capacity);
    for (std::size_t p = 0; p < producers; ++p) {
      all.add([=, out = tx]() mutable {
        for (std::size_t i = 0; i < count; ++i) send(out, flow::message(p, i));
      });
    }
    for (std::size_t c = 0; c < consumers; ++c) {
      all.add([=, mine = &witnesses[c], in = rx]() mutable {
        while (std::optional<std::uint64_t> what = receive(in)) mine->saw(*what);
      });
    }
    const auto last = std::move(tx);
  }
  return flow::saw_all_once(witnesses, std::vector<std::size_t>(producers, count));
}

const auto blocking_send = [](sender<std::uint64_t>& out, std::uint64_t what) { static_cast<void>(out.send(what)); };
const auto blocking_recv = [](receiver<std::uint64_t>& in) { return in.recv().into_optional(); };

bool flows(std::size_t producers, std::size_t consumers, std::size_t capacity, std::size_t total) {
  return flows(producers, consumers, capacity, total, blocking_send, blocking_recv);
}

/// Runs a channel's future to its end on this thread.
template <class Future>
auto finish(Future future) {
  weft::parker bed;
  const weft::waker waker = weft::unpark_waker(bed.unparker());
  weft::context task(waker);
  for (;;) {
    if (auto result = future.poll(task); result.is_ready()) return std::move(result).take();
    bed.park();
  }
}

const auto async_send = [](sender<std::uint64_t>& out, std::uint64_t what) {
  static_cast<void>(finish(out.send_async(what)));
};
const auto async_recv = [](receiver<std::uint64_t>& in) { return finish(in.recv_async()).into_optional(); };
}  // namespace

TEST_CASE("channel spsc", "[channel]") {
  // One sender, one receiver, each kind of channel.
  REQUIRE(flows(1, 1, 0, scaled(5'000)));
  REQUIRE(flows(1, 1, 1, scaled(5'000)));
  REQUIRE(flows(1, 1, 1024, scaled(200'000)));
  REQUIRE(flows(1, 1, without_bound, scaled(200'000)));
}

TEST_CASE("channel mpsc", "[channel]") {
  // Four senders, one receiver.
  REQUIRE(flows(4, 1, 0, scaled(5'000)));
  REQUIRE(flows(4, 1, 1, scaled(5'000)));
  REQUIRE(flows(4, 1, 1024, scaled(100'000)));
  REQUIRE(flows(4, 1, without_bound, scaled(100'000)));
}

TEST_CASE("channel mpmc", "[channel]") {
  // Four of both.
  REQUIRE(flows(4, 4, 0, scaled(5'000)));
  REQUIRE(flows(4, 4, 1, scaled(5'000)));
  REQUIRE(flows(4, 4, 3, scaled(5'000)));
  REQUIRE(flows(4, 4, without_bound, scaled(100'000)));
}

TEST_CASE("channel stampede", "[channel]") {
  // Thirty-two threads on two places, or on none.
  REQUIRE(flows(16, 16, 2, scaled(8'000)));
  REQUIRE(flows(16, 16, 0, scaled(8'000)));
}

TEST_CASE("channel tasks and threads", "[channel][task]") {
  // Threads send to tasks, tasks send to threads, tasks to tasks.
  for (std::size_t capacity : {std::size_t{0}, std::size_t{1}, std::size_t{7}, without_bound}) {
    REQUIRE(flows(2, 2, capacity, scaled(5'000), blocking_send, async_recv));
    REQUIRE(flows(2, 2, capacity, scaled(5'000), async_send, blocking_recv));
    REQUIRE(flows(2, 2, capacity, scaled(5'000), async_send, async_recv));
  }
}

TEST_CASE("channel timed calls lose nothing", "[channel]") {
  // Sends and receives that give up after a moment and try again neither lose nor double a message.
  const auto send = [](sender<std::uint64_t>& out, std::uint64_t what) {
    for (auto result = out.send_for(what, 1us); !result; result = out.send_for(what, 20us)) {
    }
  };
  const auto receive = [](receiver<std::uint64_t>& in) -> std::optional<std::uint64_t> {
    for (;;) {
      auto result = in.recv_for(10us);
      if (result) return *result;
      if (result.is_disconnected()) return std::nullopt;
    }
  };
  for (std::size_t capacity : {std::size_t{0}, std::size_t{1}, std::size_t{3}, without_bound}) {
    REQUIRE(flows(3, 3, capacity, scaled(9'000), send, receive));
  }
}

TEST_CASE("channel cancelled tasks lose nothing", "[channel][task]") {
  // Receives and sends that are polled and dropped neither lose nor double a message, nor keep a wake-up to themselves.
  const auto receive = [](receiver<std::uint64_t>& in) -> std::optional<std::uint64_t> {
    weft::parker unheard;
    const weft::waker waker = weft::unpark_waker(unheard.unparker());
    weft::context task(waker);
    for (int i = 0; i < 2; ++i) {
      auto future = in.recv_async();
      if (auto result = future.poll(task); result.is_ready()) return std::move(result).take().into_optional();
      std::this_thread::yield();
    }
    return in.recv().into_optional();
  };
  const auto send = [](sender<std::uint64_t>& out, std::uint64_t what) {
    weft::parker unheard;
    const weft::waker waker = weft::unpark_waker(unheard.unparker());
    weft::context task(waker);
    std::optional<std::uint64_t> message = what;
    if (out.poll_send(task, message).is_ready()) return;
    std::this_thread::yield();
    if (std::optional<std::uint64_t> back = out.cancel_send()) message = back;
    // A rendezvous that kept the message and doesn't give it back has delivered it.
    if (message) static_cast<void>(out.send(*message));
  };
  for (std::size_t capacity : {std::size_t{0}, std::size_t{1}, std::size_t{3}}) {
    // A rendezvous can't keep the order here: what was handed to a receive that went away may be overtaken (README, Holes).
    REQUIRE(flows(3, 3, capacity, scaled(9'000), send, receive, capacity != 0));
  }
}

TEST_CASE("channel close loses nothing", "[channel]") {
  // What a send said `ok` for before a close is received, and nothing else is.
  for (std::size_t capacity : {std::size_t{0}, std::size_t{1}, std::size_t{2}, std::size_t{64}, without_bound}) {
    for (std::size_t round = 0; round < scaled(20); ++round) {
      std::vector<flow::witness> witnesses(2, flow::witness(2));
      std::vector<std::size_t> counts(2, 0);
      {
        flow::crew all(5);
        auto [tx, rx] = make(capacity);
        for (std::size_t p = 0; p < 2; ++p) {
          all.add([p, mine = &counts[p], out = tx]() mutable {
            while (out.send(flow::message(p, *mine))) ++*mine;
          });
        }
        for (std::size_t c = 0; c < 2; ++c) {
          all.add([mine = &witnesses[c], in = rx]() mutable {
            while (auto what = in.recv()) mine->saw(*what);
          });
        }
        all.add([round, in = rx]() mutable {
          for (std::size_t i = 0; i < round % 7; ++i) std::this_thread::yield();
          in.close();
        });
      }
      REQUIRE(flow::saw_all_once(witnesses, counts));
    }
  }
}

TEST_CASE("channel drops", "[channel]") {
  // When receivers go in the middle of it all, every message is received, destroyed, or handed back; none is left or freed twice.
  for (std::size_t capacity : {std::size_t{0}, std::size_t{1}, std::size_t{5}, without_bound}) {
    for (std::size_t round = 0; round < scaled(20); ++round) {
      const auto everybody = std::make_shared<int>(0);
      {
        flow::crew all(4);
        auto [tx, rx] =
            capacity == without_bound ? unbounded<std::shared_ptr<int>>() : bounded<std::shared_ptr<int>>(capacity);
        for (int p = 0; p < 2; ++p) {
          all.add([everybody, out = tx]() mutable {
            while (out.send(everybody)) {
            }
          });
        }
        for (std::size_t c = 0; c < 2; ++c) {
          all.add([=, in = rx]() mutable {
            for (std::size_t i = 0; i < (round + c) % 9; ++i) static_cast<void>(in.recv());
          });
        }
      }
      REQUIRE(everybody.use_count() == 1);
    }
  }
}

TEST_CASE("channel linearizable", "[channel]") {
  // With as many places as threads, a receive after an own send never finds the channel empty.
  constexpr std::size_t threads = 4;
  for (std::size_t capacity : {threads, without_bound}) {
    auto [tx, rx] = make(capacity);
    std::atomic<int> broken{0};
    {
      flow::crew all(threads);
      for (std::size_t t = 0; t < threads; ++t) {
        all.add([&broken, t, out = tx, in = rx]() mutable {
          for (std::size_t i = 0; i < scaled(30'000); ++i) {
            if (!out.try_send(flow::message(t, i))) ++broken;
            if (!in.try_recv()) ++broken;
          }
        });
      }
    }
    REQUIRE(broken == 0);
  }
}
