// One call on a channel's end, noted. Blocking calls are noted under the same names: what they answer is judged alike.
#pragma once

#include "together.hpp"

#include <weft/channel/channel.hpp>

#include <cstdint>

namespace channel_ops {

using together::action;
using together::answer;
using together::scribe;
using together::timed;
using ends = weft::channel::ends<std::int64_t>;

inline answer said(weft::channel::outcome what) {
  switch (what) {
    case weft::channel::outcome::ok:
      return answer::ok;
    case weft::channel::outcome::full:
      return answer::full;
    case weft::channel::outcome::disconnected:
      return answer::disconnected;
    default:
      return answer::empty;
  }
}

inline answer send(ends& on, scribe& pen, bool waits, std::uint16_t object = 0) {
  answer result{};
  pen.note(action::push, [&, value = pen.fresh()](timed& it) {
    it.object = object;
    it.value = value;
    it.said = result = said((waits ? on.tx.send(value) : on.tx.try_send(value)).outcome());
  });
  return result;
}

inline answer receive(ends& on, scribe& pen, bool waits, std::uint16_t object = 0) {
  answer result{};
  pen.note(action::pop, [&](timed& it) {
    it.object = object;
    auto got = waits ? on.rx.recv() : on.rx.try_recv();
    it.said = result = said(got.outcome());
    if (got) it.value = *got;
  });
  return result;
}

inline void close(ends& on, scribe& pen, std::uint16_t object = 0) {
  pen.note(action::close, [&](timed& it) {
    it.object = object;
    on.tx.close();
  });
}

}  // namespace channel_ops
