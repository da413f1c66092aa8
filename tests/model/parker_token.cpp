// A token that is handed to a parker is never lost, however park, unpark, timeout and the end of either overlap.
#include <weft/atomic/parker.hpp>
#include <weft_model/model.hpp>

#include <chrono>

using namespace weft;
using namespace std::chrono_literals;

namespace {

MODEL("parker: park || unpark", .spurious_wakes = 1) {
  atomic::parker bed;
  atom<int> data{0};
  model::threads(
      [&, bell = bed.unparker()] {
        data.store(1, relaxed);
        bell.unpark();
      },
      [&] {
        bed.park();
        model::check(data.load(relaxed) == 1, "what preceded unpark() is visible after park()");
      });
}

MODEL("parker: park || unpark || unpark") {
  atomic::parker bed;
  atom<int> first{0}, second{0};
  model::threads(
      [&, bell = bed.unparker()] {
        first.store(1, relaxed);
        bell.unpark();
      },
      [&, bell = bed.unparker()] {
        second.store(1, relaxed);
        bell.unpark();
      },
      [&] {
        // One park() may have to do for both; who sees neither's work has slept through one of them.
        bed.park();
        model::check(first.load(relaxed) + second.load(relaxed) != 0, "a token comes from one of the two");
      });
}

MODEL("parker: a token taken late brings both unparks") {
  atomic::parker bed;
  atom<int> first{0}, second{0};
  atom<int> rung{0};
  model::threads(
      [&, bell = bed.unparker()] {
        first.store(1, relaxed);
        bell.unpark();
        rung.fetch_add(1, relaxed);
      },
      [&, bell = bed.unparker()] {
        second.store(1, relaxed);
        bell.unpark();
        rung.fetch_add(1, relaxed);
      },
      [&] {
        if (rung.load(relaxed) != 2) return;
        bed.park();
        model::check(first.load(relaxed) == 1 && second.load(relaxed) == 1,
                     "an unpark() that finds a token adds itself to it");
      });
}

MODEL("parker: two parks, two unparks in turn") {
  atomic::parker bed;
  atom<int> got{0};
  model::threads(
      [&, bell = bed.unparker()] {
        bell.unpark();
        while (got.load(acquire) == 0) cpu_relax();
        bell.unpark();
      },
      [&] {
        bed.park();
        got.store(1, release);
        bed.park();
      });
}

MODEL("parker: timeout || unpark", .spurious_wakes = 1, .timeouts = 1) {
  atomic::parker bed;
  atom<int> data{0};
  model::threads(
      [&, bell = bed.unparker()] {
        data.store(1, relaxed);
        bell.unpark();
      },
      [&] {
        if (!bed.park_for(1ms)) bed.park();  // the token is still to come
        model::check(data.load(relaxed) == 1, "the token is taken once, with what came before it");
      });
}

MODEL("parker: a token is there: timeout || unpark", .spurious_wakes = 1) {
  atomic::parker bed;
  const auto bell = bed.unparker();
  bell.unpark();
  model::threads([&] { bell.unpark(); },
                 [&] { model::check(bed.park_for(1ms), "a token that is there wins over a deadline"); });
}

// The token of the first unpark() may come while the parker is between its deadline and its last look.
MODEL("parker: timeout, timeout || unpark") {
  atomic::parker bed;
  unsigned taken = 0;
  model::threads([&, bell = bed.unparker()] { bell.unpark(); },
                 [&] {
                   taken += bed.park_for(1ms) ? 1 : 0;
                   taken += bed.park_for(1ms) ? 1 : 0;
                   model::check(taken <= 1, "one unpark() leaves one token");
                 });
  taken += bed.park_until(clock::now()) ? 1 : 0;
  model::check(taken == 1, "and it isn't lost");
}

MODEL("parker: dies under an unparker") {
  model::running ringer = [] {
    atomic::parker bed;
    auto started = model::spawn([bell = bed.unparker()] { bell.unpark(); });
    bed.park();
    return started;
  }();
}

MODEL("parker: wakers copied and dropped while it dies") {
  model::running other = [] {
    atomic::parker bed;
    const waker bell = atomic::unpark_waker(bed.unparker());
    auto started = model::spawn([bell] {
      const waker copy = bell;
      waker(copy).wake();
      copy.wake_by_ref();
    });
    bed.park();
    return started;
  }();
}

}  // namespace
