#include <weft/atomic/padded.hpp>
#include <weft/atomic/seam.hpp>

#include "weft_catch.hpp"

#include <memory>
#include <vector>

using namespace weft;

static_assert(alignof(padded<char>) == atomic::interference_size);
static_assert(sizeof(padded<char>) == atomic::interference_size);
static_assert(sizeof(padded<char[atomic::interference_size + 1]>) == 2 * atomic::interference_size);

// Neighbours in an array never share an interference-sized block.
TEST_CASE("padded over_aligned") {
  std::vector<padded<int>> row(3);
  for (std::size_t i = 0; i + 1 < row.size(); ++i) {
    const auto distance = reinterpret_cast<const char*>(&*row[i + 1]) - reinterpret_cast<const char*>(&*row[i]);
    REQUIRE(static_cast<std::size_t>(distance) >= atomic::interference_size);
  }
}

// A value that can neither be copied nor moved is built in place.
TEST_CASE("padded in place") {
  padded<atom<int>> word{7};
  REQUIRE(word->load(relaxed) == 7);
  (*word).store(8, relaxed);
  REQUIRE(word->load(relaxed) == 8);
}

// A move-only value moves in and out.
TEST_CASE("padded move_only") {
  padded box{std::make_unique<int>(3)};
  padded<std::unique_ptr<int>> other{std::move(box)};
  REQUIRE(**other == 3);
}
