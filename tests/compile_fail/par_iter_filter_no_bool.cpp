// A filter answers yes or no.
// expect: \[weft\] this closure must answer each item with something that converts to bool
#include <weft/par.hpp>
#include <string>
#include <vector>

auto keep(const std::vector<int>& numbers) {
#ifdef FIXED
  return weft::par_iter(numbers).filter([](int number) { return number > 0; }).count();
#else
  return weft::par_iter(numbers).filter([](int) { return std::string(); }).count();
#endif
}
