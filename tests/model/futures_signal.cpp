// The signal behind block_on: a wake between two polls is never lost, brings what the waker did, and may come when the waiter has gone.
#include <weft/futures/detail/signal.hpp>
#include <weft_model/model.hpp>

#include "thread_records.hpp"

#include <optional>
#include <utility>

using namespace weft;

namespace {

using futures::detail::signal;

MODEL("signal: wake || wait") {
  const model_support::thread_records records;
  const signal here;
  plain<int> result{0};
  const auto other = model::spawn([&, bell = here.make_waker()]() mutable {
    result.write() = 7;
    std::move(bell).wake();
  });
  here.wait();
  model::check(result.read() == 7, "what the waker did comes with the wake");
}

// Each poll counts what has come; the last wake must be followed by a poll that sees it all.
MODEL("signal: wake || wake || poll and wait") {
  const model_support::thread_records records;
  const signal here;
  atom<int> come{0};
  const auto ringer = [&] {
    return model::spawn([&come, bell = here.make_waker()] {
      come.fetch_add(1, relaxed);
      bell.wake_by_ref();
    });
  };
  const auto one = ringer();
  const auto two = ringer();
  while (come.load(relaxed) != 2) here.wait();
}

MODEL("signal: two wakes || wait || wait") {
  const model_support::thread_records records;
  const signal here;
  plain<int> first{0}, second{0};
  atom<bool> again{false};
  const auto other = model::spawn([&, bell = here.make_waker()]() mutable {
    first.write() = 1;
    bell.wake_by_ref();
    while (!again.load(acquire)) cpu_relax();
    second.write() = 2;
    std::move(bell).wake();
  });
  here.wait();
  model::check(first.read() == 1, "the first wake has been seen");
  again.store(true, release);
  here.wait();
  model::check(second.read() == 2, "the second wake has been seen");
}

MODEL("signal: a waker is cloned, used and dropped while the waiter leaves") {
  const model_support::thread_records records;
  std::optional<signal> here(std::in_place);
  const auto other = model::spawn([bell = here->make_waker()]() mutable {
    const waker copy = bell;
    std::move(bell).wake();
    copy.wake_by_ref();
  });
  here.reset();
}

}  // namespace
