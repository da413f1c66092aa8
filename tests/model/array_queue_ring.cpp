// The ring gives each item to one consumer, in order, and says full and empty only when it is.
#include <weft/channel/array_queue.hpp>
#include <weft_model/model.hpp>

#include "support.hpp"

#include <cstdint>
#include <memory>

using namespace weft;

namespace {

using goods = std::unique_ptr<std::uint32_t>;

struct stage {
  explicit stage(std::size_t capacity) : queue(capacity) {}
  channel::array_queue<goods> queue;
  model_support::tally taken;
  unsigned put = 0;  // bits of what went in

  void push(std::uint32_t item) {
    auto result = queue.push(std::make_unique<std::uint32_t>(item));
    if (result) {
      put |= 1u << item;
    } else {
      model::check(*std::move(result).take() == item, "a refusal hands the goods back");
    }
  }
  void force(std::uint32_t item) {
    if (auto evicted = queue.force_push(std::make_unique<std::uint32_t>(item))) taken.add(**evicted);
    put |= 1u << item;
  }
  void pop() {
    if (auto got = queue.pop()) taken.add(**got);
  }
  void finish() {
    while (auto got = queue.pop()) taken.add(**got);
    for (unsigned i = 0; i < 8; ++i) {
      model::check(taken.has(i) == ((put >> i & 1) != 0), "what went in comes out");
    }
  }
};

MODEL("array_queue: capacity 1: push || push || pop") {
  stage s(1);
  model::threads([&] { s.push(0); }, [&] { s.push(1); }, [&] { s.pop(); });
  s.finish();
}

MODEL("array_queue: capacity 1: push || pop || pop") {
  stage s(1);
  s.push(0);
  model::threads([&] { s.push(1); }, [&] { s.pop(); }, [&] { s.pop(); });
  s.finish();
}

MODEL("array_queue: capacity 1: push push || pop pop") {
  stage s(1);
  model::threads(
      [&] {
        s.push(0);
        s.push(1);
      },
      [&] {
        s.pop();
        s.pop();
      });
  s.finish();
}

MODEL("array_queue: capacity 2: push push || pop || pop") {
  stage s(2);
  model::threads(
      [&] {
        s.push(0);
        s.push(1);
      },
      [&] { s.pop(); }, [&] { s.pop(); });
  s.finish();
}

MODEL("array_queue: capacity 3: around the end: push || push || pop") {
  stage s(3);
  for (std::uint32_t i = 0; i < 3; ++i) s.push(i);
  s.pop();
  s.pop();
  model::threads([&] { s.push(3); }, [&] { s.push(4); }, [&] { s.pop(); });
  s.finish();
}

MODEL("array_queue: capacity 1: force_push || pop || push") {
  stage s(1);
  s.push(0);
  model::threads([&] { s.force(1); }, [&] { s.pop(); }, [&] { s.push(2); });
  s.finish();
}

MODEL("array_queue: capacity 2: force_push || force_push") {
  stage s(2);
  s.push(0);
  s.push(1);
  model::threads([&] { s.force(2); }, [&] { s.force(3); });
  s.finish();
}

MODEL("array_queue: in order") {
  channel::array_queue<int> queue(2);
  model::threads(
      [&] {
        static_cast<void>(queue.push(1));
        static_cast<void>(queue.push(2));
      },
      [&] {
        const auto first = queue.pop();
        const auto second = queue.pop();
        if (first) model::check(*first == 1, "first in, first out");
        if (first && second) model::check(*second == 2, "first in, first out");
      });
}

MODEL("array_queue: full and empty are true") {
  channel::array_queue<int> queue(1);
  atom<int> pushed{0};
  model::threads(
      [&] {
        model::check(static_cast<bool>(queue.push(1)), "an empty queue isn't full");
        pushed.store(1, release);
      },
      [&] {
        if (pushed.load(acquire) == 1) model::check(queue.pop().has_value(), "a push that happened before is seen");
      });
}

}  // namespace
