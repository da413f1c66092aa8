// However the guards of one thread nest, step aside and die: while one lives, what it has found is alive.
#include "epoch_stage.hpp"

using namespace weft;

namespace {

using model_support::pin;
using model_support::thing;
using stage = model_support::epoch_stage;

// A writer that unlinks the object and steps the epoch until it may be freed, beside a reader.
template <class Reader>
void beside_a_writer(stage& s, Reader reader) {
  model::threads(reader, [&] {
    {
      const pin pinned(s.writer);
      s.unlink();
    }
    for (int i = 0; i < 3; ++i) s.collect();
  });
}

MODEL("epoch_guards: outer dies before inner || unlink, collect") {
  stage s;
  beside_a_writer(s, [&] {
    pin outer(s.reader);
    pin inner(s.reader);
    outer.drop();
    stage::look(s.find());
    inner.drop();
    model::check(!s.reader.is_pinned(), "the last guard unpins");
  });
}

MODEL("epoch_guards: inner dies before outer || unlink, collect") {
  stage s;
  beside_a_writer(s, [&] {
    const pin outer(s.reader);
    const thing* found = nullptr;
    {
      const pin inner(s.reader);
      found = s.find();
    }
    stage::look(found);
  });
}

MODEL("epoch_guards: repin || unlink, collect") {
  stage s;
  beside_a_writer(s, [&] {
    const bool is_head = s.reader.enter();
    stage::look(s.find());
    s.reader.repin(is_head);
    stage::look(s.find());
    s.reader.leave(is_head);
  });
}

MODEL("epoch_guards: step aside, step back || unlink, collect") {
  stage s;
  beside_a_writer(s, [&] {
    bool is_head = s.reader.enter();
    stage::look(s.find());
    if (s.reader.step_aside(is_head)) is_head = s.reader.step_back();
    stage::look(s.find());
    s.reader.leave(is_head);
  });
}

MODEL("epoch_guards: the participant dies before its guard || unlink, collect") {
  stage s;
  beside_a_writer(s, [&] {
    const bool is_head = s.reader.enter();
    s.end_reader();
    stage::look(s.find());
    s.reader.leave(is_head);
  });
}

}  // namespace
