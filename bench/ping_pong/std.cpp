// Two threads, a mutex and a condition variable.
#include <condition_variable>
#include <mutex>
#include <optional>

#include "problem.hpp"

namespace {

/// A channel of one place.
class place {
 public:
  void send(std::uint64_t x) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !held_; });
    held_ = x;
    changed_.notify_one();
  }
  std::uint64_t recv() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return held_.has_value(); });
    changed_.notify_one();
    return *std::exchange(held_, std::nullopt);
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<std::uint64_t> held_;
};

std::uint64_t play() {
  place there, back;
  std::thread second([&] {
    for (std::uint64_t i = 0; i < ping_pong::rounds; ++i) back.send(ping_pong::answer(there.recv()));
  });
  std::uint64_t sum = 0;
  for (std::uint64_t i = 0; i < ping_pong::rounds; ++i) {
    there.send(i);
    sum += back.recv();
  }
  second.join();
  return sum;
}

}  // namespace

int main(int argc, char** argv) {
  return race::contest(argc, argv,
                       {{"std::thread + condition_variable", "", race::role::peer, ping_pong::work, ping_pong::threads,
                         [](const race::pace& how) { return ping_pong::measure(how, play); }}});
}
