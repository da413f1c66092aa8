// mpmc: each pushed item is taken exactly once, and each producer's items reach each thief in the order of their pushes.
#include <weft/deque/injector.hpp>

#include "weft_catch.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
constexpr std::uint32_t per_producer = 10'000;
#else
constexpr std::uint32_t per_producer = 500'000;
#endif

using weft::deque::fifo;
using weft::deque::injector;
using weft::deque::work_deque;

namespace {

struct parcel {
  std::uint32_t producer;
  std::uint32_t number;
};
std::uint64_t pack(parcel p) { return (std::uint64_t{p.producer} << 32) | p.number; }
parcel unpack(std::uint64_t bits) { return {static_cast<std::uint32_t>(bits >> 32), static_cast<std::uint32_t>(bits)}; }

void producers_and_thieves(std::uint32_t producers, std::size_t thieves, bool batches) {
  injector<std::uint64_t> q;
  std::vector<std::vector<std::atomic<std::uint8_t>>> seen;
  for (std::uint32_t p = 0; p < producers; ++p) seen.emplace_back(per_producer);
  std::atomic<std::uint64_t> left{std::uint64_t{producers} * per_producer};
  std::atomic<std::size_t> disorder{0};
  {
    std::vector<std::jthread> threads;
    for (std::size_t t = 0; t < thieves; ++t) {
      threads.emplace_back([&] {
        work_deque<std::uint64_t, fifo> own;
        std::vector<std::int64_t> last(producers, -1);
        const auto take = [&](std::uint64_t bits) {
          const parcel got = unpack(bits);
          if (last[got.producer] >= std::int64_t{got.number}) disorder.fetch_add(1);
          last[got.producer] = got.number;
          seen[got.producer][got.number].fetch_add(1);
          left.fetch_sub(1);
        };
        while (left.load() != 0) {
          const auto s = batches ? q.steal_batch_and_pop(own) : q.steal();
          if (s) take(*s);
          while (const auto more = own.pop()) take(*more);
          if (s.is_empty()) std::this_thread::yield();
        }
      });
    }
    for (std::uint32_t p = 0; p < producers; ++p) {
      threads.emplace_back([&, p] {
        for (std::uint32_t n = 0; n < per_producer; ++n) q.push(pack({p, n}));
      });
    }
  }
  CHECK(q.is_empty());
  CHECK(disorder.load() == 0);
  std::size_t wrong = 0;
  for (const auto& each : seen) {
    for (const auto& count : each) wrong += count.load() != 1;
  }
  CHECK(wrong == 0);
}

}  // namespace

TEST_CASE("injector mpmc", "[deque][injector]") { producers_and_thieves(2, 2, false); }
TEST_CASE("injector mpmc with batches", "[deque][injector]") { producers_and_thieves(2, 2, true); }
TEST_CASE("injector spsc", "[deque][injector]") { producers_and_thieves(1, 1, false); }
TEST_CASE("injector stampede", "[deque][injector]") { producers_and_thieves(4, 4, true); }
