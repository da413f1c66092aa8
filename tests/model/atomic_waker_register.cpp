// Whoever registers first and looks afterwards is woken or sees the change: no wake-up falls between the two.
#include <weft/atomic/atomic_waker.hpp>
#include <weft/atomic/parker.hpp>
#include <weft_model/model.hpp>

using namespace weft;

namespace {

// A consumer that sleeps until `ready` holds, as a task would.
template <class Ready>
void wait_for(atomic::atomic_waker& place, Ready ready) {
  atomic::parker bed;
  const waker mine = atomic::unpark_waker(bed.unparker());
  for (;;) {
    place.register_by_ref(mine);
    if (ready()) return;
    bed.park();
  }
}

MODEL("atomic_waker: register || wake") {
  atomic::atomic_waker place;
  atom<int> ready{0};
  model::threads([&] { wait_for(place, [&] { return ready.load(relaxed) != 0; }); },
                 [&] {
                   ready.store(1, relaxed);
                   place.wake();
                 });
}

MODEL("atomic_waker: register || wake || wake", .exhaustive = false, .walks = 20000) {
  atomic::atomic_waker place;
  atom<int> ready{0};
  const auto produce = [&] {
    ready.fetch_add(1, relaxed);
    place.wake();
  };
  model::threads([&] { wait_for(place, [&] { return ready.load(relaxed) == 2; }); }, produce, produce);
}

MODEL("atomic_waker: register again || wake") {
  atomic::atomic_waker place;
  atomic::parker first, second;
  atom<int> ready{0};
  place.register_by_ref(atomic::unpark_waker(first.unparker()));
  model::threads(
      [&] {
        place.register_by_ref(atomic::unpark_waker(second.unparker()));
        if (ready.load(relaxed) == 0) second.park();
      },
      [&] {
        ready.store(1, relaxed);
        place.wake();
      });
}

MODEL("atomic_waker: the same waker again || wake") {
  atomic::atomic_waker place;
  atomic::parker bed;
  const waker mine = atomic::unpark_waker(bed.unparker());
  atom<int> ready{0};
  place.register_by_ref(mine);
  model::threads(
      [&] {
        place.register_by_ref(mine);
        if (ready.load(relaxed) == 0) bed.park();
      },
      [&] {
        ready.store(1, relaxed);
        place.wake();
      });
}

MODEL("atomic_waker: take || take") {
  atomic::atomic_waker place;
  atomic::parker bed;
  place.register_by_ref(atomic::unpark_waker(bed.unparker()));
  int taken = 0;
  const auto take = [&] {
    if (place.take()) ++taken;
  };
  model::threads(take, take);
  model::check(taken == 1, "one of two takers gets the waker");
}

}  // namespace
