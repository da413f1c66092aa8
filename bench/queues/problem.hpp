// Two producers and two consumers move numbers through one queue, as fast as they can, until all have arrived.
//
// Who finds the queue full or empty waits 1, 2, 4 … 64 pauses and then gives up the processor, the same for every
// contestant. The clock runs from the first thread past the gate to the last one done. Nothing may be lost or doubled, and
// where the queue promises FIFO, a consumer sees each producer's numbers in order.
#pragma once

#include <atomic>
#include <barrier>
#include <memory>

#include "contest.hpp"

namespace queues {

inline const race::work unbounded_work{"seg_queue_2p2c", "million messages per s", false};
inline const race::work bounded_work{"array_queue_2p2c", "million messages per s", false};
inline constexpr std::size_t capacity = 1024;
inline constexpr unsigned producers = 2, consumers = 2, sides = producers + consumers;

class backoff {
 public:
  void snooze() noexcept {
    if (step_ > 6) {
      std::this_thread::yield();
      return;
    }
    for (unsigned i = 0; i < 1u << step_; ++i) pause();
    ++step_;
  }

 private:
  static void pause() noexcept {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#else
    std::this_thread::yield();
#endif
  }
  unsigned step_ = 0;
};

/// The producer in the upper bits, its running number from 1 below: never zero, so that it may travel as a pointer.
inline std::uint64_t message(unsigned producer, std::uint64_t number) { return std::uint64_t{producer} << 40 | number; }

enum class order { fifo, any };

namespace detail {

/// What one consumer saw of each producer.
struct ledger {
  std::uint64_t count[producers] = {};
  std::uint64_t sum[producers] = {};
  std::uint64_t last[producers] = {};
  bool in_order = true;

  void enter(std::uint64_t m) noexcept {
    const std::uint64_t number = m & ((std::uint64_t{1} << 40) - 1);
    const std::size_t producer = static_cast<std::size_t>(m >> 40) % producers;
    ++count[producer];
    sum[producer] += number;
    in_order &= number > last[producer];
    last[producer] = number;
  }
};

inline void audit(const std::vector<ledger>& ledgers, std::uint64_t each, order promised) {
  for (unsigned p = 0; p < producers; ++p) {
    std::uint64_t count = 0, sum = 0;
    for (const ledger& l : ledgers) {
      count += l.count[p];
      sum += l.sum[p];
      if (promised == order::fifo) race::check("arrived in the producer's order", l.in_order, true);
    }
    race::check("messages that arrived", count, each);
    race::check("the sum of what arrived", sum, each * (each + 1) / 2);
  }
}

}  // namespace detail

/// Nanoseconds to move `each` messages of every producer.
///   make_side()   called on each thread: an object with bool try_push(u64) and bool try_pop(u64&)
template <class MakeSide>
double move_messages(std::uint64_t each, order promised, MakeSide make_side) {
  std::barrier gate(sides);
  std::vector<race::clock::time_point> from(sides), until(sides);
  std::vector<detail::ledger> ledgers(consumers);
  std::atomic<std::uint64_t> left{each * producers};

  std::vector<std::jthread> threads;
  for (unsigned p = 0; p < producers; ++p) {
    threads.emplace_back([&, p] {
      auto side = make_side();
      gate.arrive_and_wait();
      from[p] = race::clock::now();
      for (std::uint64_t number = 1; number <= each; ++number) {
        for (backoff wait; !side.try_push(message(p, number)); wait.snooze()) {
        }
      }
      until[p] = race::clock::now();
    });
  }
  for (unsigned c = 0; c < consumers; ++c) {
    threads.emplace_back([&, c] {
      auto side = make_side();
      detail::ledger mine;
      gate.arrive_and_wait();
      from[producers + c] = race::clock::now();
      // `left` is touched once per 64 messages and whenever the queue looks empty, so that it costs next to nothing.
      std::uint64_t taken = 0;
      backoff wait;
      for (;;) {
        std::uint64_t m = 0;
        if (side.try_pop(m)) {
          mine.enter(m);
          wait = {};
          if (++taken == 64) left.fetch_sub(std::exchange(taken, 0));
        } else {
          if (taken != 0) left.fetch_sub(std::exchange(taken, 0));
          if (left.load() == 0) break;
          wait.snooze();
        }
      }
      until[producers + c] = race::clock::now();
      ledgers[c] = mine;
    });
  }
  threads.clear();
  detail::audit(ledgers, each, promised);
  return race::nanoseconds(*std::max_element(until.begin(), until.end()) - *std::min_element(from.begin(), from.end()));
}

/// Millions of messages per second; make_queue() gives a fresh queue, make_side(queue) one thread's access to it.
template <class MakeQueue, class MakeSide>
double measure(const race::pace& how, order promised, MakeQueue make_queue, MakeSide make_side) {
  const auto time = [&](std::uint64_t each) {
    auto queue = make_queue();
    return move_messages(each, promised, [&] { return make_side(*queue); });
  };
  const auto end_of_warm_up = race::clock::now() + how.warm_up;
  std::uint64_t each = 5'000;
  double spent = time(each);
  while (spent < race::nanoseconds(how.sample) || race::clock::now() < end_of_warm_up) {
    if (spent < race::nanoseconds(how.sample)) {
      each = static_cast<std::uint64_t>(static_cast<double>(each) *
                                        std::clamp(1.2 * race::nanoseconds(how.sample) / spent, 1.05, 8.0));
    }
    spent = time(each);
  }
  std::vector<double> samples;
  for (unsigned i = 0; i < how.samples; ++i) samples.push_back(static_cast<double>(each * producers) * 1e3 / time(each));
  return race::median(std::move(samples));
}

/// One contestant's entry. Side is constructible from Queue&.
template <class Side, class MakeQueue>
race::entry entry_for(const char* name, const std::string& version, race::role part, const race::work& what, order promised,
                      MakeQueue make_queue, const std::string& weaker = {}) {
  return {name,
          version,
          part,
          what,
          sides,
          [=](const race::pace& how) {
            return measure(how, promised, make_queue, [](auto& queue) { return Side{queue}; }); },
          weaker};
}

}  // namespace queues
