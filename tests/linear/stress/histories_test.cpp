// Recorded histories of thousands of operations that overlap: each is linearizable to what its type declares.
#include "together.hpp"
#include "wrong_queue.hpp"

#include "stress_scale.hpp"
#include "weft_catch.hpp"

#include <weft/channel/array_queue.hpp>
#include <weft/channel/seg_queue.hpp>
#include <weft/deque/injector.hpp>
#include <weft/deque/work_deque.hpp>
#include <weft_linear/relations.hpp>
#include <weft_linear/specs.hpp>
#include <weft_linear/wing_gong.hpp>

#include <cstddef>
#include <cstdint>

using namespace together;
using weft_linear::history;

namespace {

constexpr std::size_t threads = 3;
const std::size_t each = static_cast<std::size_t>(scaled(1000));
constexpr std::uint64_t histories = 20;
constexpr unsigned gaps = 4;  // one in so many is held open
constexpr int ahead = 2;

const auto by_tickets = [](const timed& a, const timed& b) { return precedes(a, b); };

/// Makes histories by record(pens) and judges them by judge(history).
template <class Record, class Judge>
void check(Record record, Judge judge) {
  std::size_t overlaps = 0;
  for (std::uint64_t seed = 1; seed <= histories; ++seed) {
    recorder pens(threads, seed, gaps);
    record(pens);
    const weft_linear::verdict found = judge(pens.seen());
    INFO("seed " << seed << ": " << found.why);
    REQUIRE(found);
    overlaps += overlapping(pens.seen());
  }
  // Else it would prove nothing. About a third of them do.
  CHECK(overlaps > histories * threads * each / 50);
}

template <class Spec>
auto linearizable(Spec spec) {
  return [=](history<std::uint64_t> of) { return wing_gong(spec, of); };
}

}  // namespace

TEST_CASE("array_queue histories", "[linear]") {
  for (const std::size_t capacity : {1u, 2u, 7u}) {
    check(
        [=](recorder& pens) {
          weft::channel::array_queue<std::int64_t> queue(capacity);
          shuffle(queue, pens, threads, each, ahead);
        },
        linearizable(weft_linear::fifo{capacity, false}));
  }
}

TEST_CASE("array_queue force_push histories", "[linear]") {
  // A force_push that evicts is a pop and then a push.
  constexpr std::size_t capacity = 2;
  const auto force = [](auto& queue, scribe& pen) {
    const std::int64_t value = pen.fresh();
    bool evicted = false;
    pen.note(action::push, [&](timed& it) {
      const auto old = queue.force_push(value);
      evicted = old.has_value();
      it.what = old ? action::pop : action::push;
      it.value = old.value_or(value);
    });
    if (evicted) pen.note_also(action::push, value);
  };
  check(
      [&](recorder& pens) {
        weft::channel::array_queue<std::int64_t> queue(capacity);
        run(pens, threads, [&](std::size_t, scribe& pen) {
          for (std::size_t i = 0; i < each; ++i) {
            const unsigned what = pen.choose(3);
            if (what == 0) force(queue, pen);
            if (what == 1) push(queue, pen);
            if (what == 2) pop(queue, pen);
          }
        });
      },
      linearizable(weft_linear::fifo{capacity, false}));
}

TEST_CASE("seg_queue histories", "[linear]") {
  check(
      [](recorder& pens) {
        weft::channel::seg_queue<std::int64_t> queue;
        shuffle(queue, pens, threads, each, ahead);
      },
      linearizable(weft_linear::fifo{}));
}

TEST_CASE("injector histories", "[linear]") {
  check(
      [](recorder& pens) {
        weft::deque::injector<std::int64_t> queue;
        shuffle(queue, pens, threads, each, ahead);
      },
      [](history<std::uint64_t> of) {
        const weft_linear::verdict retries = uncontended_retry(of, by_tickets);
        return retries ? wing_gong(weft_linear::fifo{weft_linear::unlimited, true}, of) : retries;
      });
}

namespace {
template <class Discipline>
void check_deque() {
  check(
      [](recorder& pens) {
        weft::deque::work_deque<std::int64_t, Discipline> items;
        own_and_steal(items, pens, threads, each, 6);
      },
      [](history<std::uint64_t> of) {
        const weft_linear::verdict retries = uncontended_retry(of, by_tickets);
        return retries ? wing_gong(weft_linear::deque{std::is_same_v<Discipline, weft::deque::fifo>}, of) : retries;
      });
}
}  // namespace

TEST_CASE("work_deque histories", "[linear]") { check_deque<weft::deque::lifo>(); }
TEST_CASE("work_deque fifo histories", "[linear]") { check_deque<weft::deque::fifo>(); }

TEST_CASE("wrong queues are rejected", "[linear]") {
  // By every history, whatever the fault; and none without a fault.
  for (const fault what : {fault::none, fault::out_of_order, fault::false_empty, fault::doubled, fault::lost}) {
    for (std::uint64_t seed = 1; seed <= histories; ++seed) {
      recorder pens(threads, seed, gaps);
      wrong_queue queue(what);
      shuffle(queue, pens, threads, 1000, ahead);
      INFO("seed " << seed << ", fault " << static_cast<int>(what));
      REQUIRE(static_cast<bool>(wing_gong(weft_linear::fifo{}, pens.seen())) == (what == fault::none));
    }
  }
}
