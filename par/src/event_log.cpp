#include <weft/par/detail/event_log.hpp>

#include <new>

namespace weft::inline WEFT_ABI::par::detail {

event_log::~event_log() {
  for (chunk* each = first_.read(); each != nullptr;) {
    chunk* const next = each->next.read();
    delete each;
    each = next;
  }
}

bool event_log::make_room(std::size_t used) noexcept {
  if (used == most_) return false;
  if (used % chunk_length != 0) return true;
  chunk* const fresh = new (std::nothrow) chunk;
  if (fresh == nullptr) return false;
  (last_ == nullptr ? first_ : last_->next).write() = fresh;
  last_ = fresh;
  return true;
}

void event_log::add(const timeline_event& what) noexcept {
  // relaxed(owner): only this thread writes it.
  const std::size_t used = used_.load(relaxed);
  if (!make_room(used)) {
    // relaxed(owner): only this thread writes it; relaxed(count): nothing hangs on it.
    dropped_.store(dropped_.load(relaxed) + 1, relaxed);
    return;
  }
  last_->events[used % chunk_length].write() = what;
  // order(par.events): release; pairs with read().
  //   carries the event, and the chunk in which it lies.
  //   model: tests/model/par_events.cpp
  used_.store(used + 1, atomic::release);
}

std::vector<timeline_event> event_log::read() const {
  // order(par.events): acquire; pairs with add().
  const std::size_t used = used_.load(acquire);
  std::vector<timeline_event> events;
  events.reserve(used);
  const chunk* at = nullptr;
  for (std::size_t i = 0; i < used; ++i) {
    if (i % chunk_length == 0) at = at == nullptr ? first_.read() : at->next.read();
    events.push_back(at->events[i % chunk_length].read());
  }
  return events;
}

}  // namespace weft::inline WEFT_ABI::par::detail
