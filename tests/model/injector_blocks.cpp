// Items go through the injector in order and once, over the edge between blocks too; each block is freed by its last reader.
#include <weft/deque/injector.hpp>
#include <weft_model/model.hpp>

#include "support.hpp"

#include <cstdint>
#include <memory>

using namespace weft;

namespace {

using goods = std::unique_ptr<std::uint32_t>;

struct stage {
  deque::injector<goods> queue;
  model_support::tally taken;
  int last = -1;

  void push(std::uint32_t item) { queue.push(std::make_unique<std::uint32_t>(item)); }
  bool steal() {
    auto got = queue.steal();
    if (got) taken.add(**got);
    return static_cast<bool>(got);
  }
  void finish(unsigned pushed) {
    while (steal()) {
    }
    taken.expect_each_once(pushed);
  }
};

MODEL("injector_blocks: push || push || steal") {
  stage s;
  model::threads([&] { s.push(0); }, [&] { s.push(1); }, [&] { s.steal(); });
  s.finish(2);
}

MODEL("injector_blocks: two pushes || two steals") {
  stage s;
  model::threads(
      [&] {
        s.push(0);
        s.push(1);
      },
      [&] {
        s.steal();
        s.steal();
      });
  s.finish(2);
}

MODEL("injector_blocks: push || steal || steal") {
  stage s;
  model::threads([&] { s.push(0); }, [&] { s.steal(); }, [&] { s.steal(); });
  s.finish(1);
}

MODEL("injector_blocks: the block's last slot: push || push || steal") {
  stage s;
  s.push(0);
  s.push(1);
  s.steal();
  s.steal();
  model::threads([&] { s.push(2); }, [&] { s.push(3); }, [&] { s.steal(); });
  s.finish(4);
}

MODEL("injector_blocks: three thieves at the end of a block") {
  stage s;
  for (std::uint32_t i = 0; i < 4; ++i) s.push(i);
  s.steal();
  model::threads([&] { s.steal(); }, [&] { s.steal(); }, [&] { s.steal(); });
  s.finish(4);
}

MODEL("injector_blocks: a thief follows into a block that is being hung in") {
  stage s;
  s.push(0);
  s.push(1);
  s.steal();
  model::threads(
      [&] {
        s.push(2);
        s.push(3);
      },
      [&] {
        s.steal();
        s.steal();
        s.steal();
      });
  s.finish(4);
}

MODEL("injector_blocks: two thieves at the edge || a pusher", .spurious_cas = 0) {
  stage s;
  s.push(0);
  s.push(1);
  model::threads(
      [&] {
        s.push(2);
        s.push(3);
      },
      [&] {
        s.steal();
        s.steal();
      },
      [&] {
        s.steal();
        s.steal();
      });
  s.finish(4);
}

MODEL("injector_blocks: what a pusher did comes with the item") {
  deque::injector<std::uint32_t> queue;
  plain<int> data{0};
  model::threads(
      [&] {
        data.write() = 1;
        queue.push(0);
      },
      [&] {
        if (queue.steal()) model::check(data.read() == 1, "an item brings along what its pusher did");
      });
}

MODEL("injector_blocks: empty misses no push that happened before") {
  deque::injector<std::uint32_t> queue;
  atom<int> pushed{0};
  model::threads(
      [&] {
        queue.push(0);
        pushed.store(1, release);
      },
      [&] {
        if (pushed.load(acquire) == 1) {
          model::check(!queue.is_empty(), "a push that happened before is seen");
          model::check(static_cast<bool>(queue.steal()), "and its item can be taken");
        }
      });
}

MODEL("injector_blocks: a batch || steal") {
  deque::injector<std::uint32_t> queue;
  deque::work_deque<std::uint32_t> mine;
  model_support::tally taken;
  for (std::uint32_t i = 0; i < 4; ++i) queue.push(i);
  model::threads(
      [&] {
        static_cast<void>(queue.steal_batch(mine));
        while (const auto got = mine.pop()) taken.add(*got);
      },
      [&] {
        if (const auto got = queue.steal()) taken.add(*got);
      });
  while (const auto got = queue.steal()) taken.add(*got);
  taken.expect_each_once(4);
}

MODEL("injector_blocks: a batch up to the block's end || steal") {
  deque::injector<std::uint32_t> queue;
  deque::work_deque<std::uint32_t> mine;
  model_support::tally taken;
  const auto steal = [&] {
    if (const auto got = queue.steal()) taken.add(*got);
  };
  for (std::uint32_t i = 0; i < 4; ++i) queue.push(i);
  steal();  // two are left in the block, and one in the next
  model::threads(
      [&] {
        static_cast<void>(queue.steal_batch(mine));
        while (const auto got = mine.pop()) taken.add(*got);
      },
      steal);
  while (const auto got = queue.steal()) taken.add(*got);
  taken.expect_each_once(4);
}

MODEL("injector_blocks: a batch and one || push || steal") {
  deque::injector<std::uint32_t> queue;
  deque::work_deque<std::uint32_t> mine;
  model_support::tally taken;
  for (std::uint32_t i = 0; i < 2; ++i) queue.push(i);
  model::threads(
      [&] {
        if (const auto got = queue.steal_batch_and_pop(mine)) taken.add(*got);
        while (const auto got = mine.pop()) taken.add(*got);
      },
      [&] { queue.push(2); },
      [&] {
        if (const auto got = queue.steal()) taken.add(*got);
      });
  while (const auto got = queue.steal()) taken.add(*got);
  taken.expect_each_once(3);
}

MODEL("injector_blocks: no memory for the next block || steal", .allocation_failures = 1) {
  model_support::tally taken;
  unsigned pushed = 2;
  try {
    deque::injector<std::uint32_t> queue;
    queue.push(0);
    queue.push(1);
    auto thief = model::spawn([&] {
      if (const auto got = queue.steal()) taken.add(*got);
    });
    try {
      queue.push(2);
      pushed = 3;
    } catch (const std::bad_alloc&) {  // then nothing has changed
    }
    thief.join();
    while (const auto got = queue.steal()) taken.add(*got);
  } catch (const std::bad_alloc&) {
    model::discard();  // it was the queue or the thread that didn't come into being
  }
  taken.expect_each_once(pushed);
}

MODEL("injector_blocks: destroyed with items inside") {
  stage s;
  for (std::uint32_t i = 0; i < 4; ++i) s.push(i);
  s.steal();
}

}  // namespace
