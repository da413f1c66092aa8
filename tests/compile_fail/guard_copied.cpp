// A guard is one pin.
// expect: deleted
#include <weft/epoch.hpp>

void keep() {
  auto guard = weft::epoch::pin();
#ifdef FIXED
  const auto other = weft::epoch::pin();
#else
  const auto other = guard;
#endif
}
