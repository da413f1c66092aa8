// While a deque or an injector holds an item, nobody who asks is told that it is empty, and no size is more than was pushed.
#include <weft/deque/injector.hpp>
#include <weft/deque/work_deque.hpp>
#include <weft_model/model.hpp>

#include <cstdint>

using namespace weft;

namespace {

// A thief that takes one of two items only once it has seen both: from the first push on there is always one left.
template <class Queue, class Ask>
void beside_a_patient_thief(Ask ask) {
  Queue items;
  model::threads(
      [&] {
        items.push(0);
        items.push(1);
      },
      [&] {
        if (items.size() == 2) static_cast<void>(items.steal());
      },
      [&] {
        if (!items.is_empty()) ask(items);
      });
}

constexpr auto size_says_so = [](auto& items) { model::check(!items.is_empty(), "there is always an item left"); };
constexpr auto steal_says_so = [](auto& items) {
  model::check(!items.steal().is_empty(), "an item was there, and is still for whoever comes first");
};

using lifo = deque::work_deque<std::uint32_t>;
using fifo = deque::work_deque<std::uint32_t, deque::fifo>;
using queue = deque::injector<std::uint32_t>;

MODEL("deque_empty: push push || steal || size size") { beside_a_patient_thief<lifo>(size_says_so); }
MODEL("deque_empty: push push || steal || size steal") { beside_a_patient_thief<lifo>(steal_says_so); }
MODEL("deque_empty: fifo: push push || steal || size steal") { beside_a_patient_thief<fifo>(steal_says_so); }
MODEL("injector_empty: push push || steal || is_empty is_empty") { beside_a_patient_thief<queue>(size_says_so); }
MODEL("injector_empty: push push || steal || is_empty steal") { beside_a_patient_thief<queue>(steal_says_so); }

MODEL("injector_empty: push || steal || size") {
  queue items;
  model::threads([&] { items.push(0); }, [&] { static_cast<void>(items.steal()); },
                 [&] { model::check(items.size() <= 1, "one item was pushed"); });
}

}  // namespace
