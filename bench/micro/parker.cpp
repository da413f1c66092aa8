// Question   What does it cost to put a thread to sleep and to wake it, and what when its token is there already?
// Unit       ns per park with a token; us per round trip of two threads
// Baseline   std::mutex + std::condition_variable
// Guards     each side counts its wake-ups
#include <benchmark/benchmark.h>

#include <weft/atomic/parker.hpp>

#include <condition_variable>
#include <mutex>
#include <thread>

namespace {

void parker_token_ready(benchmark::State& state) {
  weft::atomic::parker parker;
  const auto unparker = parker.unparker();
  for (auto _ : state) {
    unparker.unpark();
    parker.park();
  }
}
BENCHMARK(parker_token_ready);

// One side counts up, the other answers; each step wakes a thread that sleeps or is about to.
template <class Turn>
void ping_pong(benchmark::State& state, Turn& ping, Turn& pong) {
  bool over = false;
  std::uint64_t answers = 0;
  std::jthread other([&] {
    for (;;) {
      ping.wait();
      if (over) return;
      ++answers;
      pong.give();
    }
  });
  for (auto _ : state) {
    ping.give();
    pong.wait();
  }
  over = true;
  ping.give();
  other.join();
  if (answers != static_cast<std::uint64_t>(state.iterations())) state.SkipWithError("a wake-up was lost or doubled");
}

struct parked_turn {
  weft::atomic::parker parker;
  weft::atomic::unparker unparker = parker.unparker();
  void give() { unparker.unpark(); }
  void wait() { parker.park(); }
};

class condition_turn {
 public:
  void give() {
    {
      const std::lock_guard lock(mutex_);
      given_ = true;
    }
    changed_.notify_one();
  }
  void wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return given_; });
    given_ = false;
  }

 private:
  std::mutex mutex_;
  bool given_ = false;
  std::condition_variable changed_;
};

template <class Turn>
void parker_ping_pong(benchmark::State& state) {
  Turn ping, pong;
  ping_pong(state, ping, pong);
}
BENCHMARK(parker_ping_pong<condition_turn>)
    ->Name("parker_ping_pong_condition_variable")
    ->Unit(benchmark::kMicrosecond)
    ->UseRealTime();
BENCHMARK(parker_ping_pong<parked_turn>)->Name("parker_ping_pong")->Unit(benchmark::kMicrosecond)->UseRealTime();

}  // namespace
