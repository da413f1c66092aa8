// A scope's body takes the scope, or nothing.
// expect: \[weft\] scope_fifo\(body\) calls body\(scope_fifo_handle&\)
#include <weft/par.hpp>

void tasks() {
#ifdef FIXED
  weft::par::scope_fifo([](auto& s) { s.spawn_fifo([] {}); });
#else
  weft::par::scope_fifo([](int) {});
#endif
}
