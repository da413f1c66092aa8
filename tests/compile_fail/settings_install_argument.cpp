// What is installed is called with nothing.
// expect: \[weft\] install\(f\) calls f without arguments
#include <weft/par.hpp>

void make_it(weft::thread_pool& pool) {
#ifdef FIXED
  weft::with_pool(pool).install([] {});
#else
  weft::with_pool(pool).install([](int) {});
#endif
}
