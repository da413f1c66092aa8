// A log of events is read while it grows: what is read is a beginning of what was added, whole, and survives a lack of memory.
#include <weft_model/model.hpp>

#include <weft/par/detail/event_log.hpp>

#include <cstdint>
#include <new>
#include <vector>

using namespace weft;

namespace {

using par::detail::event_log;

void add_some(event_log& log, std::uint64_t count) {
  for (std::uint64_t i = 1; i <= count; ++i) log.add({.at = i, .what = par::happening::split});
}

std::size_t check_beginning(const event_log& log) {
  const std::vector<par::timeline_event> events = log.read();
  for (std::size_t i = 0; i < events.size(); ++i) model::check(events[i].at == i + 1, "an event is missing or torn");
  return events.size();
}

}  // namespace

MODEL("par_events: add || read") {
  event_log log(5);  // a chunk holds two
  model::threads([&] { add_some(log, 6); },
                 [&] {
                   const std::size_t first = check_beginning(log);
                   model::check(first <= check_beginning(log), "an event has gone");
                 });
  model::check(check_beginning(log) == 5 && log.dropped() == 1, "what has room is kept, the rest is counted");
}

MODEL("par_events: add || read, no memory for a chunk", .allocation_failures = 1) {
  event_log log(4);
  try {
    {
      auto writer = model::spawn([&] { add_some(log, 3); });
      const std::vector<par::timeline_event> events = log.read();
      for (std::size_t i = 1; i < events.size(); ++i) {
        model::check(events[i - 1].at < events[i].at, "an event is missing or torn");
      }
    }
    model::check(log.read().size() + log.dropped() == 3, "each event is kept or counted");
  } catch (const std::bad_alloc&) {
    model::discard();  // a reader's own, or the thread that didn't come into being
  }
}
