// A message that may throw half way through a move isn't let in.
// expect: \[weft\] a message needs a noexcept move constructor
#include <weft/channel/array_queue.hpp>
#include <memory>

struct fragile {
  fragile() = default;
  fragile(fragile&&) {}
};

#ifdef FIXED
weft::channel::array_queue<std::unique_ptr<fragile>> queue(1);
#else
weft::channel::array_queue<fragile> queue(1);
#endif
