#include <weft/epoch.hpp>

#include "counted.hpp"
#include "stress_scale.hpp"
#include "weft_catch.hpp"

#include <array>
#include <thread>
#include <utility>
#include <vector>

using namespace weft;
using epoch::atomic_ptr;
using epoch::make_owned;
using epoch::shared;
using weft_test::counted;
using weft_test::ledger;

namespace {
template <class F>
void crowd(int size, F body) {
  std::vector<std::thread> threads;
  for (int id = 0; id < size; ++id) threads.emplace_back(body, id);
  for (auto& t : threads) t.join();
}
}  // namespace

// Readers never see a destroyed object while writers replace and retire what they read; at the end everything is freed.
TEST_CASE("epoch readers and writers") {
  const int rounds = scaled(100'000);
  ledger book;
  atom<long> broken{0};
  {
    epoch::collector world;
    std::array<atomic_ptr<counted>, 4> slots;
    crowd(4, [&](int id) {
      auto me = world.register_thread();
      for (int i = 0; i < rounds; ++i) {
        auto pinned = me.pin();
        auto& slot = slots[static_cast<std::size_t>(i + id) % slots.size()];
        if (id % 2 == 0) {
          pinned.retire(slot.exchange(make_owned<counted>(book, i), acq_rel, pinned));
        } else {
          const shared<counted> seen = slot.load(acquire, pinned);
          if (i % 64 == 0) atomic::yield_thread();
          if (seen && !seen->is_intact()) broken.fetch_add(1, relaxed);
        }
      }
    });
    for (auto& slot : slots) static_cast<void>(std::move(slot).into_owned());
  }
  REQUIRE(broken.load(relaxed) == 0);
  REQUIRE(book.born.load(relaxed) == 2L * rounds);
  REQUIRE(book.alive() == 0);
}

// The same through the default collector, with nested guards, repins and flushes in between; an object may wait, never die early.
TEST_CASE("epoch default collector mixed") {
  const int rounds = scaled(100'000);
  static ledger book;  // outlives the test: the default collector may free later
  atom<long> broken{0};
  atomic_ptr<counted> slot;
  crowd(4, [&](int id) {
    for (int i = 0; i < rounds; ++i) {
      auto pinned = epoch::pin();
      const shared<counted> before = slot.load(acquire, pinned);
      {
        auto inner = epoch::pin();
        if ((i + id) % 3 == 0) inner.retire(slot.exchange(make_owned<counted>(book, i), acq_rel, inner));
        if (i % 97 == 0) inner.flush();
        inner.repin();
      }
      if (before && !before->is_intact()) broken.fetch_add(1, relaxed);
      pinned.repin();
      const shared<counted> after = slot.load(acquire, pinned);
      if (after && !after->is_intact()) broken.fetch_add(1, relaxed);
    }
  });
  epoch::unprotected().retire(slot.load(acquire, epoch::unprotected()));
  for (int i = 0; i < 10'000 && book.alive() > 0; ++i) epoch::default_collector().collect();
  REQUIRE(broken.load(relaxed) == 0);
  REQUIRE(book.alive() == 0);
}

namespace {
class stack {
 public:
  explicit stack(ledger& book) : book_(book) {}
  void push(long value, const epoch::guard& pinned) {
    auto fresh = make_owned<node>(book_, value);
    shared<node> top = head_.load(relaxed, pinned);
    while (true) {
      fresh->next.store(top, relaxed);
      auto sent = head_.compare_exchange_weak(top, std::move(fresh), release, relaxed, pinned);
      if (sent) return;
      top = sent.current();
      fresh = std::move(sent).take();
    }
  }
  // -1 when empty, -2 when a destroyed node was seen.
  long pop(const epoch::guard& pinned) {
    while (true) {
      const shared<node> top = head_.load(acquire, pinned);
      if (!top) return -1;
      if (!top->load.is_intact()) return -2;
      if (head_.compare_exchange(top, top->next.load(relaxed, pinned), acq_rel, relaxed, pinned)) {
        const long value = top->load.value();
        pinned.retire(top);
        return value;
      }
    }
  }

 private:
  struct node {
    node(ledger& b, long v) : load(b, v) {}
    counted load;
    atomic_ptr<node> next;
  };
  ledger& book_;
  atomic_ptr<node> head_;
};
}  // namespace

// A Treiber stack under many pushers and poppers loses and doubles nothing: no node is reused while somebody compares with it.
TEST_CASE("epoch treiber stack mpmc") {
  const long rounds = scaled(50'000);
  constexpr int size = 4;
  ledger book;
  atom<long> sum{0};
  atom<long> broken{0};
  {
    epoch::collector world;
    stack numbers(book);
    crowd(size, [&](int id) {
      auto me = world.register_thread();
      long mine = 0;
      for (long i = 0; i < rounds; ++i) {
        numbers.push(id * rounds + i, me.pin());
        const long got = numbers.pop(me.pin());
        if (got < 0) broken.fetch_add(1, relaxed);
        mine += got;
      }
      sum.fetch_add(mine, relaxed);
    });
  }
  const long all = size * rounds;
  REQUIRE(broken.load(relaxed) == 0);
  REQUIRE(sum.load(relaxed) == all * (all - 1) / 2);
  REQUIRE(book.alive() == 0);
}

// Threads that come and go leave their garbage to others, and their records too, while long-lived ones read.
TEST_CASE("epoch thread churn") {
  const int generations = scaled(300);
  ledger book;
  atom<long> broken{0};
  {
    epoch::collector world;
    atomic_ptr<counted> slot{make_owned<counted>(book, 0)};
    atom<bool> over{false};
    std::thread reader([&] {
      auto me = world.register_thread();
      while (!over.load(acquire)) {
        auto pinned = me.pin();
        const shared<counted> seen = slot.load(acquire, pinned);
        atomic::yield_thread();
        if (!seen->is_intact()) broken.fetch_add(1, relaxed);
      }
    });
    for (int g = 0; g < generations; ++g) {
      crowd(3, [&](int id) {
        auto me = world.register_thread();
        for (int i = 0; i < 50; ++i) {
          auto pinned = me.pin();
          pinned.retire(slot.exchange(make_owned<counted>(book, id), acq_rel, pinned));
        }
      });
    }
    over.store(true, release);
    reader.join();
    REQUIRE(world.gauge().participants == 0);
    static_cast<void>(std::move(slot).into_owned());
  }
  REQUIRE(broken.load(relaxed) == 0);
  REQUIRE(book.alive() == 0);
}

// Deleters that pin, retire and flush in the collector that runs them, on all threads at once, free everything once.
TEST_CASE("epoch re-entrant deleters") {
  const int rounds = scaled(20'000);
  ledger book;
  {
    epoch::collector world;
    crowd(3, [&](int) {
      auto me = world.register_thread();
      for (int i = 0; i < rounds; ++i) {
        auto pinned = me.pin();
        // A passing pin: the deleter may run on any thread, or at the collector's end.
        pinned.retire(new counted(book), [&book](counted* object) {
          delete object;
          auto again = epoch::pin();
          again.retire(new counted(book));
          if (book.dead.load(relaxed) % 512 == 0) again.flush();
        });
      }
    });
  }
  for (int i = 0; i < 10'000 && book.alive() > 0; ++i) epoch::default_collector().collect();
  // What this thread's own bag holds comes out with its flush.
  for (int i = 0; i < 10'000 && book.alive() > 0; ++i) epoch::pin().flush();
  REQUIRE(book.born.load(relaxed) == 6L * rounds);
  REQUIRE(book.alive() == 0);
}

// A reader that stalls again and again makes the backlog go through the orphans; all of it is freed, none of it early.
TEST_CASE("epoch stalling reader") {
  const int rounds = scaled(4'000);
  constexpr int batch = 32;
  constexpr int stall = 200;  // rounds of the writers that one pin outlasts: some 100 bags
  ledger book;
  atom<long> broken{0};
  {
    epoch::collector world;
    atomic_ptr<counted> slot{make_owned<counted>(book, 0)};
    atom<int> done{0};
    std::thread staller([&] {
      auto me = world.register_thread();
      int seen_done = 0;
      while (seen_done < 2 * rounds) {
        auto pinned = me.pin();
        const shared<counted> seen = slot.load(acquire, pinned);
        const int until = seen_done + stall < 2 * rounds ? seen_done + stall : 2 * rounds;
        while ((seen_done = done.load(acquire)) < until) atomic::yield_thread();
        if (!seen->is_intact()) broken.fetch_add(1, relaxed);
      }
    });
    crowd(2, [&](int id) {
      auto me = world.register_thread();
      for (int i = 0; i < rounds; ++i) {
        {
          auto pinned = me.pin();
          for (int k = 0; k < batch; ++k) pinned.retire(slot.exchange(make_owned<counted>(book, id), acq_rel, pinned));
        }
        done.fetch_add(1, acq_rel);
      }
    });
    staller.join();
    static_cast<void>(std::move(slot).into_owned());
    REQUIRE(book.born.load(relaxed) == 1 + 2L * rounds * batch);
  }
  REQUIRE(broken.load(relaxed) == 0);
  REQUIRE(book.alive() == 0);
}
