// A load without an order doesn't compile: there is no default.
// expect: no matching (member )?function( for call)?
#include <weft/atomic/seam.hpp>

int look(const weft::atom<int>& word) {
#ifdef FIXED
  return word.load(weft::acquire);
#else
  return word.load();
#endif
}
