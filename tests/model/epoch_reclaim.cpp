// Nothing that a pinned thread can reach is freed, and everything that is retired is freed once.
#include <weft/epoch/atomic_ptr.hpp>
#include <weft/epoch/collector.hpp>
#include <weft/epoch/guard.hpp>
#include <weft_model/model.hpp>

using namespace weft;

namespace {

struct payload {
  explicit payload(int v) : value(v) {}
  plain<int> value;
};
using pointer = epoch::atomic_ptr<payload>;

void look(const epoch::participant& me, const pointer& shared) {
  const auto pinned = me.pin();
  // The release/acquire pair that publishes an object; that it stays alive is the collector's work.
  if (const auto seen = shared.load(acquire, pinned))
    model::check(seen->value.read() != 0, "what a pinned thread sees is alive");
}

void replace(const epoch::participant& me, pointer& shared, int value) {
  const auto pinned = me.pin();
  pinned.retire(shared.exchange(epoch::make_owned<payload>(value), acq_rel, pinned));
}

void collect(const epoch::participant& me, int times) {
  for (int i = 0; i < times; ++i) me.pin().flush();
}

void drop(pointer& shared) { epoch::unprotected().retire(shared.load(relaxed, epoch::unprotected())); }

MODEL("epoch_reclaim: a reader || a writer that collects") {
  epoch::collector world;
  pointer shared{epoch::make_owned<payload>(1)};
  const auto reader = world.register_thread();
  const auto writer = world.register_thread();
  model::threads([&] { look(reader, shared); },
                 [&] {
                   replace(writer, shared, 2);
                   collect(writer, 3);
                 });
  drop(shared);
}

MODEL("epoch_reclaim: a reader that pins twice || a writer that collects") {
  epoch::collector world;
  pointer shared{epoch::make_owned<payload>(1)};
  const auto reader = world.register_thread();
  const auto writer = world.register_thread();
  model::threads(
      [&] {
        look(reader, shared);
        look(reader, shared);
      },
      [&] {
        replace(writer, shared, 2);
        collect(writer, 3);
      });
  drop(shared);
}

MODEL("epoch_reclaim: real fences on both sides", .asymmetric_fences = false) {
  epoch::collector world;
  pointer shared{epoch::make_owned<payload>(1)};
  const auto reader = world.register_thread();
  const auto writer = world.register_thread();
  model::threads([&] { look(reader, shared); },
                 [&] {
                   replace(writer, shared, 2);
                   collect(writer, 3);
                 });
  drop(shared);
}

MODEL("epoch_reclaim: real fences: a reader that pins twice || a writer that collects", .asymmetric_fences = false) {
  epoch::collector world;
  pointer shared{epoch::make_owned<payload>(1)};
  const auto reader = world.register_thread();
  const auto writer = world.register_thread();
  model::threads(
      [&] {
        look(reader, shared);
        look(reader, shared);
      },
      [&] {
        replace(writer, shared, 2);
        collect(writer, 3);
      });
  drop(shared);
}

MODEL("epoch_reclaim: two readers || a writer that collects") {
  epoch::collector world;
  pointer shared{epoch::make_owned<payload>(1)};
  const auto first = world.register_thread();
  const auto second = world.register_thread();
  const auto writer = world.register_thread();
  model::threads([&] { look(first, shared); }, [&] { look(second, shared); },
                 [&] {
                   replace(writer, shared, 2);
                   collect(writer, 3);
                 });
  drop(shared);
}

MODEL("epoch_reclaim: a reader || a writer || another that collects", .exhaustive = false, .walks = 4000) {
  epoch::collector world;
  pointer shared{epoch::make_owned<payload>(1)};
  const auto reader = world.register_thread();
  const auto writer = world.register_thread();
  const auto other = world.register_thread();
  model::threads([&] { look(reader, shared); },
                 [&] {
                   replace(writer, shared, 2);
                   collect(writer, 2);
                 },
                 [&] { collect(other, 2); });
  drop(shared);
}

MODEL("epoch_reclaim: a thread ends with garbage, another collects it", .exhaustive = false, .walks = 4000) {
  epoch::collector world;
  pointer shared{epoch::make_owned<payload>(1)};
  const auto reader = world.register_thread();
  const auto other = world.register_thread();
  model::threads([&] { look(reader, shared); },
                 [&] {
                   const auto passing = world.register_thread();
                   replace(passing, shared, 2);
                 },
                 [&] { collect(other, 3); });
  drop(shared);
}

MODEL("epoch_reclaim: two threads register at once") {
  epoch::collector world;
  model::threads([&] { const auto me = world.register_thread(); }, [&] { const auto me = world.register_thread(); });
}

MODEL("epoch_reclaim: a deleter that pins and retires") {
  epoch::collector world;
  int ended = 0;
  {
    const auto me = world.register_thread();
    {
      const auto pinned = me.pin();
      pinned.defer([&] {
        ++ended;
        const auto inner = me.pin();
        inner.retire(new payload(3));
      });
    }
    collect(me, 4);
    model::check(ended == 1, "with nobody pinned, three steps of the epoch free everything");
  }
}

}  // namespace
