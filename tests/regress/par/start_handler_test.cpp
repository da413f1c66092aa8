// A worker that was still in pool_options::on_start counted as searching: who pushed work then woke nobody, and a handler that
// waited for such work hung beside a sleeping worker.
#include "weft_catch.hpp"

#include <weft/par.hpp>

#include <atomic>
#include <cstddef>
#include <thread>

TEST_CASE("a start handler may wait for work that another worker does", "[par][regress]") {
  std::atomic<bool> ran{false};
  weft::par::pool_options options;
  options.threads = 2;
  options.on_start = [&](std::size_t index) {
    if (index != 1) return;
    const auto& pool = *weft::par::detail::registry::current();
    while (pool.look().workers_asleep() == 0) std::this_thread::yield();
    weft::spawn([&] { ran.store(true); }).detach();
    while (!ran.load()) std::this_thread::yield();  // without helping
  };
  const weft::thread_pool pool(options);
  CHECK(pool.num_threads() == 2);
}
