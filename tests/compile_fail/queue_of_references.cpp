// A message is a value, not a reference into somebody else's thread.
// expect: \[weft\] a message is a value
#include <weft/channel/seg_queue.hpp>

#ifdef FIXED
weft::channel::seg_queue<int*> queue;
#else
weft::channel::seg_queue<int&> queue;
#endif
