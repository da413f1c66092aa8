// A thief that looks at the ring while the owner replaces it gets the right item or none.
#include <weft/deque/work_deque.hpp>
#include <weft_model/model.hpp>

#include "support.hpp"

#include <cstdint>

using namespace weft;

namespace {

using lifo = deque::work_deque<std::uint32_t>;

void steal(lifo& items, model_support::tally& taken) {
  if (const auto got = items.steal()) taken.add(*got);
}
void finish(lifo& items, model_support::tally& taken, unsigned pushed) {
  while (const auto got = items.pop()) taken.add(*got);
  taken.expect_each_once(pushed);
}

MODEL("deque_grow: push into a full ring || steal || steal") {
  lifo items;
  model_support::tally taken;
  items.push(0);
  items.push(1);
  {
    auto one = model::spawn([&] { steal(items, taken); });
    auto two = model::spawn([&] { steal(items, taken); });
    items.push(2);
  }
  finish(items, taken, 3);
}

MODEL("deque_grow: reserve in a full ring, push || steal || steal") {
  lifo items;
  model_support::tally taken;
  items.push(0);
  items.push(1);
  {
    auto one = model::spawn([&] { steal(items, taken); });
    auto two = model::spawn([&] { steal(items, taken); });
    model::check(items.reserve(1), "there is memory");
    model::check(items.try_push(2), "what was reserved is there");
  }
  finish(items, taken, 3);
}

void three_pushes_two_pops_two_steals() {
  lifo items;
  model_support::tally taken;
  {
    auto thief = model::spawn([&] {
      steal(items, taken);
      steal(items, taken);
    });
    for (std::uint32_t i = 0; i < 3; ++i) items.push(i);
    for (int i = 0; i < 2; ++i) {
      if (const auto got = items.pop()) taken.add(*got);
    }
  }
  finish(items, taken, 3);
}

MODEL("deque_grow: three pushes, two pops || two steals") { three_pushes_two_pops_two_steals(); }
MODEL("deque_grow: three pushes, two pops || two steals, real fences", .asymmetric_fences = false) {
  three_pushes_two_pops_two_steals();
}

MODEL("deque_grow: the first ring appears under a thief") {
  lifo items;
  model_support::tally taken;
  {
    auto thief = model::spawn([&] { steal(items, taken); });
    items.push(0);
    if (const auto got = items.pop()) taken.add(*got);
  }
  finish(items, taken, 1);
}

MODEL("deque_grow: a batch moves while the ring grows") {
  lifo items, mine;
  model_support::tally taken;
  items.push(0);
  items.push(1);
  {
    auto thief = model::spawn([&] {
      static_cast<void>(items.steal_batch(mine));
      while (const auto got = mine.pop()) taken.add(*got);
    });
    items.push(2);
    if (const auto got = items.pop()) taken.add(*got);
  }
  finish(items, taken, 3);
}

MODEL("deque_grow: no memory for a bigger ring", .allocation_failures = 1) {
  lifo items;
  model_support::tally taken;
  unsigned pushed = 0;
  try {
    auto thief = model::spawn([&] { steal(items, taken); });
    for (int i = 0; i < 3; ++i) pushed += items.try_push(pushed) ? 1 : 0;
  } catch (const std::bad_alloc&) {
    model::discard();  // it was the thread that didn't come into being
  }
  finish(items, taken, pushed);
}

}  // namespace
