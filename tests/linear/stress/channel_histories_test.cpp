// Recorded histories of channels that are closed while they are in use, of meetings, and of oneshots: each is linearizable.
#include "channel_ops.hpp"
#include "together.hpp"

#include "stress_scale.hpp"
#include "weft_catch.hpp"

#include <weft/channel/channel.hpp>
#include <weft/channel/oneshot.hpp>
#include <weft_linear/relations.hpp>
#include <weft_linear/specs.hpp>
#include <weft_linear/wing_gong.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

using namespace together;
using channel_ops::receive;
using channel_ops::send;
using weft_linear::history;
using weft_linear::verdict;

namespace {

constexpr std::size_t threads = 3;
constexpr std::uint64_t histories = 20;
constexpr unsigned gaps = 4;

const auto by_tickets = [](const timed& a, const timed& b) { return precedes(a, b); };

/// Threads go from one channel to the next, without waiting for each other, and one of them closes it at some time.
template <class Make>
void close_in_use(Make make, std::size_t capacity) {
  const auto count = static_cast<std::uint16_t>(scaled(100));
  for (std::uint64_t seed = 1; seed <= histories; ++seed) {
    recorder pens(threads, seed, gaps);
    std::vector<channel_ops::ends> channels;
    for (std::uint16_t c = 0; c < count; ++c) channels.push_back(make());
    run(pens, threads, [&](std::size_t thread, scribe& pen) {
      for (std::uint16_t c = 0; c < count; ++c) {
        for (unsigned left = 8; left > 0; --left) {
          if (pen.choose(2) == 0) {
            send(channels[c], pen, false, c);
          } else {
            receive(channels[c], pen, false, c);
          }
          if (c % threads == thread && pen.choose(left) == 0) channel_ops::close(channels[c], pen, c);
        }
      }
    });
    const verdict found = wing_gong_each(weft_linear::channel{capacity}, pens.seen());
    INFO("seed " << seed << ": " << found.why);
    REQUIRE(found);
  }
}

}  // namespace

TEST_CASE("bounded channel histories", "[linear]") {
  for (const std::size_t capacity : {1u, 3u}) {
    close_in_use([=] { return weft::channel::bounded<std::int64_t>(capacity); }, capacity);
  }
}
TEST_CASE("unbounded channel histories", "[linear]") {
  close_in_use([] { return weft::channel::unbounded<std::int64_t>(); }, weft_linear::unlimited);
}

namespace {

/// Two send, waiting or not, and the last of them closes; the third receives to the end.
template <class Spec>
void send_and_close(std::size_t capacity, Spec spec, bool meets) {
  const auto each = static_cast<std::size_t>(scaled(1000));
  for (std::uint64_t seed = 1; seed <= histories; ++seed) {
    recorder pens(threads, seed, gaps);
    channel_ops::ends ends = weft::channel::bounded<std::int64_t>(capacity);
    std::atomic<int> senders{2};
    run(pens, threads, [&](std::size_t thread, scribe& pen) {
      if (thread == 2) {
        while (receive(ends, pen, pen.choose(4) != 0) != answer::disconnected) {
        }
        return;
      }
      for (std::size_t i = 0; i < each; ++i) send(ends, pen, pen.choose(4) != 0);
      if (--senders == 0) channel_ops::close(ends, pen);
    });
    verdict found = wing_gong(spec, pens.seen());
    if (found && meets) found = apart(pens.seen(), by_tickets);
    INFO("seed " << seed << ": " << found.why);
    REQUIRE(found);
  }
}

}  // namespace

TEST_CASE("waiting channel histories", "[linear]") { send_and_close(2, weft_linear::channel{2}, false); }
TEST_CASE("rendezvous histories", "[linear]") { send_and_close(0, weft_linear::rendezvous{}, true); }

TEST_CASE("oneshot histories", "[linear]") {
  // Thread 0 sends or goes, thread 1 tries, closes or waits: a thousand times each.
  const auto count = static_cast<std::uint16_t>(scaled(1000));
  for (std::uint64_t seed = 1; seed <= histories; ++seed) {
    recorder pens(2, seed, gaps);
    std::vector<weft::channel::oneshot_ends<std::int64_t>> pairs;
    for (std::uint16_t i = 0; i < count; ++i) pairs.push_back(weft::channel::oneshot<std::int64_t>());
    run(pens, 2, [&](std::size_t thread, scribe& pen) {
      for (std::uint16_t i = 0; i < count; ++i) {
        if (thread == 0) {
          std::optional tx(std::move(pairs[i].tx));
          pen.note(action::is_closed, [&](timed& it) {
            it.object = i;
            it.value = tx->is_closed() ? 1 : 0;
          });
          const bool sends = pen.choose(4) != 0;
          pen.note(sends ? action::push : action::leave, [&, value = pen.fresh()](timed& it) {
            it.object = i;
            it.value = value;
            if (sends) it.said = std::move(*tx).send(value) ? answer::ok : answer::disconnected;
            tx.reset();
          });
          continue;
        }
        auto rx = std::move(pairs[i].rx);
        for (unsigned tries = pen.choose(4); tries <= 4; ++tries) {
          if (pen.choose(8) == 0) {
            pen.note(action::close, [&](timed& it) {
              it.object = i;
              rx.close();
            });
          }
          pen.note(action::pop, [&](timed& it) {
            it.object = i;
            auto got = tries == 4 ? rx.recv() : rx.try_recv();
            it.said = got ? answer::ok : got.is_empty() ? answer::empty : answer::disconnected;
            if (got) it.value = *got;
          });
        }
      }
    });
    const verdict found = wing_gong_each(weft_linear::oneshot{}, pens.seen());
    INFO("seed " << seed << ": " << found.why);
    REQUIRE(found);
  }
}
