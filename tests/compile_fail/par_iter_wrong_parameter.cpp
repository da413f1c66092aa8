// A closure is called with the items, so it must take them.
// expect: \[weft\] this closure can.t be called with the pipeline's items
#include <weft/par.hpp>
#include <string>
#include <vector>

void look(const std::vector<std::string>& words) {
#ifdef FIXED
  weft::par_iter(words).for_each([](const std::string&) {});
#else
  weft::par_iter(words).for_each([](int*) {});
#endif
}
