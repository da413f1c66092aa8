// The plain loop, which the compiler vectorises.
#include "problem.hpp"

int main(int argc, char** argv) {
  const auto here = [](unsigned, auto f) { return f(); };
  const auto loop = [](const std::vector<int>& input) {
    std::int64_t sum = 0;
    for (const int i : input) sum += std::int64_t{i} * i;
    return sum;
  };
  return race::contest(argc, argv, sum_squares::entries("sequential", "", race::role::sequential, {1}, here, loop));
}
