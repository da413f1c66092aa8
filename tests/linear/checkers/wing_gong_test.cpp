// wing_gong accepts a history exactly if some order of its operations is right.
#include "drawn.hpp"
#include "weft_catch.hpp"

#include <weft_linear/specs.hpp>
#include <weft_linear/wing_gong.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

using namespace weft_linear;
using drawn::of;

TEST_CASE("wing_gong fifo", "[linear]") {
  // Histories of a queue, drawn; right ones first.
  CHECK(wing_gong(fifo{}, of({"(+1)(-1)(-e)"})));
  CHECK(wing_gong(fifo{}, of({"(+1    )", "  (-1)"})));
  CHECK(wing_gong(fifo{}, of({"(+1)(-2)", "(+2)(-1)"})));
  CHECK(wing_gong(fifo{}, of({"(+1   )", "(-e)(-1)"})));
  CHECK(wing_gong(fifo{}, of({"(+1)    (-1)", "    (-e    )"})));
  CHECK(wing_gong(fifo{1, false}, of({"(@0)(+1)(@1)(+2f)(-1)(+2)"})));
  CHECK(wing_gong(fifo{}, of({"(+1)(#1)(?0)(-1)(#0)(?1)"})));
  CHECK_FALSE(wing_gong(fifo{}, of({"(+1)(+2)(-2)(-1)"})));
  CHECK_FALSE(wing_gong(fifo{}, of({"(+1)(-e)"})));
  CHECK_FALSE(wing_gong(fifo{}, of({"(+1)(-1)(-1)"})));
  CHECK_FALSE(wing_gong(fifo{}, of({"(-1)(+1)"})));
  CHECK_FALSE(wing_gong(fifo{}, of({"(+1)(-e)(-1)", "(-e          )"})));
  CHECK_FALSE(wing_gong(fifo{}, of({"(+1)    (-1)", "    (-e)    "})));
  CHECK_FALSE(wing_gong(fifo{2, false}, of({"(+1)(+2f)"})));
  CHECK_FALSE(wing_gong(fifo{1, false}, of({"(+1)(+2)"})));
  CHECK_FALSE(wing_gong(fifo{}, of({"(+1)(#0)"})));
}

TEST_CASE("wing_gong lifo and deque", "[linear]") {
  CHECK(wing_gong(lifo{}, of({"(+1)(+2)(-2)(-1)(-e)"})));
  CHECK_FALSE(wing_gong(lifo{}, of({"(+1)(+2)(-1)"})));
  CHECK(wing_gong(deque{}, of({"(+1)(+2)(-2)", "        (s1)(se)(sr)"})));
  CHECK(wing_gong(deque{true}, of({"(+1)(+2)(-1)", "        (s2)"})));
  CHECK_FALSE(wing_gong(deque{}, of({"(+1)(+2)(-2)", "            (se)"})));
  CHECK_FALSE(wing_gong(deque{}, of({"(+1)(+2)    (-1)", "        (s2)"})));
  CHECK_FALSE(wing_gong(deque{true}, of({"(+1)(+2)(-2)"})));
}

TEST_CASE("wing_gong channels", "[linear]") {
  CHECK(wing_gong(channel{}, of({"(+1)(x)(+2d)(!1)", "       (-1)(-d)"})));
  CHECK(wing_gong(channel{}, of({"(+1)(k)(+2d)(-d)"})));
  CHECK(wing_gong(channel{1}, of({"(+1)(+2f)(l)(-1)(-d)"})));
  CHECK_FALSE(wing_gong(channel{}, of({"(+1)(x)(-d)"})));
  CHECK_FALSE(wing_gong(channel{}, of({"(x)(-e)"})));
  CHECK_FALSE(wing_gong(channel{}, of({"(+1d)"})));
  CHECK_FALSE(wing_gong(channel{}, of({"(x)(+1)"})));
  CHECK(wing_gong(rendezvous{}, of({"(+1    )(+2)", "  (-1)  (-2)"})));
  CHECK_FALSE(wing_gong(rendezvous{}, of({"(+1)(+2)", "        (-1)(-2)"})));
  CHECK_FALSE(wing_gong(rendezvous{}, of({"(+1)(-e)(-1)"})));
  CHECK(wing_gong(oneshot{}, of({"(-e)(+1)", "        (-1)(-d)"})));
  CHECK(wing_gong(oneshot{}, of({"(x)(!1)(+1d)(-d)"})));
  CHECK(wing_gong(oneshot{}, of({"(+1)(x)(-1)"})));
  CHECK_FALSE(wing_gong(oneshot{}, of({"(+1)(x)(-d)"})));
  CHECK_FALSE(wing_gong(oneshot{}, of({"(l)(-e)"})));
}

