// A scope's body takes the scope.
// expect: \[weft\] scope\(body\) calls body\(scope_handle&\)
#include <weft/par.hpp>

void make_it(weft::thread_pool& pool) {
#ifdef FIXED
  weft::isolated().with_pool(pool).scope([](auto& s) { s.spawn([] {}); });
#else
  weft::isolated().with_pool(pool).scope([](int) {});
#endif
}
