// A load can't release.
// expect: load_order|constraint
#include <weft/atomic/seam.hpp>

int look(const weft::atom<int>& word) {
#ifdef FIXED
  return word.load(weft::acquire);
#else
  return word.load(weft::release);
#endif
}
