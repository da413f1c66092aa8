// A join gives values back, so that nothing dangles.
// expect: \[weft\] join\(a, b\) returns results by value
#include <weft/par.hpp>

int global = 1;

void both() {
#ifdef FIXED
  weft::join([] { return 1; }, [] { return global; });
#else
  weft::join([] { return 1; }, []() -> int& { return global; });
#endif
}
