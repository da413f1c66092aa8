// A handle isn't dropped by accident: that would cancel its task.
// expect: nodiscard
#include <weft/par.hpp>

void start() {
#ifdef FIXED
  weft::spawn([] { return 1; }).detach();
#else
  weft::spawn([] { return 1; });
#endif
}
