// What is spawned with settings is called with nothing, or polled.
// expect: \[weft\] spawn\(f\) runs f\(\) once
#include <weft/par.hpp>

void make_it(weft::thread_pool& pool) {
#ifdef FIXED
  weft::with_pool(pool).spawn([] {}).detach();
#else
  static_cast<void>(weft::with_pool(pool).spawn([](int) {}));
#endif
}
