// A task has one handle.
// expect: deleted
#include <weft/par.hpp>
#include <utility>

void share(weft::par::handle<int>& mine) {
#ifdef FIXED
  weft::par::handle<int> other = std::move(mine);
#else
  weft::par::handle<int> other = mine;
#endif
  static_cast<void>(std::move(other).wait());
}
