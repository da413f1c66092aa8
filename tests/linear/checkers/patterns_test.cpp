// queue_patterns and deque_patterns find what is wrong with a history, and nothing where nothing is.
#include "drawn.hpp"
#include "weft_catch.hpp"

#include <weft_linear/deque_patterns.hpp>
#include <weft_linear/patterns.hpp>
#include <weft_linear/relations.hpp>
#include <weft_linear/specs.hpp>
#include <weft_linear/wing_gong.hpp>

#include <algorithm>
#include <cstdint>
#include <string>

using namespace weft_linear;
using drawn::action;
using drawn::of;

namespace {

const auto by_tickets = [](const drawn::timed& a, const drawn::timed& b) { return precedes(a, b); };

bool says(const verdict& found, const std::string& why) { return !found && found.why.find(why) != std::string::npos; }

constexpr std::uint64_t seed = 20261124;

}  // namespace

TEST_CASE("queue_patterns", "[linear]") {
  // Each pattern, drawn, beside a history that only looks like it.
  CHECK(queue_patterns(of({"(+1)(+2)(-1)(-2)(-e)"})));
  CHECK(says(queue_patterns(of({"(+1)(-2)"})), "nowhere"));
  CHECK(says(queue_patterns(of({"(+1)(-1)(-1)"})), "twice"));
  CHECK(says(queue_patterns(of({"(+1)(+1)"})), "pushed twice"));
  CHECK(says(queue_patterns(of({"(-1)(+1)"})), "before it was pushed"));
  CHECK(queue_patterns(of({"(+1  )", "(-1  )"})));
  CHECK(says(queue_patterns(of({"(+1)(+2)(-2)(-1)"})), "overtook 1"));
  CHECK(says(queue_patterns(of({"(+1)(+2)(-2)"})), "overtook 1"));
  CHECK(queue_patterns(of({"(+1 )   ", "   (+2)(-2)(-1)"})));
  CHECK(says(queue_patterns(of({"(+1)    (-1)", "    (-e)"})), "never surely so"));
  // Covered by two values together, though by neither alone.
  CHECK(says(queue_patterns(of({"(+1)         (-1)", "       (+2)             (-2)", "     (-e           )"})),
             "never surely so"));
  CHECK(queue_patterns(of({"(+1)      (-1)", "          (+2)          (-2)", "     (-e           )"})));
}

TEST_CASE("queue_patterns of full and closed", "[linear]") {
  CHECK(queue_patterns(of({"(+1)(+2f)(-1)(+2)"}), 1));
  CHECK(says(queue_patterns(of({"(+1)(+2f)"}), 2), "never so many"));
  CHECK(says(queue_patterns(of({"(+1)(+2)(-1)(-2)"}), 1), "more inside"));
  CHECK(says(queue_patterns(of({"(+1f)"})), "unlimited"));
  CHECK(queue_patterns(of({"(+1)(x)(+2d)(-1)(-d)"})));
  CHECK(says(queue_patterns(of({"(x)(+1)"})), "after the close"));
  CHECK(says(queue_patterns(of({"(+1d)(x)"})), "before the close"));
  CHECK(says(queue_patterns(of({"(x)(-e)"})), "closed"));
  CHECK(says(queue_patterns(of({"(+1)(x)(-d)"})), "something was inside"));
  CHECK(says(queue_patterns(of({"(-d)(x)"})), "open"));
}

TEST_CASE("deque_patterns", "[linear]") {
  CHECK(deque_patterns(of({"(+1)(+2)(-2)", "        (s1)"})));
  CHECK(says(deque_patterns(of({"(+1)(+2)    (-1)", "        (s2)"})), "overtook 1"));
  CHECK(says(deque_patterns(of({"(+1)(+2)(-1)(-2)"})), "left the newer 2 behind"));
  CHECK(deque_patterns(of({"(+1)(+2)(-1)(-2)"}), true));
  CHECK(deque_patterns(of({"(+1)(+2)(-1)", "        (s2     )"})));
  CHECK(says(deque_patterns(of({"(+1)      (-1)", "    (se)"})), "never surely so"));
}

