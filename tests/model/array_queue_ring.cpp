// The ring gives each item to one consumer, in order, and says full and empty only when it is.
#include <weft/channel/array_queue.hpp>
#include <weft_model/model.hpp>

#include "support.hpp"

#include <bit>
#include <cstdint>
#include <memory>
#include <optional>

using namespace weft;

namespace {

using goods = std::unique_ptr<std::uint32_t>;

template <class Index>
struct stage_with {
  explicit stage_with(std::size_t capacity) : queue(capacity) {}
  channel::array_queue<goods, Index> queue;
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
using stage = stage_with<std::uint64_t>;

// Both positions stand `before` cells in front of their wrap to zero.
struct wrapping : stage_with<std::uint8_t> {
  wrapping(std::size_t capacity, unsigned before) : stage_with(capacity) {
    const unsigned lap = 2 * std::bit_ceil(static_cast<unsigned>(capacity) + 1);
    const unsigned cells = 256 / lap * static_cast<unsigned>(capacity);
    for (unsigned i = before; i < cells; ++i) {
      static_cast<void>(queue.push(nullptr));
      static_cast<void>(queue.pop());
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

MODEL("array_queue: capacity 1, positions wrap: push push || pop pop") {
  wrapping s(1, 1);
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

MODEL("array_queue: capacity 2, positions wrap: push || push || pop") {
  wrapping s(2, 2);
  s.push(0);
  model::threads([&] { s.push(1); }, [&] { s.push(2); }, [&] { s.pop(); });
  s.finish();
}

MODEL("array_queue: capacity 3, positions wrap: push push || pop || pop") {
  wrapping s(3, 2);
  s.push(0);
  model::threads(
      [&] {
        s.push(1);
        s.push(2);
      },
      [&] { s.pop(); }, [&] { s.pop(); });
  s.finish();
}

MODEL("array_queue: capacity 1, positions wrap: force_push || pop push") {
  wrapping s(1, 1);
  s.push(0);
  model::threads([&] { s.force(1); },
                 [&] {
                   s.pop();
                   s.push(2);
                 });
  s.finish();
}

MODEL("array_queue: capacity 1, its ring alone: replace || close") {
  channel::detail::ring<goods> ring(1);
  goods first = std::make_unique<std::uint32_t>(0), second = std::make_unique<std::uint32_t>(1);
  model::check(ring.put(first) == channel::outcome::ok, "there is room");
  std::optional<goods> evicted;
  auto result = channel::outcome::ok;
  model::threads([&] { result = ring.replace(second, channel::detail::move_into(evicted)); }, [&] { ring.close(); });
  model::check((second == nullptr) == (result == channel::outcome::ok), "a refusal leaves the goods alone");
  ring.discard();
  model::check(ring.is_empty() && ring.is_closed(), "a closed ring can be emptied");
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
