// The unbounded queue gives each item to one consumer and frees each segment once, under its last reader. Segments have two
// cells.
#include <weft/channel/seg_queue.hpp>
#include <weft/epoch/pin.hpp>
#include <weft_model/model.hpp>

#include "epoch_seats.hpp"
#include "support.hpp"

#include <cstdint>
#include <memory>

using namespace weft;
using model_support::seated_threads;

namespace {

using goods = std::unique_ptr<std::uint32_t>;

struct stage {
  epoch::model_default_collector world;
  channel::seg_queue<goods> queue;
  model_support::tally taken;
  std::uint32_t pushed = 0;  // by the model's body

  // Items 0 … `in`-1 go in, `out` of them come out.
  explicit stage(std::uint32_t in = 0, std::uint32_t out = 0) {
    while (pushed < in) push(pushed++);
    for (std::uint32_t i = 0; i < out; ++i) pop();
  }
  void push(std::uint32_t item) { queue.push(std::make_unique<std::uint32_t>(item)); }
  bool pop() {
    const auto got = queue.pop();
    if (got) taken.add(**got);
    return got.has_value();
  }
  void finish(unsigned all) {
    while (pop()) {
    }
    taken.expect_each_once(all);
  }
};

MODEL("seg_queue: first push || first push") {
  stage s;
  seated_threads([&] { s.push(0); }, [&] { s.push(1); });
  s.finish(2);
}

MODEL("seg_queue: first push || pop pop") {
  stage s;
  seated_threads([&] { s.push(0); },
                 [&] {
                   s.pop();
                   s.pop();
                 });
  s.finish(1);
}

MODEL("seg_queue: first push || first push || pop") {
  stage s;
  seated_threads([&] { s.push(0); }, [&] { s.push(1); }, [&] { s.pop(); });
  s.finish(2);
}

MODEL("seg_queue: first push || push push push") {
  stage s;
  seated_threads([&] { s.push(0); },
                 [&] {
                   s.push(1);
                   s.push(2);
                   s.push(3);
                 });
  s.finish(4);
}

MODEL("seg_queue: push push || pop pop") {
  stage s;
  seated_threads(
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

MODEL("seg_queue: over the edge: push || push") {
  stage s(2);
  seated_threads([&] { s.push(2); }, [&] { s.push(3); });
  s.finish(4);
}

MODEL("seg_queue: over the edge: push || push push push") {
  stage s(2);
  seated_threads([&] { s.push(2); },
                 [&] {
                   s.push(3);
                   s.push(4);
                   s.push(5);
                 });
  s.finish(6);
}

MODEL("seg_queue: at the edge: push || pop") {
  stage s(2, 1);
  seated_threads([&] { s.push(2); },
                 [&] {
                   s.pop();
                   s.pop();
                 });
  s.finish(3);
}

MODEL("seg_queue: over the edge: push || push || pop") {
  stage s(2, 2);
  seated_threads([&] { s.push(2); }, [&] { s.push(3); }, [&] { s.pop(); });
  s.finish(4);
}

MODEL("seg_queue: over the edge: push || pop || pop") {
  stage s(2, 1);
  seated_threads([&] { s.push(2); }, [&] { s.pop(); }, [&] { s.pop(); });
  s.finish(3);
}

MODEL("seg_queue: over the edge: push, pop || pop") {
  stage s(2, 2);
  seated_threads(
      [&] {
        s.push(2);
        s.pop();
      },
      [&] { s.pop(); });
  s.finish(3);
}

// One taker moves head_ over two segments while the other stands at the first.
MODEL("seg_queue: two edges: push push, pop pop pop || pop") {
  stage s(3, 2);
  seated_threads(
      [&] {
        s.push(3);
        s.push(4);
        s.pop();
        s.pop();
        s.pop();
      },
      [&] { s.pop(); });
  s.finish(5);
}

// The one who retires the first segment does all that it takes to free it, while another may stand in it.
MODEL("seg_queue: pop over the edge, free || pop") {
  stage s(3, 2);
  seated_threads(
      [&] {
        s.pop();
        for (int i = 0; i < 3; ++i) epoch::pin().flush();
      },
      [&] { s.pop(); });
  s.finish(3);
}

MODEL("seg_queue: len || first push") {
  stage s;
  seated_threads([&] { s.push(0); }, [&] { model::check(s.queue.len() <= 1, "no more than was pushed"); });
  s.finish(1);
}

MODEL("seg_queue: len || push push push") {
  stage s(1);
  seated_threads(
      [&] {
        s.push(1);
        s.push(2);
        s.push(3);
      },
      [&] { model::check(s.queue.len() <= 4, "no more than was pushed"); });
  s.finish(4);
}

MODEL("seg_queue: empty misses no push that happened before") {
  epoch::model_default_collector world;
  channel::seg_queue<int> queue;
  atom<int> pushed{0};
  seated_threads(
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
  seated_threads(
      [&] {
        data.write() = 1;
        queue.push(1);
      },
      [&] {
        if (queue.pop()) model::check(data.read() == 1, "an item brings along what its pusher did");
      });
}

}  // namespace
