// All workers call a broadcast's closure at once, so it can't change its own captures.
// expect: \[weft\] broadcast\(f\) calls f\(broadcast_context\) or f\(\) on several threads at once
#include <weft/par.hpp>

void all() {
  int calls = 0;
#ifdef FIXED
  weft::par::broadcast([calls] { return calls; });
#else
  weft::par::broadcast([calls]() mutable { return ++calls; });
#endif
}
