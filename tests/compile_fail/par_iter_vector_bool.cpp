// The bits of a vector<bool> share words, so threads that write them race.
// expect: \[weft\] threads that write a std::vector<bool> race
#include <weft/par.hpp>
#include <utility>
#include <vector>

auto count(std::vector<bool>& bits) {
#ifdef FIXED
  return weft::par_iter(std::as_const(bits)).count();
#else
  return weft::par_iter(bits).count();
#endif
}
