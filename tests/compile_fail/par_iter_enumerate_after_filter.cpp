// After a filter nobody knows an item's position.
// expect: \[weft\] this step needs positions
#include <weft/par.hpp>
#include <vector>

auto number(const std::vector<int>& numbers) {
  const auto odd = [](int number) { return number % 2 != 0; };
#ifdef FIXED
  return weft::par_iter(numbers).enumerate().filter([odd](auto item) { return odd(item.second); }).count();
#else
  return weft::par_iter(numbers).filter(odd).enumerate().count();
#endif
}