TEST_CASE("uncontended_retry", "[linear]") {
  CHECK(uncontended_retry<std::uint64_t>(of({"(+1)(-1  )", "    (sr  )"}), by_tickets));
  CHECK_FALSE(uncontended_retry<std::uint64_t>(of({"(+1)(-1)", "        (sr  )"}), by_tickets));
  CHECK_FALSE(uncontended_retry<std::uint64_t>(of({"(+1    )", " (sr)"}), by_tickets));
}

TEST_CASE("apart", "[linear]") {
  CHECK(apart<std::uint64_t>(of({"(+1   )", "   (-1)"}), by_tickets));
  CHECK_FALSE(apart<std::uint64_t>(of({"(+1)", "    (-1)"}), by_tickets));
  CHECK_FALSE(apart<std::uint64_t>(of({"(-1)"}), by_tickets));
}

TEST_CASE("queue_patterns against every order", "[linear]") {
  // On unbounded queues the patterns are exact: thousands of small random histories, half of them spoilt.
  drawn::inventor<fifo> inventor(seed);
  constexpr int rounds = 20'000;
  int right = 0, disagreed = 0;
  for (int round = 0; round < rounds; ++round) {
    const std::size_t threads = 2 + inventor.below(2);
    const drawn::history made = inventor.make({{action::push, action::pop}}, threads, threads == 2 ? 3 : 2);
    const bool truth = some_order_is_right(fifo{}, made, by_tickets);
    right += truth;
    disagreed += truth != static_cast<bool>(queue_patterns(made));
  }
  CHECK(disagreed == 0);
  CHECK(right > rounds / 3);
  CHECK(right < rounds * 9 / 10);
}

TEST_CASE("queue_patterns against wing_gong", "[linear]") {
  // The same on histories too long for trying every order.
  drawn::inventor<fifo> inventor(seed);
  constexpr int rounds = 10'000;
  int right = 0, disagreed = 0;
  for (int round = 0; round < rounds; ++round) {
    const drawn::history made = inventor.make({{action::push, action::pop}}, 2 + inventor.below(3), 6);
    const bool truth = static_cast<bool>(wing_gong(fifo{}, made));
    right += truth;
    disagreed += truth != static_cast<bool>(queue_patterns(made));
  }
  CHECK(disagreed == 0);
  CHECK(right > rounds / 3);
  CHECK(right < rounds * 9 / 10);
}

namespace {

/// What the patterns reject is wrong; and how many wrong ones they let pass.
template <class Spec, class Judge>
int missed(int rounds, Spec spec, const std::vector<std::vector<action>>& actions, Judge judge) {
  drawn::inventor<Spec> inventor(seed, spec);
  int missed = 0, false_alarms = 0, found = 0;
  for (int round = 0; round < rounds; ++round) {
    const drawn::history made = inventor.make(actions, 2 + inventor.below(2), 5);
    const bool truth = static_cast<bool>(wing_gong(spec, made));
    const bool judged = static_cast<bool>(judge(made));
    false_alarms += truth && !judged;
    missed += !truth && judged;
    found += !truth && !judged;
  }
  CHECK(false_alarms == 0);
  CHECK(found > rounds / 10);
  return missed;
}

}  // namespace

TEST_CASE("necessary patterns raise no false alarm", "[linear]") {
  // Those of bounded, closed and stolen histories reject nothing that is right, and let pass few that are wrong.
  constexpr int rounds = 10'000;
  CHECK(missed(rounds, fifo{2, false}, {{action::push, action::pop}}, [](const auto& it) { return queue_patterns(it, 2); }) <
        rounds / 200);
  CHECK(missed(rounds, channel{}, {{action::push, action::pop, action::push, action::pop, action::close}},
               [](const auto& it) { return queue_patterns(it); }) < rounds / 200);
  CHECK(missed(rounds, deque{}, {{action::push, action::push, action::pop}, {action::steal}},
               [](const auto& it) { return deque_patterns(it); }) < rounds / 200);
  CHECK(missed(rounds, deque{true}, {{action::push, action::push, action::pop}, {action::steal}},
               [](const auto& it) { return deque_patterns(it, true); }) < rounds / 200);
}
