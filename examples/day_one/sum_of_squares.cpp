// A loop over data that uses every core.
#include <weft/weft.hpp>

#include <cstdint>
#include <iostream>
#include <numeric>
#include <vector>

std::int64_t sum_of_squares(const std::vector<int>& input) {
  return weft::par_iter(input).map([](int i) { return std::int64_t{i} * i; }).sum();
}

int main() {
  std::vector<int> input(1'000'000);
  std::iota(input.begin(), input.end(), 1);
  const std::int64_t sum = sum_of_squares(input);
  std::cout << "1² + 2² + … + 1 000 000² = " << sum << '\n';
  return sum == 333'333'833'333'500'000 ? 0 : 1;
}
