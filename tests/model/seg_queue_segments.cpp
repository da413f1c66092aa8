// The unbounded queue gives each item to one consumer and frees each segment once, under its last reader.
#include <weft/channel/seg_queue.hpp>
#include <weft/epoch/pin.hpp>
#include <weft_model/model.hpp>

#include "support.hpp"

#include <cstdint>
#include <memory>

using namespace weft;

namespace {

using goods = std::unique_ptr<std::uint32_t>;

struct stage {
  epoch::model_default_collector world;
  channel::seg_queue<goods> queue;
  model_support::tally taken;

  void push(std::uint32_t item) { queue.push(std::make_unique<std::uint32_t>(item)); }
  void pop() {
    if (auto got = queue.pop()) taken.add(**got);
  }
  void finish(unsigned pushed) {
    while (auto got = queue.pop()) taken.add(**got);
    taken.expect_each_once(pushed);
  }
};

MODEL("seg_queue: first push || first push || pop", .exhaustive = false, .walks = 10000) {
  stage s;
  model::threads([&] { s.push(0); }, [&] { s.push(1); }, [&] { s.pop(); });
  s.finish(2);
}

MODEL("seg_queue: push push || pop pop") {
  stage s;
  model::threads(
      [&] {
        s.push(0);
        s.push(1);
      },
      [&] {
        s.pop();
        s.pop();
      });
  s.finish(2);
}

MODEL("seg_queue: over the edge: push || push || pop", .exhaustive = false, .walks = 10000) {
  stage s;
  s.push(0);
  model::threads([&] { s.push(1); }, [&] { s.push(2); }, [&] { s.pop(); });
  s.finish(3);
}

MODEL("seg_queue: over the edge: push || pop || pop", .exhaustive = false, .walks = 10000) {
  stage s;
  s.push(0);
  s.push(1);
  model::threads([&] { s.push(2); }, [&] { s.pop(); }, [&] { s.pop(); });
  s.finish(3);
}

MODEL("seg_queue: empty misses no push that happened before") {
  epoch::model_default_collector world;
  channel::seg_queue<int> queue;
  atom<int> pushed{0};
  model::threads(
      [&] {
        queue.push(7);
        pushed.store(1, release);
      },
      [&] {
        if (pushed.load(acquire) == 1) model::check(queue.pop().has_value(), "a push that happened before is seen");
      });
}

MODEL("seg_queue: what a pusher did comes with the item") {
  epoch::model_default_collector world;
  channel::seg_queue<int> queue;
  plain<int> data{0};
  model::threads(
      [&] {
        data.write() = 1;
        queue.push(1);
      },
      [&] {
        if (queue.pop()) model::check(data.read() == 1, "an item brings along what its pusher did");
      });
}

}  // namespace
