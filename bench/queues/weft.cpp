// weft::channel::seg_queue and weft::channel::array_queue.
#include <weft/channel/array_queue.hpp>
#include <weft/channel/seg_queue.hpp>

#include "problem.hpp"

namespace {

using unbounded = weft::channel::seg_queue<std::uint64_t>;
using bounded = weft::channel::array_queue<std::uint64_t>;

bool take(std::optional<std::uint64_t> popped, std::uint64_t& m) {
  if (!popped) return false;
  m = *popped;
  return true;
}

struct unbounded_side {
  unbounded& queue;
  bool try_push(std::uint64_t m) {
    queue.push(m);
    return true;
  }
  bool try_pop(std::uint64_t& m) { return take(queue.pop(), m); }
};

struct bounded_side {
  bounded& queue;
  bool try_push(std::uint64_t m) { return bool{queue.push(m)}; }
  bool try_pop(std::uint64_t& m) { return take(queue.pop(), m); }
};

}  // namespace

int main(int argc, char** argv) {
  return race::contest(
      argc, argv,
      {queues::entry_for<unbounded_side>("weft", "", race::role::weft, queues::unbounded_work, queues::order::fifo,
                                         [] { return std::make_unique<unbounded>(); }),
       queues::entry_for<bounded_side>("weft", "", race::role::weft, queues::bounded_work, queues::order::fifo,
                                       [] { return std::make_unique<bounded>(queues::capacity); })});
}
