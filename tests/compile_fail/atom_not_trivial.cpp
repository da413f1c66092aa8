// An atom's T is copied as bytes.
// expect: \[weft\] atom<T> needs a trivially copyable T
#include <weft/atomic/seam.hpp>

#include <string>

#ifdef FIXED
weft::atom<const char*> word;
#else
weft::atom<std::string> word;
#endif
