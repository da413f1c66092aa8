// An atom has an identity: it can't be copied.
// expect: deleted
#include <weft/atomic/seam.hpp>

void copy(weft::atom<int>& word) {
#ifdef FIXED
  weft::atom<int> other(word.load(weft::acquire));
#else
  weft::atom<int> other(word);
#endif
  other.store(1, weft::release);
}
