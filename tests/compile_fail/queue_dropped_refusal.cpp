// A push that may be refused isn't overlooked: the refusal holds the goods.
// expect: nodiscard
#include <weft/channel/array_queue.hpp>

void fill(weft::channel::array_queue<int>& queue) {
#ifdef FIXED
  static_cast<void>(queue.push(1).is_ok());
#else
  queue.push(1);
#endif
}
