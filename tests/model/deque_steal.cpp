// Each item leaves the deque exactly once, to the owner or to a thief, and brings along what its pusher did before.
#include <weft/deque/work_deque.hpp>
#include <weft_model/model.hpp>

#include "support.hpp"

#include <array>
#include <cstdint>

using namespace weft;

namespace {

using lifo = deque::work_deque<std::uint32_t>;
using fifo = deque::work_deque<std::uint32_t, deque::fifo>;
using tiny = deque::work_deque<std::uint32_t, deque::lifo, std::uint8_t>;

// A deque, what was put into each item before it was pushed, and who has taken it.
template <class Deque>
struct stage {
  Deque items;
  std::array<plain<int>, 8> loads;
  model_support::tally taken;

  void push(std::uint32_t item) {
    loads[item].write() = static_cast<int>(item) + 100;
    items.push(item);
  }
  void pop() {
    if (const auto got = items.pop()) use(*got);
  }
  bool steal() {
    const auto got = items.steal();
    if (got) use(*got);
    return static_cast<bool>(got);
  }
  void use(std::uint32_t item) {
    model::check(loads[item].read() == static_cast<int>(item) + 100, "an item brings along what its pusher did");
    taken.add(item);
  }
  void finish(unsigned pushed) {
    while (steal()) {
    }
    taken.expect_each_once(pushed);
  }
};

MODEL("deque_steal: the last item: pop || steal || steal") {
  stage<lifo> s;
  s.push(0);
  {
    auto one = model::spawn([&] { s.steal(); });
    auto two = model::spawn([&] { s.steal(); });
    s.pop();
  }
  s.finish(1);
}

MODEL("deque_steal: two items: pop pop || steal steal") {
  stage<lifo> s;
  s.push(0);
  s.push(1);
  {
    auto thief = model::spawn([&] {
      s.steal();
      s.steal();
    });
    s.pop();
    s.pop();
  }
  s.finish(2);
}

MODEL("deque_steal: push push pop || steal || steal") {
  stage<lifo> s;
  {
    auto one = model::spawn([&] { s.steal(); });
    auto two = model::spawn([&] { s.steal(); });
    s.push(0);
    s.push(1);
    s.pop();
  }
  s.finish(2);
}

MODEL("deque_steal: pop of nothing, push || steal || steal") {
  stage<lifo> s;
  {
    auto one = model::spawn([&] { s.steal(); });
    auto two = model::spawn([&] { s.steal(); });
    s.pop();
    s.push(0);
  }
  s.finish(1);
}

MODEL("deque_steal: push pop push pop || steal") {
  stage<lifo> s;
  {
    auto thief = model::spawn([&] { s.steal(); });
    s.push(0);
    s.pop();
    s.push(1);
    s.pop();
  }
  s.finish(2);
}

MODEL("deque_steal: real fences on both sides", .asymmetric_fences = false) {
  stage<lifo> s;
  s.push(0);
  s.push(1);
  {
    auto thief = model::spawn([&] { s.steal(); });
    s.pop();
    s.pop();
  }
  s.finish(2);
}

MODEL("deque_steal: a slot written over while a thief looks at it") {
  stage<lifo> s;
  s.push(0);
  s.push(1);  // full
  unsigned pushed = 2;
  {
    auto one = model::spawn([&] { s.steal(); });
    auto two = model::spawn([&] { s.steal(); });
    if (s.items.size() < 2) {
      s.push(2);  // into slot 0
      pushed = 3;
    }
  }
  s.finish(pushed);
}

MODEL("deque_steal: positions wrap around") {
  stage<tiny> s;
  // A byte of positions wraps after 256 items.
  for (int i = 0; i < 255; ++i) {
    s.items.push(7);
    static_cast<void>(s.items.steal());
  }
  s.push(0);
  s.push(1);
  {
    auto thief = model::spawn([&] { s.steal(); });
    s.pop();
    s.pop();
  }
  s.finish(2);
}

MODEL("deque_steal: fifo: push pop pop || steal") {
  stage<fifo> s;
  s.push(0);
  {
    auto thief = model::spawn([&] { s.steal(); });
    s.push(1);
    s.pop();
    s.pop();
  }
  s.finish(2);
}

MODEL("deque_steal: a batch || pop pop") {
  stage<lifo> s;
  lifo mine;
  s.push(0);
  s.push(1);
  {
    auto thief = model::spawn([&] {
      static_cast<void>(s.items.steal_batch(mine));
      while (const auto got = mine.pop()) s.use(*got);
    });
    s.pop();
    s.pop();
  }
  s.finish(2);
}

MODEL("deque_steal: a batch and one || steal || pop") {
  stage<lifo> s;
  lifo mine;
  s.push(0);
  s.push(1);
  {
    auto one = model::spawn([&] {
      if (const auto got = s.items.steal_batch_and_pop(mine)) s.use(*got);
      while (const auto got = mine.pop()) s.use(*got);
    });
    auto two = model::spawn([&] { s.steal(); });
    s.pop();
  }
  s.finish(2);
}

}  // namespace
