// Reading a shared pointer needs a guard, or what it points to may be freed under the reader.
// expect: no matching
#include <weft/epoch.hpp>

auto look(const weft::epoch::atomic_ptr<int>& pointer) {
#ifdef FIXED
  const auto guard = weft::epoch::pin();
  return *pointer.load(weft::acquire, guard);
#else
  return *pointer.load(weft::acquire);
#endif
}
