// A broadcast gives values back, so that nothing dangles.
// expect: \[weft\] broadcast\(f\) returns results by value
#include <weft/par.hpp>

int global = 1;

void all() {
#ifdef FIXED
  weft::par::broadcast([] { return global; });
#else
  weft::par::broadcast([]() -> int& { return global; });
#endif
}
