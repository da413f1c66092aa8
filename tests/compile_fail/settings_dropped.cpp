// Settings are for a call.
// expect: settings do nothing by themselves
#include <weft/par.hpp>

void make_it(weft::thread_pool& pool) {
#ifdef FIXED
  weft::with_pool(pool).isolated().install([] {});
#else
  weft::with_pool(pool).isolated();
#endif
}
