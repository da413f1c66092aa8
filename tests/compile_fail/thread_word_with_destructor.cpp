// A thread_word has no destructor to run when its thread ends.
// expect: \[weft\] thread_word<Tag, T>: T must have no destructor
#include <weft/atomic/seam.hpp>

#include <string>

struct tag;

#ifdef FIXED
const char*& name() { return weft::atomic::thread_word<tag, const char*>::get(); }
#else
std::string& name() { return weft::atomic::thread_word<tag, std::string>::get(); }
#endif
