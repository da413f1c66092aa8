// An offered half of a join runs once, by its owner or a thief, and somebody awake or asleep in the pool gets to see it.
#include <weft/par/detail/engine.hpp>
#include <weft/par/join.hpp>
#include <weft/par/pool_options.hpp>
#include <weft_model/model.hpp>

#include "thread_records.hpp"

#include <cstddef>

using namespace weft;

namespace {

using par::detail::job;
using par::detail::participant;
using par::detail::registry;

par::pool_options threads(std::size_t count) {
  par::pool_options options;
  options.threads = count;
  return options;
}

MODEL("par_offer: both halves run once", .exhaustive = false, .walks = 5000) {
  const model_support::thread_records records;
  registry pool(threads(2));
  plain<int> first{0}, second{0};
  pool.enter([&] { par::detail::join_offering([&] { ++first.write(); }, [&] { ++second.write(); }); });
  model::check(first.read() == 1 && second.read() == 1, "each half has run once");
}

MODEL("par_offer: an offer within an offer", .exhaustive = false, .walks = 5000) {
  const model_support::thread_records records;
  registry pool(threads(2));
  plain<int> one{0}, two{0}, three{0};
  pool.enter([&] {
    par::detail::join_offering([&] { par::detail::join_offering([&] { ++one.write(); }, [&] { ++two.write(); }); },
                               [&] { ++three.write(); });
  });
  model::check(one.read() == 1 && two.read() == 1 && three.read() == 1, "each part has run once");
}

// The first half waits until somebody else has begun the second: a wake-up that is forgotten is a deadlock.
MODEL("par_offer: an offer wakes a sleeper", .exhaustive = false, .walks = 5000) {
  const model_support::thread_records records;
  registry pool(threads(2));
  pool.enter([&] {
    par::detail::thread_record& me = par::detail::thread_record::mine();
    par::detail::latch begun;
    par::detail::join_offering(
        [&] {
          while (!begun.is_set())
            if (begun.try_sleep()) me.park();
        },
        [&] {
          if (begun.set()) me.unpark();
        });
  });
}

}  // namespace
