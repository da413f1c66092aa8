// std::deque behind one std::mutex, the plain program's queue, with and without a bound.
#include <deque>
#include <mutex>

#include "problem.hpp"

namespace {

class locked_deque {
 public:
  explicit locked_deque(std::size_t most) : most_(most) {}

  bool try_push(std::uint64_t m) {
    const std::lock_guard lock(mutex_);
    if (items_.size() == most_) return false;
    items_.push_back(m);
    return true;
  }
  bool try_pop(std::uint64_t& m) {
    const std::lock_guard lock(mutex_);
    if (items_.empty()) return false;
    m = items_.front();
    items_.pop_front();
    return true;
  }

 private:
  const std::size_t most_;
  std::mutex mutex_;
  std::deque<std::uint64_t> items_;
};

struct side {
  locked_deque& queue;
  bool try_push(std::uint64_t m) { return queue.try_push(m); }
  bool try_pop(std::uint64_t& m) { return queue.try_pop(m); }
};

race::entry entry_for(const race::work& what, std::size_t most) {
  return queues::entry_for<side>("std::mutex + std::deque", "", race::role::peer, what, queues::order::fifo,
                                 [most] { return std::make_unique<locked_deque>(most); });
}

}  // namespace

int main(int argc, char** argv) {
  return race::contest(argc, argv,
                       {entry_for(queues::unbounded_work, SIZE_MAX), entry_for(queues::bounded_work, queues::capacity)});
}
