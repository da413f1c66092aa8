// A future has no place in a line.
// expect: \[weft\] spawn_fifo\(f\) runs f\(\) once: a future
#include <weft/par.hpp>

struct seven {
  weft::atomic::poll<int> poll(weft::context&) { return 7; }
};

void make_it(weft::thread_pool& pool) {
#ifdef FIXED
  weft::with_pool(pool).spawn(seven()).detach();
#else
  weft::with_pool(pool).spawn_fifo(seven()).detach();
#endif
}
