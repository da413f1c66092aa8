// Whoever registers first and looks afterwards is woken or sees the change: no wake-up falls between the two, and no waker
// is lost, doubled or touched by two.
#include <weft/atomic/atomic_waker.hpp>
#include <weft/atomic/parker.hpp>
#include <weft_model/model.hpp>

#include "sleeper.hpp"

using namespace weft;

namespace {

using bed = model_support::sleeper;

// A consumer that sleeps until `ready` holds, as a task would.
template <class Ready>
void wait_for(atomic::atomic_waker& place, bed& mine, Ready ready) {
  const waker who = mine.make_waker();
  for (;;) {
    place.register_by_ref(who);
    if (ready()) return;
    mine.sleep();
  }
}

MODEL("atomic_waker: register || wake") {
  bed mine;
  atomic::atomic_waker place;
  atom<int> ready{0};
  model::threads([&] { wait_for(place, mine, [&] { return ready.load(relaxed) != 0; }); },
                 [&] {
                   ready.store(1, relaxed);
                   place.wake();
                 });
}

MODEL("atomic_waker: register || wake, with a parker") {
  atomic::atomic_waker place;
  atom<int> ready{0};
  model::threads(
      [&] {
        atomic::parker mine;
        const waker who = atomic::unpark_waker(mine.unparker());
        for (;;) {
          place.register_by_ref(who);
          if (ready.load(relaxed) != 0) return;
          mine.park();
        }
      },
      [&] {
        ready.store(1, relaxed);
        place.wake();
      });
}

MODEL("atomic_waker: register || wake || wake") {
  bed mine;
  atomic::atomic_waker place;
  atom<int> ready{0};
  const auto produce = [&] {
    ready.fetch_add(1, relaxed);
    place.wake();
  };
  model::threads([&] { wait_for(place, mine, [&] { return ready.load(relaxed) == 2; }); }, produce, produce);
}

// There was one wake-up: whoever slept until it came sees what preceded it, without looking at the place again.
MODEL("atomic_waker: register once || wake") {
  bed mine;
  atomic::atomic_waker place;
  atom<int> ready{0};
  model::threads(
      [&] {
        place.register_by_ref(mine.make_waker());
        if (ready.load(relaxed) == 1) return;
        mine.sleep();
        model::check(ready.load(relaxed) == 1, "who is woken sees what came before the wake-up");
      },
      [&] {
        ready.store(1, relaxed);
        place.wake();
      });
}

// `again`: the waker that is there already, or another.
template <class Again>
void register_again(Again again) {
  bed first, second;
  atomic::atomic_waker place;
  atom<int> ready{0};
  place.register_by_ref(first.make_waker());
  bed& now = again(first, second);
  model::threads([&] { wait_for(place, now, [&] { return ready.load(relaxed) != 0; }); },
                 [&] {
                   ready.store(1, relaxed);
                   place.wake();
                 });
}
MODEL("atomic_waker: register another || wake") {
  register_again([](bed&, bed& other) -> bed& { return other; });
}
MODEL("atomic_waker: register the same || wake") {
  register_again([](bed& same, bed&) -> bed& { return same; });
}

// A second registrar at the same moment is woken, and one that comes later takes the first one's place.
void two_registrars(bool with_former) {
  bed former, left, right;
  atomic::atomic_waker place;
  if (with_former) place.register_by_ref(former.make_waker());
  const auto enter = [&](bed& mine) { return [&] { place.register_by_ref(mine.make_waker()); }; };
  model::threads(enter(left), enter(right), [&] { place.wake(); });
  model::check(left.was_woken() || right.was_woken() || static_cast<bool>(place.take()), "no wake-up and no waker is lost");
}
MODEL("atomic_waker: register || register || wake") { two_registrars(false); }
MODEL("atomic_waker: register another || register another || wake", .spurious_cas = 0) { two_registrars(true); }

MODEL("atomic_waker: take || take") {
  bed mine;
  atomic::atomic_waker place;
  place.register_by_ref(mine.make_waker());
  int taken = 0;
  const auto take = [&] {
    if (place.take()) ++taken;
  };
  model::threads(take, take);
  model::check(taken == 1, "one of two takers gets the waker");
}

MODEL("atomic_waker: register another || take") {
  bed first, second;
  atomic::atomic_waker place;
  place.register_by_ref(first.make_waker());
  bool taken = false;
  model::threads([&] { place.register_by_ref(second.make_waker()); }, [&] { taken = static_cast<bool>(place.take()); });
  const bool there = static_cast<bool>(place.take());
  model::check(taken || !there || !second.was_woken(), "a waker that stays wasn't woken");
  model::check(taken || there || second.was_woken(), "a waker is taken, stays or is woken");
}

}  // namespace
