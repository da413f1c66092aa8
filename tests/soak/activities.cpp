// What a driver of the mixed soak may do next. Each activity checks its own result.
#include "drivers.hpp"

#include <weft/weft.hpp>

#include <array>
#include <atomic>
#include <memory>
#include <numeric>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

namespace soak {

namespace {

struct wanted_error : std::runtime_error {
  wanted_error() : std::runtime_error("thrown on purpose") {}
};

class driver {
 public:
  driver(world& where, const long_lived& pools, progress& mine, std::uint64_t seed)
      : where_(where), pools_(pools), mine_(mine), luck_(seed) {}

  void run() {
    while (!where_.is_over()) {
      const activity& next = activities[luck_.below(activities.size())];
      mine_.doing = next.name;
      luck_.delay();
      (this->*next.run)();
      mine_.rounds.fetch_add(1, std::memory_order_relaxed);
    }
    mine_.over = true;
  }

 private:
  struct activity {
    const char* name;
    void (driver::*run)();
  };
  static const std::array<activity, 10> activities;

  weft::thread_pool& a_pool() { return luck_.one_in(2) ? pools_.watched : pools_.plain; }
  weft::thread_pool& other(weft::thread_pool& pool) { return &pool == &pools_.plain ? pools_.watched : pools_.plain; }
  void expect(bool right, const char* what) { where_.expect(right, what); }

  void handshake();
  void joins();
  void scopes();
  void nested_pools();
  void cancellations();
  void exceptions();
  void birth_and_end();
  void loops();
  void futures();
  void worker_waits();

  /// The number of leaves of a tree of joins, each a random while.
  static std::uint64_t leaves(unsigned depth, std::uint64_t seed);

  world& where_;
  const long_lived& pools_;
  progress& mine_;
  chance luck_;
};

const std::array<driver::activity, 10> driver::activities{{{"a handshake", &driver::handshake},
                                                           {"joins", &driver::joins},
                                                           {"scopes", &driver::scopes},
                                                           {"nested pools", &driver::nested_pools},
                                                           {"cancellations", &driver::cancellations},
                                                           {"exceptions", &driver::exceptions},
                                                           {"a pool's birth and end", &driver::birth_and_end},
                                                           {"loops", &driver::loops},
                                                           {"futures", &driver::futures},
                                                           {"workers that wait", &driver::worker_waits}}};

void driver::handshake() {
  weft::atomic::parker bed;
  std::atomic<bool> ran{false};
  a_pool()
      .spawn([&ran, luck = chance(luck_.next()), bell = bed.unparker()]() mutable {
        luck.delay();
        ran = true;
        bell.unpark();
      })
      .detach();
  luck_.delay();
  while (!ran) bed.park();
  mine_.shook_hands();
}

std::uint64_t driver::leaves(unsigned depth, std::uint64_t seed) {
  chance luck(seed);
  if (depth == 0) {
    luck.delay();
    return 1;
  }
  const auto [a, b] = weft::join([&, s = luck.next()] { return leaves(depth - 1, s); },
                                 [&, s = luck.next()] { return leaves(depth - 1, s); });
  return a + b;
}

void driver::joins() {
  const auto depth = static_cast<unsigned>(luck_.below(9));
  const std::uint64_t got = a_pool().install([&] { return leaves(depth, luck_.next()); });
  expect(got == std::uint64_t{1} << depth, "a tree of joins has lost leaves");
  mine_.shook_hands();
}

void driver::scopes() {
  const std::uint64_t outer = luck_.below(20);
  const std::uint64_t inner = luck_.below(8);
  std::atomic<std::uint64_t> ran{0};
  a_pool().scope([&](auto& s) {
    for (std::uint64_t i = 0; i < outer; ++i) {
      s.spawn([&, luck = chance(luck_.next())](weft::scope_handle& here) mutable {
        luck.delay();
        for (std::uint64_t k = 0; k < inner; ++k) here.spawn([&ran] { ran.fetch_add(1); });
        weft::scope([&](auto& own) { own.spawn([&ran] { ran.fetch_add(1); }); });
      });
    }
    luck_.delay();
  });
  expect(ran == outer * (inner + 1), "a scope has lost tasks, or run some twice");
  mine_.shook_hands();
}

void driver::nested_pools() {
  weft::thread_pool& one = a_pool();
  weft::thread_pool& two = other(one);
  const std::uint64_t seed = luck_.next();
  const auto [a, b] = one.join(
      [&] {
        const auto [x, y] =
            two.join([&] { return leaves(3, seed); }, [&] { return one.install([&] { return leaves(2, seed + 1); }); });
        return x + y;
      },
      [&] { return two.install([&] { return leaves(4, seed + 2); }); });
  expect(a + b == 8 + 4 + 16, "pools that call each other have lost leaves");
  mine_.shook_hands();
}

// Counts its own end, so that a closure which neither ran nor died is noticed.
class marker {
 public:
  marker(std::atomic<int>& ran, std::atomic<int>& gone) : ran_(&ran), gone_(&gone) {}
  marker(marker&& old) noexcept : ran_(old.ran_), gone_(std::exchange(old.gone_, nullptr)) {}
  marker& operator=(marker&&) = delete;
  ~marker() {
    if (gone_ != nullptr) gone_->fetch_add(1);
  }
  void run() { ran_->fetch_add(1); }

