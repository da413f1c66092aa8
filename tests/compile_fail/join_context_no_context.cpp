// The halves of a join_context learn where they run.
// expect: \[weft\] join_context\(a, b\) calls its arguments with a half_context
#include <weft/par.hpp>

void both() {
#ifdef FIXED
  weft::par::join_context([](auto) {}, [](weft::par::half_context) {});
#else
  weft::par::join_context([] {}, [] {});
#endif
}
