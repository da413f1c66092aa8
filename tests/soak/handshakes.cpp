// Submit, sleep, wake: the handshake between a thread outside and a pool, at every step of both falling asleep.
#include "drivers.hpp"

#include <weft/atomic/parker.hpp>

#include <atomic>

namespace soak {

void run_handshakes(world& where, weft::thread_pool& pool, progress& mine, std::uint64_t seed) {
  chance luck(seed);
  weft::atomic::parker bed;
  std::atomic<bool> ran{false};
  mine.doing = "handshakes";
  while (!where.is_over()) {
    // The lists' lock in is_over() is asked for once in a while only.
    for (int i = 0; i < 64; ++i) {
      const bool asleep = luck.one_in(2);
      if (asleep) {
        while (pool.engine().look().workers_asleep() != pool.num_threads()) weft::atomic::yield_thread();
      } else {
        chance::spin(luck.below(std::uint64_t{1} << luck.below(12)));
      }
      ran = false;
      const std::uint64_t pause = luck.one_in(4) ? luck.below(600) : 0;
      pool.spawn([&ran, pause, bell = bed.unparker()] {
            chance::spin(pause);
            ran = true;
            bell.unpark();
          })
          .detach();
      luck.delay();
      while (!ran) bed.park();
      mine.shook_hands();
      if (asleep) mine.with_sleepers.fetch_add(1, std::memory_order_relaxed);
      mine.rounds.fetch_add(1, std::memory_order_relaxed);
    }
  }
  mine.over = true;
}

void run_hang(progress& mine) {
  mine.doing = "waits for ever";
  weft::atomic::parker bed;
  for (;;) bed.park();
}

}  // namespace soak
