// A work-stealing deque holds words.
// expect: \[weft\] a work-stealing deque holds trivially copyable items of one word
#include <weft/deque/worker.hpp>
#include <string>

#ifdef FIXED
weft::deque::worker<std::string*> worker;
#else
weft::deque::worker<std::string> worker;
#endif
