// Handlers of atexit may use the pool, registered before its first use and after.
#include "uses.hpp"

namespace {
test::expected ends(3);

void use() {
  test::use_everything_and_a_worker();
  ends.happened();
}
}  // namespace

int main() {
  test::require(std::atexit(use) == 0, "there is room for a handler");
  test::use_everything();
  test::require(std::atexit(use) == 0, "there is room for a handler");
  // A handler that registers one itself.
  test::require(std::atexit([] { test::require(std::atexit(use) == 0, "there is room for a handler"); }) == 0,
                "there is room for a handler");
}
