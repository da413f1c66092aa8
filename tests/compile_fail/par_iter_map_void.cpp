// A map gives something for each item.
// expect: \[weft\] map needs a closure that returns something
#include <weft/par.hpp>
#include <vector>

void look(const std::vector<int>& numbers) {
#ifdef FIXED
  weft::par_iter(numbers).for_each([](int) {});
#else
  static_cast<void>(weft::par_iter(numbers).map([](int) {}).count());
#endif
}
