// Positions of eight bits run over their end while owner, thieves and pushers meet there, and while the ring grows across
// it.
#include <weft/deque/injector.hpp>
#include <weft/deque/work_deque.hpp>
#include <weft_model/model.hpp>

#include "support.hpp"

#include <cstdint>

using namespace weft;

namespace {

using lifo = deque::work_deque<std::uint32_t, deque::lifo, std::uint8_t>;
using fifo = deque::work_deque<std::uint32_t, deque::fifo, std::uint8_t>;
using queue = deque::injector<std::uint32_t, std::uint8_t>;

// An empty structure whose next position is `start`.
template <class Queue>
struct stage {
  explicit stage(unsigned start) {
    for (unsigned i = 0; i < start; ++i) {
      items.push(7);
      model::check(items.steal().is_success(), "what went in comes out");
    }
  }
  void steal() {
    if (const auto got = items.steal()) taken.add(*got);
  }
  void pop() {
    if (const auto got = items.pop()) taken.add(*got);
  }
  void finish(unsigned pushed) {
    while (const auto got = items.steal()) taken.add(*got);
    taken.expect_each_once(pushed);
  }
  Queue items;
  model_support::tally taken;
};

template <class Deque>
void push_push_pop_steal_steal() {
  stage<Deque> s(255);
  {
    auto one = model::spawn([&] { s.steal(); });
    auto two = model::spawn([&] { s.steal(); });
    s.items.push(0);
    s.items.push(1);
    s.pop();
  }
  s.finish(2);
}
MODEL("deque_wrap: lifo: push push pop || steal || steal") { push_push_pop_steal_steal<lifo>(); }
MODEL("deque_wrap: fifo: push push pop || steal || steal") { push_push_pop_steal_steal<fifo>(); }

MODEL("deque_wrap: push into a full ring || steal || steal") {
  stage<lifo> s(255);
  s.items.push(0);
  s.items.push(1);
  {
    auto one = model::spawn([&] { s.steal(); });
    auto two = model::spawn([&] { s.steal(); });
    s.items.push(2);
  }
  s.finish(3);
}

// Three items to a block here, so 191 of them leave the queue at position 254 of 256, a block's last slot.
MODEL("injector_wrap: push push || steal", .spurious_cas = 0) {
  stage<queue> s(191);
  model::threads(
      [&] {
        s.items.push(0);
        s.items.push(1);
      },
      [&] { s.steal(); });
  s.finish(2);
}

}  // namespace
