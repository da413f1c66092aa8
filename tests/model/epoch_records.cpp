// Records, participants and orphaned bags change hands: who comes, goes, scans, counts and adopts at the same time.
#include <weft/epoch/atomic_ptr.hpp>
#include <weft/epoch/collector.hpp>
#include <weft/epoch/pin.hpp>
#include <weft_model/model.hpp>

#include <memory>
#include <utility>

using namespace weft;

namespace {

struct thing {
  plain<int> value{1};
};
using pointer = epoch::atomic_ptr<thing>;

void look(const epoch::guard& pinned, const pointer& shared) {
  if (const auto seen = shared.load(acquire, pinned))
    model::check(seen->value.read() == 1, "what a pinned thread sees is alive");
}
void collect(const epoch::participant& me, int times) {
  for (int i = 0; i < times; ++i) me.pin().flush();
}
// Unlinks, looks into what it got, and retires it.
void replace(const epoch::participant& me, pointer& shared) {
  const auto pinned = me.pin();
  const auto old = shared.exchange(epoch::make_owned<thing>(), acq_rel, pinned);
  model::check(old->value.read() == 1, "what is unlinked has been published");
  pinned.retire(old);
}
void drop(pointer& shared) { epoch::unprotected().retire(shared.load(relaxed, epoch::unprotected())); }

// The last holder runs what is left, also what the other one has handed over on its way out.
MODEL("epoch_records: the last of two participants ends the collector") {
  auto world = std::make_unique<epoch::collector>();
  const auto end_with_garbage = [](epoch::participant me) { me.pin().retire(new thing); };
  auto first = world->register_thread();
  auto second = world->register_thread();
  world.reset();
  model::threads([&] { end_with_garbage(std::move(first)); }, [&] { end_with_garbage(std::move(second)); });
}

MODEL("epoch_records: two adopters of one orphan") {
  epoch::collector world;
  world.pin().retire(new thing);
  const auto first = world.register_thread();
  const auto second = world.register_thread();
  model::threads([&] { collect(first, 1); }, [&] { collect(second, 1); });
}

MODEL("epoch_records: an orphan: its thread ends || adopt") {
  epoch::collector world;
  auto passing = world.register_thread();
  const auto other = world.register_thread();
  model::threads(
      [&] {
        auto me = std::move(passing);
        me.pin().retire(new thing);
      },
      [&] { collect(other, 2); });
}

// Whoever frees it registers, pins and retires from within its own collecting.
MODEL("epoch_records: an orphaned deleter that pins and retires || collect") {
  epoch::collector world;
  int ended = 0;
  world.pin().defer([&] {
    ++ended;
    world.pin().retire(new thing);
  });
  {
    const auto first = world.register_thread();
    const auto second = world.register_thread();
    collect(first, 2);
    model::threads([&] { collect(first, 1); }, [&] { collect(second, 1); });
    collect(first, 1);
  }
  model::check(ended == 1, "after three steps it has run, once");
}

MODEL("epoch_records: register || register || scan") {
  epoch::collector world;
  const auto me = world.register_thread();
  const auto come_and_go = [&] { const auto other = world.register_thread(); };
  model::threads(come_and_go, come_and_go, [&] { collect(me, 1); });
}

MODEL("epoch_records: register || gauge") {
  epoch::collector world;
  model::threads([&] { const auto me = world.register_thread(); },
                 [&] { model::check(world.gauge().pinned == 0, "nobody is pinned"); });
}

// The second participant gets the record that the first one has just given back.
MODEL("epoch_records: look, end, register, look || replace, collect") {
  epoch::collector world;
  pointer shared{epoch::make_owned<thing>()};
  const auto writer = world.register_thread();
  auto first = std::make_unique<epoch::participant>(world.register_thread());
  model::threads(
      [&] {
        look(first->pin(), shared);
        first.reset();
        const auto second = world.register_thread();
        look(second.pin(), shared);
      },
      [&] {
        replace(writer, shared);
        collect(writer, 3);
      });
  drop(shared);
}

MODEL("epoch_records: collector.pin, look || replace, collect") {
  epoch::collector world;
  pointer shared{epoch::make_owned<thing>()};
  const auto writer = world.register_thread();
  model::threads(
      [&] {
        const auto pinned = world.pin();
        look(pinned, shared);
      },
      [&] {
        replace(writer, shared);
        collect(writer, 3);
      });
  drop(shared);
}

MODEL("epoch_records: replace || replace") {
  epoch::collector world;
  pointer shared{epoch::make_owned<thing>()};
  const auto first = world.register_thread();
  const auto second = world.register_thread();
  model::threads([&] { replace(first, shared); }, [&] { replace(second, shared); });
  drop(shared);
}

MODEL("epoch_records: default collector: pin, look, end || pin, retire, collect") {
  const epoch::model_default_collector world;
  pointer shared{epoch::make_owned<thing>()};
  model::threads(
      [&] {
        const auto pinned = epoch::pin();
        look(pinned, shared);
      },
      [&] {
        const auto pinned = epoch::pin();
        pinned.retire(shared.exchange(epoch::shared<thing>{}, relaxed, pinned));
        pinned.flush();
      });
}

}  // namespace
