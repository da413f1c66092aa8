// Histories of millions of operations show none of the patterns of a wrong queue.
#include "channel_ops.hpp"
#include "together.hpp"
#include "wrong_queue.hpp"

#include "stress_scale.hpp"
#include "weft_catch.hpp"

#include <weft/channel/array_queue.hpp>
#include <weft/channel/channel.hpp>
#include <weft/channel/seg_queue.hpp>
#include <weft/deque/injector.hpp>
#include <weft/deque/work_deque.hpp>
#include <weft_linear/deque_patterns.hpp>
#include <weft_linear/patterns.hpp>
#include <weft_linear/relations.hpp>

#include <cstddef>
#include <cstdint>

using namespace together;
using weft_linear::history;
using weft_linear::queue_patterns;

namespace {

constexpr std::size_t threads = 4;
const std::size_t each = static_cast<std::size_t>(scaled(500'000));
constexpr std::uint64_t seed = 20261124;
constexpr unsigned gaps = 256;
constexpr int ahead = 1000;

const auto by_tickets = [](const timed& a, const timed& b) { return precedes(a, b); };

template <class Record, class Judge>
void check(Record record, Judge judge, std::size_t least = threads * each) {
  recorder pens(threads, seed, gaps, each + 1);
  record(pens);
  const history<std::uint64_t> seen = pens.seen();
  std::size_t operations = 0;
  for (const auto& thread : seen) operations += thread.size();
  CHECK(operations >= least);
  const weft_linear::verdict found = judge(seen);
  INFO("seed " << seed << ": " << found.why);
  REQUIRE(found);
}

}  // namespace

TEST_CASE("array_queue millions", "[linear]") {
  constexpr std::size_t capacity = 16;
  check(
      [](recorder& pens) {
        weft::channel::array_queue<std::int64_t> queue(capacity);
        shuffle(queue, pens, threads, each, ahead);
      },
      [](const auto& of) { return queue_patterns(of, capacity); });
}

TEST_CASE("seg_queue millions", "[linear]") {
  check(
      [](recorder& pens) {
        weft::channel::seg_queue<std::int64_t> queue;
        shuffle(queue, pens, threads, each, ahead);
      },
      [](const auto& of) { return queue_patterns(of); });
}

TEST_CASE("injector millions", "[linear]") {
  check(
      [](recorder& pens) {
        weft::deque::injector<std::int64_t> queue;
        shuffle(queue, pens, threads, each, ahead);
      },
      [](const auto& of) {
        const weft_linear::verdict retries = uncontended_retry(of, by_tickets);
        return retries ? queue_patterns(of) : retries;
      });
}

namespace {
template <class Discipline>
void check_deque() {
  check(
      [](recorder& pens) {
        weft::deque::work_deque<std::int64_t, Discipline> items;
        own_and_steal(items, pens, threads, each, ahead);
      },
      [](const auto& of) {
        const weft_linear::verdict retries = uncontended_retry(of, by_tickets);
        return retries ? deque_patterns(of, std::is_same_v<Discipline, weft::deque::fifo>) : retries;
      });
}
}  // namespace

TEST_CASE("work_deque millions", "[linear]") { check_deque<weft::deque::lifo>(); }
TEST_CASE("work_deque fifo millions", "[linear]") { check_deque<weft::deque::fifo>(); }

namespace {

/// Threads send and receive without waiting; then one of them closes and receives the rest.
void exchange(channel_ops::ends ends, recorder& pens) {
  run(pens, threads, [&](std::size_t, scribe& pen) {
    for (std::size_t i = 0; i < each; ++i) {
      if (pen.choose(2) == 0) {
        channel_ops::send(ends, pen, false);
      } else {
        channel_ops::receive(ends, pen, false);
      }
    }
  });
  channel_ops::close(ends, pens.of(0));
  while (channel_ops::receive(ends, pens.of(0), false) == answer::ok) {
  }
}

/// Half of the threads send and half receive, as many each, and wait for each other.
void hand_over(channel_ops::ends ends, recorder& pens, std::size_t count) {
  run(pens, threads, [&](std::size_t thread, scribe& pen) {
    for (std::size_t i = 0; i < count; ++i) {
      if (thread % 2 == 0) {
        channel_ops::send(ends, pen, true);
      } else {
        channel_ops::receive(ends, pen, true);
      }
    }
  });
}

}  // namespace

TEST_CASE("bounded channel millions", "[linear]") {
  check([](recorder& pens) { exchange(weft::channel::bounded<std::int64_t>(16), pens); },
        [](const auto& of) { return queue_patterns(of, 16); });
}
TEST_CASE("unbounded channel millions", "[linear]") {
  check([](recorder& pens) { exchange(weft::channel::unbounded<std::int64_t>(), pens); },
        [](const auto& of) { return queue_patterns(of); });
}
TEST_CASE("waiting channel millions", "[linear]") {
  check([](recorder& pens) { hand_over(weft::channel::bounded<std::int64_t>(64), pens, each); },
        [](const auto& of) { return queue_patterns(of, 64); });
}
TEST_CASE("rendezvous half a million", "[linear]") {
  // Fewer: most of them put a thread to sleep.
  check([](recorder& pens) { hand_over(weft::channel::bounded<std::int64_t>(0), pens, each / 4); },
        [](const auto& of) {
          const weft_linear::verdict met = apart(of, by_tickets);
          return met ? queue_patterns(of) : met;
        },
        threads * each / 4);
}

TEST_CASE("wrong queues are rejected among millions", "[linear]") {
  for (const fault what : {fault::none, fault::out_of_order, fault::false_empty, fault::doubled, fault::lost}) {
    recorder pens(threads, seed, gaps);
    wrong_queue queue(what);
    shuffle(queue, pens, threads, each / 10, ahead);
    INFO("fault " << static_cast<int>(what));
    CHECK(static_cast<bool>(queue_patterns(pens.seen())) == (what == fault::none));
  }
}
