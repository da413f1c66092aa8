// moodycamel's ConcurrentQueue, without and with tokens. Not one FIFO: it keeps each producer's order only.
#if __has_include(<concurrentqueue/concurrentqueue.h>)
#include <concurrentqueue/concurrentqueue.h>
#else
#include <concurrentqueue/moodycamel/concurrentqueue.h>
#endif

#include "problem.hpp"

namespace {

constexpr auto not_one_fifo = "keeps only each producer's order";

using queue_type = moodycamel::ConcurrentQueue<std::uint64_t>;

struct plain_side {
  queue_type& queue;
  bool try_push(std::uint64_t m) { return queue.enqueue(m); }
  bool try_pop(std::uint64_t& m) { return queue.try_dequeue(m); }
};

struct token_side {
  explicit token_side(queue_type& q) : queue(q), producer(q), consumer(q) {}
  queue_type& queue;
  moodycamel::ProducerToken producer;
  moodycamel::ConsumerToken consumer;
  bool try_push(std::uint64_t m) { return queue.enqueue(producer, m); }
  bool try_pop(std::uint64_t& m) { return queue.try_dequeue(consumer, m); }
};

}  // namespace

int main(int argc, char** argv) {
  const auto make = [] { return std::make_unique<queue_type>(); };
  return race::contest(argc, argv,
                       {queues::entry_for<plain_side>("moodycamel", "", race::role::peer, queues::unbounded_work,
                                                      queues::order::fifo, make, not_one_fifo),
                        queues::entry_for<token_side>("moodycamel tokens", "", race::role::peer, queues::unbounded_work,
                                                      queues::order::fifo, make, not_one_fifo)});
}
