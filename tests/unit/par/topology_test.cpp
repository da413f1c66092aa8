// Distances follow what processors share, on machines that don't exist; without hwloc, or with nonsense, everything is near.
#include <weft/par/detail/topology.hpp>

#include "weft_catch.hpp"

#include <string>

using weft::par::detail::nearness;
using weft::par::detail::topology;

TEST_CASE("topology flat: everything is near", "[par][topology]") {
  const topology flat;
  CHECK(flat.is_flat());
  CHECK(flat.between(0, 1) == nearness::core);
  CHECK(flat.between(3, 100'000) == nearness::core);
}

TEST_CASE("topology synthetic: two nodes, two L3 each, two L2 each, two threads a core", "[par][topology]") {
  const topology t = topology::synthetic("node:2 l3:2 l2:2 core:1 pu:2");
  if (t.is_flat()) return;  // no hwloc here: the flat machine is all there is
  REQUIRE(t.processors() == 16);
  CHECK(t.between(0, 0) == nearness::core);
  CHECK(t.between(0, 1) == nearness::core);
  CHECK(t.between(0, 2) == nearness::l3);
  CHECK(t.between(0, 4) == nearness::node);
  CHECK(t.between(0, 8) == nearness::remote);
  CHECK(t.between(15, 14) == nearness::core);
  CHECK(t.between(15, 7) == nearness::remote);
  for (std::size_t a = 0; a < 16; ++a) {
    for (std::size_t b = 0; b < 16; ++b) CHECK(t.between(a, b) == t.between(b, a));
  }
}

TEST_CASE("topology synthetic: two cores on one L2", "[par][topology]") {
  const topology t = topology::synthetic("l2:2 core:2 pu:1");
  if (t.is_flat()) return;
  CHECK(t.between(0, 1) == nearness::l2);
  CHECK(t.between(0, 2) == nearness::node);
}

TEST_CASE("topology capacity: a processor that it doesn't know is remote", "[par][topology]") {
  const topology t = topology::synthetic("core:4 pu:1");
  if (t.is_flat()) return;
  CHECK(t.between(0, 4000) == nearness::remote);
  CHECK(t.between(4000, 0) == nearness::remote);
}

TEST_CASE("topology refuses nonsense and stays flat", "[par][topology]") {
  for (const char* text : {"", "rubbish", "core:-1", "node:2 pu", "core:0"}) {
    INFO(text);
    CHECK(topology::synthetic(text).is_flat());
  }
}

TEST_CASE("topology of this machine knows the processor that we run on, or is flat", "[par][topology]") {
  const topology& here = topology::machine();
  const auto me = weft::par::detail::current_processor();
  CHECK(here.between(me, me) == nearness::core);
  CHECK((here.is_flat() || me < here.processors()));
}
