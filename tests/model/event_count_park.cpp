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

// Takes one thing, or waits for it.
void take(atomic::event_count& changed, atom<int>& things) {
  changed.await([&] {
    int there = things.load(relaxed);
    while (there != 0 && !things.compare_exchange_strong(there, there - 1, relaxed, relaxed)) {
    }
    return there != 0;
  });
}

// The second waiter comes when the first thing is there: whoever of the two gets it, the other one gets the second.
MODEL("event_count: two wait for one thing each, notify_one twice") {
  atomic::event_count changed;
  atom<int> things{0};
  const auto add_one = [&] {
    things.fetch_add(1, relaxed);
    changed.notify_one();
  };
  const auto first = model::spawn([&] { take(changed, things); });
  add_one();
  const auto second = model::spawn([&] { take(changed, things); });
  add_one();
}

MODEL("event_count: two wait for one thing each from the start", .exhaustive = false) {
  atomic::event_count changed;
  atom<int> things{0};
  model::threads([&] { take(changed, things); }, [&] { take(changed, things); },
                 [&] {
                   for (int i = 0; i < 2; ++i) {
                     things.fetch_add(1, relaxed);
                     changed.notify_one();
                   }
                 });
}

MODEL("event_count: two wait for one thing each, notify(2)") {
  atomic::event_count changed;
  atom<int> things{0};
  model::threads([&] { take(changed, things); }, [&] { take(changed, things); },
                 [&] {
                   things.store(2, relaxed);
                   changed.notify(2);
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

MODEL("event_count: the condition throws || notify_one") {
  struct refusal {};
  atomic::event_count changed;
  atom<int> ready{0};
  model::threads(
      [&] {
        int looks = 0;
        try {
          changed.await([&] {
            if (++looks == 2) throw refusal{};
            return ready.load(relaxed) != 0;
          });
        } catch (const refusal&) {
        }
      },
      [&] {
        ready.store(1, relaxed);
        changed.notify_one();
      });
  model::check(changed.waiters() == 0, "everybody who announced himself has left");
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
