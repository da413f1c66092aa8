// A failed compare-exchange only loads, so it can't release.
// expect: load_order|constraint
#include <weft/atomic/seam.hpp>

bool lower(weft::atom<int>& word) {
  int seen = 1;
#ifdef FIXED
  return word.compare_exchange_strong(seen, 0, weft::acq_rel, weft::acquire);
#else
  return word.compare_exchange_strong(seen, 0, weft::acq_rel, weft::acq_rel);
#endif
}
