// oneTBB's concurrent_queue and concurrent_bounded_queue.
#include <oneapi/tbb/concurrent_queue.h>
#include <oneapi/tbb/version.h>

#include "problem.hpp"

namespace {

using unbounded = tbb::concurrent_queue<std::uint64_t>;
using bounded = tbb::concurrent_bounded_queue<std::uint64_t>;

struct unbounded_side {
  unbounded& queue;
  bool try_push(std::uint64_t m) {
    queue.push(m);
    return true;
  }
  bool try_pop(std::uint64_t& m) { return queue.try_pop(m); }
};

struct bounded_side {
  bounded& queue;
  bool try_push(std::uint64_t m) { return queue.try_push(m); }
  bool try_pop(std::uint64_t& m) { return queue.try_pop(m); }
};

}  // namespace

int main(int argc, char** argv) {
  const std::string version = std::to_string(TBB_VERSION_MAJOR) + "." + std::to_string(TBB_VERSION_MINOR);
  return race::contest(
      argc, argv,
      {queues::entry_for<unbounded_side>("oneTBB concurrent_queue", version, race::role::peer, queues::unbounded_work,
                                         queues::order::fifo, [] { return std::make_unique<unbounded>(); }),
       queues::entry_for<bounded_side>("oneTBB concurrent_bounded_queue", version, race::role::peer, queues::bounded_work,
                                       queues::order::fifo, [] {
                                         auto queue = std::make_unique<bounded>();
                                         queue->set_capacity(queues::capacity);
                                         return queue;
                                       })});
}
