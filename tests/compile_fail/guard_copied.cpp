// A guard is one pin.
// expect: deleted
#include <weft/epoch.hpp>
#include <utility>

void keep() {
  auto guard = weft::epoch::pin();
#ifdef FIXED
  const auto other = std::move(guard);
#else
  const auto other = guard;
#endif
}
