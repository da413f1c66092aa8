// What can't be moved can't be handed over.
// expect: \[weft\] a message needs a noexcept move constructor
#include <weft/channel/seg_queue.hpp>
#include <memory>

struct rock {
  rock() = default;
  rock(rock&&) = delete;
};

#ifdef FIXED
weft::channel::seg_queue<std::unique_ptr<rock>> queue;
#else
weft::channel::seg_queue<rock> queue;
#endif
