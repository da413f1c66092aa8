// Distances, and the orders of stealing, waking and binding that follow from them, are these on machines that don't exist.
#include <weft/par/detail/topology.hpp>

#include "hybrid_machine.hpp"
#include "weft_catch.hpp"

#include <algorithm>
#include <numeric>
#include <string>
#include <vector>

using weft::par::detail::least_ranked;
using weft::par::detail::nearest_of;
using weft::par::detail::nearness;
using weft::par::detail::topology;
using numbers = std::vector<std::size_t>;

namespace {

// On nobody's word but the constructor's: node, L3, L2, core and thread, from the outside in.
struct shape {
  std::size_t nodes, l3s, l2s, cores, threads;
};
topology make(const shape& s) {
  std::vector<topology::place> places;
  const auto number = [](std::size_t n) { return static_cast<std::uint32_t>(n); };
  for (std::size_t i = 0; i < s.nodes * s.l3s * s.l2s * s.cores * s.threads; ++i) {
    const std::size_t core = i / s.threads;
    const std::size_t l2 = core / s.cores;
    const std::size_t l3 = l2 / s.l2s;
    places.push_back({number(core), number(l2), number(l3), number(l3 / s.l3s), 0});
  }
  return topology(std::move(places), "made");
}

topology synthetic(const char* description) { return topology::read({.synthetic = description}); }
topology hybrid() { return topology::read({.xml = hybrid_machine}); }

numbers from_to(std::size_t first, std::size_t last) {
  numbers all(last - first + 1);
  std::iota(all.begin(), all.end(), first);
  return all;
}
numbers operator+(numbers a, const numbers& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

// A thief on a processor takes once from everybody else; there is one on each.
numbers steal_order(const topology& t, std::size_t thief, std::size_t start) {
  std::vector<bool> has_work(t.size());
  for (std::size_t i = 0; i < t.size(); ++i) has_work[i] = t.knows(i) && i != thief;
  numbers order;
  for (;;) {
    const std::size_t victim = nearest_of(
        t.size(), start, [&](std::size_t i) { return has_work[i]; }, [&](std::size_t i) { return t.between(thief, i); });
    if (victim == t.size()) return order;
    has_work[victim] = false;
    order.push_back(victim);
  }
}

// Everybody but the waker sleeps, the first processor's thread on top; one after the other is woken.
numbers wake_order(const topology& t, std::size_t waker) {
  struct sleeper {
    std::size_t processor;
    sleeper* below;
  };
  std::vector<sleeper> list;
  list.reserve(t.size());
  for (std::size_t i = 0; i < t.size(); ++i) {
    if (i != waker && t.knows(i)) list.push_back({i, nullptr});
  }
  const auto relink = [&] {
    for (std::size_t i = 0; i < list.size(); ++i) list[i].below = i + 1 < list.size() ? &list[i + 1] : nullptr;
  };
  numbers order;
  while (!list.empty()) {
    relink();
    const sleeper& chosen = least_ranked(
        list.front(), [](const sleeper& each) { return each.below; },
        [&](const sleeper& each) { return t.wake_rank(waker, each.processor); });
    order.push_back(chosen.processor);
    list.erase(list.begin() + (&chosen - list.data()));
  }
  return order;
}

}  // namespace

TEST_CASE("topology flat: everything is near, and nobody suits better than the one on top", "[par][topology]") {
  const topology flat;
  CHECK(flat.is_flat());
  CHECK(flat.between(0, 1) == nearness::core);
  CHECK(flat.between(3, 100'000) == nearness::core);
  CHECK(flat.wake_rank(0, 7) == 0);
  CHECK(flat.kind_of(3) == 0);
  CHECK(flat.compact_order(numbers{4, 2, 9}) == numbers{4, 2, 9});
  CHECK(flat.spread_order(numbers{4, 2, 9}) == numbers{4, 2, 9});
}

TEST_CASE("topology steal order: thread, L3, node, remote, from the start on among equals", "[par][topology]") {
  const topology t = make({2, 4, 8, 1, 2});
  REQUIRE(t.size() == 128);
  CHECK(steal_order(t, 0, 0) == numbers{1} + from_to(2, 15) + from_to(16, 63) + from_to(64, 127));
  CHECK(steal_order(t, 0, 10) == numbers{1} + from_to(10, 15) + from_to(2, 9) + from_to(16, 63) + from_to(64, 127));
  CHECK(steal_order(t, 70, 100) ==
        numbers{71} + from_to(64, 69) + from_to(72, 79) + from_to(100, 127) + from_to(80, 99) + from_to(0, 63));
}

TEST_CASE("topology steal order: cores that share an L2 come before those that share an L3", "[par][topology]") {
  const topology t = make({1, 2, 2, 2, 2});
  CHECK(steal_order(t, 0, 0) == numbers{1, 2, 3} + from_to(4, 7) + from_to(8, 15));
  CHECK(steal_order(t, 5, 0) == numbers{4, 6, 7} + from_to(0, 3) + from_to(8, 15));
}

TEST_CASE("topology wake order: under the L3, in the node, elsewhere, and last the waker's own core", "[par][topology]") {
  const topology t = make({2, 2, 2, 2, 2});
  CHECK(wake_order(t, 0) == from_to(2, 31) + numbers{1});
  CHECK(wake_order(t, 12) == from_to(8, 11) + numbers{14, 15} + from_to(0, 7) + from_to(16, 31) + numbers{13});
}

TEST_CASE("topology wake order looks at 64 sleepers, no further", "[par][topology]") {
  const topology t = make({2, 1, 65, 1, 1});  // processors 65 to 129 are near to the waker on 129
  const numbers order = wake_order(t, 129);
  CHECK(order[0] == 0);   // of 0 to 63, all remote
  CHECK(order[1] == 1);   // of 1 to 64
  CHECK(order[2] == 65);  // of 2 to 65
}

TEST_CASE("topology orders of binding: neighbours first, or as far apart as can be", "[par][topology]") {
  const topology t = make({2, 2, 1, 2, 2});
  CHECK(t.compact_order(from_to(0, 15)) == from_to(0, 15));
  CHECK(t.spread_order(from_to(0, 15)) == numbers{0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15});
  CHECK(t.spread_order(numbers{3, 4, 5, 6, 7}) == numbers{3, 4, 6, 5, 7});
  CHECK(t.compact_order(numbers{99, 7, 6, 0}) == numbers{0, 6, 7, 99});  // what the machine doesn't know comes last
  CHECK(t.spread_order(numbers{}).empty());
}

TEST_CASE("topology capacity: a processor that it doesn't know is remote", "[par][topology]") {
  const topology t({{0, 0, 0, 0, 0}, {}, {1, 1, 0, 0, 0}}, "made");
  CHECK(t.between(0, 2) == nearness::l3);
  CHECK(t.between(0, 1) == nearness::remote);
  CHECK(t.between(1, 0) == nearness::remote);
  CHECK(t.between(0, 4000) == nearness::remote);
  CHECK(t.between(4000, 0) == nearness::remote);
  CHECK(t.total().processors == 2);
}

TEST_CASE("topology: levels that only a part of the machine has don't bring strangers together", "[par][topology]") {
  constexpr std::uint32_t none = topology::none;
  const topology t({{0, none, 0, none, 0},     // an L3 right above its core
                    {1, 0, 0, none, 0},        // both
                    {2, none, none, none, 0},  // a core alone
                    {3, 1, none, none, 0},     // an L2 alone
                    {4, 2, 1, none, 0},        // both, with the number of that L2
                    {5, 3, 2, none, 0}},       // both, with the number of that core
                   "made");
  CHECK(t.between(0, 1) == nearness::l3);
  for (std::size_t a = 0; a < t.size(); ++a) {
    for (std::size_t b = std::max<std::size_t>(a + 1, 2); b < t.size(); ++b) CHECK(t.between(a, b) == nearness::node);
  }
}

#if __has_include(<hwloc.h>) && __has_include(<hwloc/autogen/config.h>)

TEST_CASE("topology by hwloc: two nodes, two L3 each, two L2 each, two threads a core", "[par][topology]") {
  const topology t = synthetic("node:2 l3:2 l2:2 core:1 pu:2");
  INFO(t.origin());
  REQUIRE(t.size() == 16);
  CHECK(t.total().cores == 8);
  CHECK(t.total().l2 == 8);
  CHECK(t.total().l3 == 4);
  CHECK(t.total().nodes == 2);
  CHECK(t.total().kinds == numbers{16});
  CHECK(t.origin().ends_with(", of a machine that it was told of"));
  CHECK(steal_order(t, 0, 0) == from_to(1, 15));
  CHECK(steal_order(t, 9, 0) == numbers{8, 10, 11} + from_to(12, 15) + from_to(0, 7));
  const topology made = make({2, 2, 2, 1, 2});
  for (std::size_t a = 0; a < 16; ++a) {
    for (std::size_t b = 0; b < 16; ++b) CHECK(t.between(a, b) == made.between(a, b));
  }
}

TEST_CASE("topology by hwloc: two packages with four L3 of eight cores with two threads", "[par][topology]") {
  const topology t = synthetic("package:2 [numa] l3:4 core:8 pu:2");
  REQUIRE(t.size() == 128);
  const topology made = make({2, 4, 8, 1, 2});
  CHECK(steal_order(t, 37, 11) == steal_order(made, 37, 11));
  CHECK(wake_order(t, 37) == wake_order(made, 37));
  CHECK(t.spread_order(from_to(0, 127)) == made.spread_order(from_to(0, 127)));
}

TEST_CASE("topology by hwloc: nodes without an L3", "[par][topology]") {
  const topology t = synthetic("node:2 core:2 pu:2");
  REQUIRE(t.size() == 8);
  CHECK(t.total().l3 == 0);
  CHECK(steal_order(t, 5, 0) == numbers{4, 6, 7, 0, 1, 2, 3});
  CHECK(wake_order(t, 5) == numbers{6, 7, 0, 1, 2, 3, 4});
}

TEST_CASE("topology by hwloc: memory of the whole machine doesn't hide the nodes", "[par][topology]") {
  const topology t = synthetic("[numa] package:2 [numa] core:2 pu:1");
  REQUIRE(t.size() == 4);
  CHECK(t.total().nodes == 2);
  CHECK(t.between(0, 1) == nearness::node);
  CHECK(t.between(0, 2) == nearness::remote);
}

TEST_CASE("topology by hwloc: a machine of threads alone", "[par][topology]") {
  const topology t = synthetic("pu:4");
  REQUIRE(t.size() == 4);
  CHECK(steal_order(t, 2, 3) == numbers{3, 0, 1});
}

TEST_CASE("topology by hwloc: numbers of processors as the system gives them", "[par][topology]") {
  const topology t = synthetic("core:2 pu:2(indexes=0,2,5,7)");
  REQUIRE(t.size() == 8);
  CHECK(t.total().processors == 4);
  CHECK_FALSE(t.knows(1));
  CHECK(t.between(0, 2) == nearness::core);
  CHECK(t.between(0, 5) == nearness::node);
  CHECK(t.between(0, 1) == nearness::remote);
}

TEST_CASE("topology by hwloc: kinds of cores, the big ones are woken and bound first", "[par][topology]") {
  const topology t = hybrid();
  INFO(t.origin());
  REQUIRE(t.size() == 10);
  CHECK(t.total().kinds == numbers{2, 4, 4});
  CHECK(t.kind_of(0) == 2);
  CHECK(t.kind_of(7) == 1);
  CHECK(t.kind_of(8) == 0);
  CHECK(steal_order(t, 0, 0) == from_to(1, 9));
  CHECK(steal_order(t, 6, 0) == numbers{4, 5, 7} + from_to(0, 3) + numbers{8, 9});
  CHECK(steal_order(t, 8, 0) == numbers{9} + from_to(0, 7));
  CHECK(wake_order(t, 0) == numbers{2, 3, 1} + from_to(4, 9));
  CHECK(wake_order(t, 9) == numbers{0, 1, 2, 3, 4, 5, 6, 7, 8});
  CHECK(t.compact_order(from_to(0, 9)) == from_to(0, 9));
  CHECK(t.spread_order(from_to(0, 9)) == numbers{0, 2, 4, 5, 6, 7, 8, 9, 1, 3});
}

TEST_CASE("topology refuses nonsense, stays flat and says so", "[par][topology]") {
  for (const char* text : {"", "rubbish", "core:-1", "node:2 pu", "core:0"}) {
    INFO(text);
    const topology t = synthetic(text);
    CHECK(t.is_flat());
    CHECK(t.origin().starts_with("flat: hwloc_topology_"));
  }
  const topology t = topology::read({.xml = "<topology version=\"2.0\"><object type=\"Mach"});
  CHECK(t.is_flat());
}

TEST_CASE("topology without the library is flat and says which it wanted", "[par][topology]") {
  const topology t = topology::read({.library = "libhwloc-that-is-nowhere.so.15"});
  CHECK(t.is_flat());
  CHECK(t.origin().find("libhwloc-that-is-nowhere.so.15") != std::string::npos);
}

TEST_CASE("topology by a library that calls itself hwloc 3 is flat: its functions take other arguments", "[par][topology]") {
  const topology t = topology::read({.library = WEFT_FAKE_HWLOC_3});
  CHECK(t.is_flat());
  CHECK(t.origin().find("is hwloc 3.0, and weft knows 2.x") != std::string::npos);
}

TEST_CASE("topology by a library that lacks a function is flat and names it", "[par][topology]") {
  const topology t = topology::read({.library = WEFT_FAKE_HWLOC_EMPTY});
  CHECK(t.is_flat());
  CHECK(t.origin() == "flat: it has no hwloc_topology_init");
}

TEST_CASE("topology by a library that fails is flat and says at what", "[par][topology]") {
  const topology t = topology::read({.library = WEFT_FAKE_HWLOC_FAILING});
  CHECK(t.is_flat());
  CHECK(t.origin().starts_with("flat: hwloc_topology_load: "));
}

#endif

TEST_CASE("topology of this machine knows the processor that we run on, or is flat", "[par][topology]") {
  const topology& here = topology::machine();
  const auto me = weft::par::detail::current_processor();
  CHECK(here.between(me, me) == nearness::core);
  CHECK((here.is_flat() || me < here.size()));
  CHECK_FALSE(here.origin().empty());
}
