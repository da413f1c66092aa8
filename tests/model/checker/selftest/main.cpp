// weft_model_selftest [--random N] [--seed S]: the checker is tested before it is trusted.
#include "harness.hpp"

#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace selftest {
namespace {
int failed = 0;
int passed = 0;
}  // namespace

void expect(bool condition, const std::string& what) {
  if (condition) {
    ++passed;
    return;
  }
  ++failed;
  std::printf("FAILED %s\n", what.c_str());
}
int failures() { return failed; }
}  // namespace selftest

int main(int count, char** words) {
  unsigned programs = 2000;
  std::uint64_t seed = 20261124;
  for (int i = 1; i + 1 < count; i += 2) {
    if (std::strcmp(words[i], "--random") == 0) programs = static_cast<unsigned>(std::atoi(words[i + 1]));
    if (std::strcmp(words[i], "--seed") == 0) seed = std::strtoull(words[i + 1], nullptr, 10);
  }
  selftest::test_litmus();
  selftest::test_random(programs, seed);
  selftest::test_blocking(programs / 4, seed);
  selftest::test_seeded_bugs();
  selftest::test_linear();
  std::printf("%d checks, %d failed\n", selftest::passed + selftest::failed, selftest::failed);
  return selftest::failed == 0 ? 0 : 1;
}
