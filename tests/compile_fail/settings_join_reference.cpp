// A join with settings returns by value, as every join.
// expect: \[weft\] join\(a, b\) returns results by value
#include <weft/par.hpp>

int global = 1;

void make_it(weft::thread_pool& pool) {
#ifdef FIXED
  weft::with_pool(pool).join([] { return 1; }, [] {});
#else
  weft::with_pool(pool).join([]() -> int& { return global; }, [] {});
#endif
}
