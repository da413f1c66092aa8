// A stream can be walked only once, by one thread.
// expect: \[weft\] par_iter needs a range that can be walked twice
#include <weft/par.hpp>
#include <ranges>
#include <sstream>
#include <vector>

auto add() {
  std::istringstream in("1 2 3");
#ifdef FIXED
  std::vector<int> numbers;
  for (int number : std::ranges::istream_view<int>(in)) numbers.push_back(number);
  return weft::par_iter(numbers).sum();
#else
  return weft::par_iter(std::ranges::istream_view<int>(in)).sum();
#endif
}
