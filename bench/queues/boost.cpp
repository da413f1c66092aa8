// boost::lockfree::queue: growing from its freelist, and with a fixed number of nodes.
#include <boost/lockfree/queue.hpp>
#include <boost/version.hpp>

#include "problem.hpp"

namespace {

using unbounded = boost::lockfree::queue<std::uint64_t>;
using bounded = boost::lockfree::queue<std::uint64_t, boost::lockfree::capacity<queues::capacity>>;

template <class Queue>
struct side {
  Queue& queue;
  bool try_push(std::uint64_t m) { return queue.push(m); }
  bool try_pop(std::uint64_t& m) { return queue.pop(m); }
};

}  // namespace

int main(int argc, char** argv) {
  const std::string version = std::to_string(BOOST_VERSION / 100000) + "." + std::to_string(BOOST_VERSION / 100 % 1000);
  return race::contest(
      argc, argv,
      {queues::entry_for<side<unbounded>>("boost.lockfree", version, race::role::peer, queues::unbounded_work,
                                          queues::order::fifo, [] { return std::make_unique<unbounded>(queues::capacity); }),
       queues::entry_for<side<bounded>>("boost.lockfree", version, race::role::peer, queues::bounded_work,
                                        queues::order::fifo, [] { return std::make_unique<bounded>(); })});
}
