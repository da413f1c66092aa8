// Either the waiter sees the condition or the notifier sees the waiter: nobody sleeps through a notification.
#include <weft/atomic/event_count.hpp>
#include <weft_model/model.hpp>

#include <chrono>

using namespace weft;
using namespace std::chrono_literals;

namespace {

MODEL("event_count: await || notify_one", .spurious_wakes = 1) {
  atomic::event_count changed;
  atom<int> ready{0};
  model::threads([&] { changed.await([&] { return ready.load(relaxed) != 0; }); },
                 [&] {
                   ready.store(1, relaxed);
                   changed.notify_one();
                 });
}

MODEL("event_count: await || notify_one, real fences on both sides", .asymmetric_fences = false) {
  atomic::event_count changed;
  atom<int> ready{0};
  model::threads([&] { changed.await([&] { return ready.load(relaxed) != 0; }); },
                 [&] {
                   ready.store(1, relaxed);
                   changed.notify_one();
                 });
}

MODEL("event_count: two wait, notify_all") {
  atomic::event_count changed;
  atom<int> ready{0};
  const auto wait = [&] { changed.await([&] { return ready.load(relaxed) != 0; }); };
  model::threads(wait, wait, [&] {
    ready.store(1, relaxed);
    changed.notify_all();
  });
}

MODEL("event_count: two wait for one thing each, notify_one twice") {
  atomic::event_count changed;
  atom<int> things{0};
  const auto take = [&] {
    changed.await([&] {
      int there = things.load(relaxed);
      while (there != 0 && !things.compare_exchange_strong(there, there - 1, relaxed, relaxed)) {
      }
      return there != 0;
    });
  };
  model::threads(take, take, [&] {
    things.fetch_add(1, relaxed);
    changed.notify_one();
    things.fetch_add(1, relaxed);
    changed.notify_one();
  });
}

MODEL("event_count: two notifiers, one waiter for both") {
  atomic::event_count changed;
  atom<int> a{0}, b{0};
  model::threads([&] { changed.await([&] { return a.load(relaxed) + b.load(relaxed) == 2; }); },
                 [&] {
                   a.store(1, relaxed);
                   changed.notify_one();
                 },
                 [&] {
                   b.store(1, relaxed);
                   changed.notify_one();
                 });
}

MODEL("event_count: prepare and cancel || notify || await") {
  atomic::event_count changed;
  atom<int> ready{0};
  model::threads(
      [&] {
        auto key = changed.prepare();
        changed.cancel(key);
      },
      [&] { changed.await([&] { return ready.load(relaxed) != 0; }); },
      [&] {
        ready.store(1, relaxed);
        changed.notify_one();
      });
}

MODEL("event_count: await_until || notify_one", .timeouts = 1) {
  atomic::event_count changed;
  atom<int> ready{0};
  model::threads(
      [&] {
        const auto deadline = deadline_after(1ms);
        if (!changed.await_until(deadline, [&] { return ready.load(relaxed) != 0; })) {
          model::check(clock::now() >= deadline, "gave up only at the deadline");
        }
      },
      [&] {
        ready.store(1, relaxed);
        changed.notify_one();
      });
  model::check(changed.waiters() == 0, "everybody who announced himself has left");
}

}  // namespace
