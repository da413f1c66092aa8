// wait() uses the handle up: it wants to be given it.
// expect: discards qualifiers|as .this. argument|expects an rvalue|qualif
#include <weft/par.hpp>
#include <utility>

int look(weft::par::handle<int>& mine) {
#ifdef FIXED
  return std::move(mine).wait();
#else
  return mine.wait();
#endif
}