 private:
  std::atomic<int>* ran_;
  std::atomic<int>* gone_;
};

void driver::cancellations() {
  std::atomic<int> ran{0};
  std::atomic<int> gone{0};
  int must_run = 0;
  const int count = static_cast<int>(luck_.below(12));
  std::vector<weft::handle<void>> waited;
  for (int i = 0; i < count; ++i) {
    auto made = a_pool().spawn([luck = chance(luck_.next()), mark = marker(ran, gone)]() mutable {
      luck.delay();
      mark.run();
    });
    luck_.delay();
    switch (luck_.below(3)) {
      case 0:  // dropped here
        break;
      case 1:
        ++must_run;
        waited.push_back(std::move(made));
        break;
      default:
        made.cancel();
        try {
          std::move(made).wait();
        } catch (const weft::cancelled_error&) {
        }
        break;
    }
  }
  for (auto& each : waited) std::move(each).wait();
  expect(gone == count, "a closure outlived its handle");
  expect(ran >= must_run && ran <= count, "a task that was waited for hasn't run, or one ran twice");
  mine_.shook_hands(static_cast<std::uint64_t>(count));
}

void driver::exceptions() {
  weft::thread_pool& pool = a_pool();
  const std::uint64_t which = luck_.below(4);
  const auto maybe = [this](bool throws) {
    return [throws, luck = chance(luck_.next())]() mutable {
      luck.delay();
      if (throws) throw wanted_error();
    };
  };
  bool caught = false;
  try {
    pool.join(maybe((which & 1) != 0), maybe((which & 2) != 0));
  } catch (const wanted_error&) {
    caught = true;
  }
  expect(caught == (which != 0), "a join has lost an exception, or made one");
  caught = false;
  try {
    pool.scope([&](auto& s) {
      for (std::uint64_t i = 0; i < 5; ++i) s.spawn(maybe(i <= which));
    });
  } catch (const wanted_error&) {
    caught = true;
  }
  expect(caught, "a scope has lost an exception");
  caught = false;
  try {
    pool.spawn(maybe(true)).wait();
  } catch (const wanted_error&) {
    caught = true;
  }
  expect(caught, "a handle has lost an exception");
  mine_.shook_hands(3);
}

void driver::birth_and_end() {
  std::atomic<int> ran{0};
  const int count = static_cast<int>(luck_.below(6));
  {
    weft::par::pool_options options;
    options.threads = 1 + luck_.below(3);
    options.name = "short";
    options.statistics = luck_.one_in(2);
    weft::thread_pool pool(options);
    for (int i = 0; i < count; ++i) {
      luck_.delay();
      pool.spawn([&ran, &pool, luck = chance(luck_.next())]() mutable {
            luck.delay();
            // Held: a task that runs as the pool ends may still spawn.
            pool.spawn([&ran] { ran.fetch_add(1); }).detach();
          })
          .detach();
    }
    luck_.delay();
  }
  expect(ran == count, "a pool has ended before its jobs");
  mine_.shook_hands();
}

void driver::loops() {
  weft::thread_pool& pool = a_pool();
  std::vector<std::uint32_t> numbers(1 + luck_.below(std::uint64_t{1} << luck_.below(17)));
  std::iota(numbers.begin(), numbers.end(), 0u);
  const std::uint64_t n = numbers.size();
  pool.install([&] {
    const auto sum = weft::par_iter(numbers).map([](std::uint32_t x) { return std::uint64_t{x}; }).sum();
    expect(sum == n * (n - 1) / 2, "a parallel sum is wrong");
    const auto even = weft::par_iter(numbers).filter([](std::uint32_t x) { return x % 2 == 0; }).count();
    expect(even == (n + 1) / 2, "a parallel count is wrong");
    const auto wanted = static_cast<std::uint32_t>(luck_.below(n));
    const auto found = weft::par_iter(numbers).find_any([wanted](std::uint32_t x) { return x == wanted; });
    expect(bool(found), "a parallel search is wrong");
  });
  mine_.shook_hands();
}

weft::futures::task<int> count_messages(weft::channel::receiver<int> from) {
  int sum = 0;
  for (;;) {
    const auto got = co_await from.recv_async();
    if (!got) co_return sum;
    sum += *got;
  }
}

void driver::futures() {
  auto [tx, rx] = weft::channel::bounded<int>(1 + luck_.below(4));
  auto sum = a_pool().spawn(count_messages(std::move(rx)));
  const int count = static_cast<int>(luck_.below(20));
  {
    auto sender = std::move(tx);
    for (int i = 1; i <= count; ++i) {
      luck_.delay();
      expect(bool(sender.send(int{i})), "a receiver has gone");
    }
  }
  expect(std::move(sum).wait() == count * (count + 1) / 2, "a channel has lost messages");
  mine_.shook_hands(static_cast<std::uint64_t>(count) + 1);
}

// A worker waits for tasks that it has spawned, also in the other pool.
void driver::worker_waits() {
  weft::thread_pool& one = a_pool();
  weft::thread_pool& two = other(one);
  auto all = one.spawn([&two, luck = chance(luck_.next())]() mutable {
    auto here = weft::spawn([s = luck.next()] { return leaves(2, s); });
    auto there = two.spawn([s = luck.next()] { return leaves(3, s); });
    luck.delay();
    return std::move(there).wait() + std::move(here).wait();
  });
  luck_.delay();
  expect(std::move(all).wait() == 12, "a worker that waits has lost leaves");
  mine_.shook_hands();
}

}  // namespace

void run_activities(world& where, const long_lived& pools, progress& mine, std::uint64_t seed) {
  driver(where, pools, mine, seed).run();
}

}  // namespace soak
