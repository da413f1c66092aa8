// An atom is one word that the processor handles at once.
// expect: \[weft\] atom<T> needs a T that the processor handles in one word
#include <weft/atomic/seam.hpp>

struct wide {
  long a, b, c;
};

#ifdef FIXED
weft::atom<long> word;
#else
weft::atom<wide> word;
#endif
