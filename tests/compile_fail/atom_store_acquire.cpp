// A store can't acquire.
// expect: store_order|constraint
#include <weft/atomic/seam.hpp>

void raise(weft::atom<int>& word) {
#ifdef FIXED
  word.store(1, weft::release);
#else
  word.store(1, weft::acquire);
#endif
}
