// par_iter takes a range.
// expect: \[weft\] par_iter needs a range:
#include <weft/par.hpp>

auto add() {
#ifdef FIXED
  return weft::par_iter(weft::range(0, 42)).sum();
#else
  return weft::par_iter(42).sum();
#endif
}
