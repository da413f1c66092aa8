// Loops that follow each other closely are a burst: what they miss by themselves counts together, and helpers stay up for the next.
#include <weft/par/detail/ticks.hpp>
#include <weft/par/iter/bursts.hpp>
#include <weft/par/thread_pool.hpp>

#include "weft_catch.hpp"

#include <cstdint>

using weft::par::detail::burst_of_loops;
using weft::par::detail::registry;
using weft::par::detail::ticks_per_us;

namespace {
constexpr std::uint64_t gap = registry::longest_pause;
constexpr std::uint64_t some_time = std::uint64_t{1} << 40;
}  // namespace

TEST_CASE("burst_of_loops: a loop belongs to a burst when another has ended not long ago", "[par][iter]") {
  burst_of_loops mine;
  CHECK_FALSE(mine.begin(some_time));
  mine.end(some_time + 10);
  CHECK(mine.begin(some_time + 10 + gap));
  mine.end(some_time + 20 + gap);
  CHECK_FALSE(mine.begin(some_time + 21 + 2 * gap));
}

TEST_CASE("burst_of_loops: what a burst has missed is added up, until it pays for waking somebody", "[par][iter]") {
  burst_of_loops mine;
  const double gain = 15 * ticks_per_us;
  const auto loops_to_the_wake_up = [&](std::uint64_t from, std::uint64_t every) {
    for (int i = 1; i <= 20; ++i) {
      static_cast<void>(mine.begin(from));
      const bool wakes = mine.is_worth_waking(gain);
      mine.end(from + 1);
      if (wakes) return i;
      from += every;
    }
    return 0;
  };
  CHECK(loops_to_the_wake_up(some_time, gap) == 6);
  CHECK(loops_to_the_wake_up(2 * some_time, gap) == 6);
  CHECK(loops_to_the_wake_up(3 * some_time, 2 * gap) == 0);  // alone, each is too short
}

TEST_CASE("a pool expects more work for a while, not for ever, and not to save power", "[par][iter]") {
  weft::thread_pool pool(1);
  registry& engine = pool.engine();
  CHECK_FALSE(engine.expects_more_work(some_time));
  engine.expect_more_work(some_time);
  CHECK(engine.expects_more_work(some_time));
  CHECK(engine.expects_more_work(some_time + gap - 1));
  CHECK_FALSE(engine.expects_more_work(some_time + gap));
  CHECK_FALSE(engine.expects_more_work(some_time / 2));  // another processor's clock

  weft::par::pool_options options;
  options.threads = 1;
  options.policy = weft::par::idle_policy::power;
  weft::thread_pool thrifty(options);
  thrifty.engine().expect_more_work(some_time);
  CHECK_FALSE(thrifty.engine().expects_more_work(some_time));
}