TEST_CASE("wing_gong says where it is stuck", "[linear]") {
  const verdict found = wing_gong(fifo{}, of({"(+1)(+2)(-2)"}));
  CHECK(found.why.find("push 1 ok, push 2 ok >> pop 2 ok") != std::string::npos);
}

namespace {

constexpr std::uint64_t seed = 20261124;
using drawn::action;

const auto by_tickets = [](const drawn::timed& a, const drawn::timed& b) { return precedes(a, b); };

/// Both ways of judging agree on every history, and most but not all of them are right.
template <class Spec>
void agree(int rounds, Spec spec, const std::vector<std::vector<drawn::action>>& actions) {
  drawn::inventor<Spec> inventor(seed, spec);
  int right = 0, disagreed = 0;
  for (int round = 0; round < rounds; ++round) {
    const std::size_t threads = 2 + inventor.below(2);
    const drawn::history made = inventor.make(actions, threads, threads == 2 ? 3 : 2);
    const bool truth = some_order_is_right(spec, made, by_tickets);
    right += truth;
    disagreed += truth != static_cast<bool>(wing_gong(spec, made));
  }
  CHECK(disagreed == 0);
  CHECK(right > rounds / 2);
  CHECK(right < rounds * 9 / 10);
}

}  // namespace

TEST_CASE("wing_gong against every order", "[linear]") {
  // Thousands of small random histories, half of them spoilt.
  agree(10'000, fifo{}, {{action::push, action::pop}});
  agree(5000, fifo{1, false}, {{action::push, action::pop, action::ask_empty}});
  agree(5000, lifo{}, {{action::push, action::pop}});
  agree(5000, deque{}, {{action::push, action::pop}, {action::steal}});
  agree(5000, channel{2}, {{action::push, action::pop, action::close}});
}

TEST_CASE("wing_gong under a partial order", "[linear]") {
  // The same with a random transitive order instead of intervals, as happens-before is: threads in order, and some edges
  // more.
  drawn::inventor<fifo> inventor(seed);
  int right = 0, disagreed = 0;
  constexpr int rounds = 10'000;
  for (int round = 0; round < rounds; ++round) {
    drawn::history made = inventor.make({{action::push, action::pop}}, 3, 2);
    std::array<std::array<bool, 6>, 6> before{};
    for (std::size_t t = 0; t < 3; ++t) {
      for (std::size_t i = 0; i < 2; ++i) made.threads[t][i].object = static_cast<std::uint16_t>(2 * t + i);
      before[2 * t][2 * t + 1] = true;
    }
    // Edges only between operations that the tickets order too, so that there is no cycle; not all of those.
    for (const auto& one : made.threads) {
      for (const auto& a : one) {
        for (const auto& other : made.threads) {
          for (const auto& b : other) {
            if (precedes(a, b) && inventor.below(3) == 0) before[a.object][b.object] = true;
          }
        }
      }
    }
    for (std::size_t via = 0; via < 6; ++via) {
      for (std::size_t a = 0; a < 6; ++a) {
        for (std::size_t b = 0; b < 6; ++b) before[a][b] = before[a][b] || (before[a][via] && before[via][b]);
      }
    }
    const auto order = [&](const drawn::timed& a, const drawn::timed& b) { return before[a.object][b.object]; };
    const bool truth = some_order_is_right(fifo{}, made, order);
    right += truth;
    disagreed += truth != static_cast<bool>(wing_gong(fifo{}, static_cast<history<std::uint64_t>>(made), order));
  }
  CHECK(disagreed == 0);
  CHECK(right > rounds / 2);
  CHECK(right < rounds);
}
