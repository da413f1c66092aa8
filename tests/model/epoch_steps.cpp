// Three steps of the epoch between unlinking and freeing, made by other threads than the one that frees, with a reader at
// any moment of them. Written against domain and record: the room's own threads would advance at every chance.
#include "cue.hpp"
#include "epoch_stage.hpp"

using namespace weft;

namespace {

using model_support::cue;
using model_support::pin;
using model_support::thing;
using stage = model_support::epoch_stage;

// In what follows the writer is pinned at 1 while another thread makes the first step, so that its bag may be sealed for 4
// while a reader that pins at 2 still finds the object: the case for which there are three steps (README, Proof).

// The second step misses the reader, the third one finds it: pinned, unpinned, or its record given back.
void late_reader(bool ends) {
  stage s;
  cue first, unlinked, second, third;
  model::threads(
      [&] {
        if (!second.given()) return;
        {
          const pin pinned(s.reader);
          stage::look(s.find());
        }
        if (ends) s.end_reader();
      },
      [&] {
        pin writing(s.writer);
        if (!first.given()) return;
        s.unlink();
        writing.drop();
        unlinked.give();
        if (!third.given()) return;
        const pin again(s.writer);
        s.writer.flush();
      },
      [&] {
        if (!s.advance_to(2)) return;
        first.give();
        if (!unlinked.given() || !s.advance_to(3)) return;
        second.give();
        if (s.advance_to(4)) third.give();
      });
}

MODEL("epoch_steps: reader pins late || unlink, free || 3 steps, real fences", .asymmetric_fences = false) {
  late_reader(false);
}
MODEL("epoch_steps: reader pins late, ends || unlink, free || 3 steps") { late_reader(true); }

// The third step finds the reader in its next pin, and the writer frees without having moved the epoch.
MODEL("epoch_steps: reader pins again || unlink, free || 3 steps") {
  stage s;
  cue first, found, unlinked, second, waiting, third;
  pin writing(s.writer);
  model::threads(
      [&] {
        if (!first.given()) return;
        pin reading(s.reader);
        const thing* const seen = s.find();
        found.give();
        if (!second.given()) return;
        stage::look(seen);
        reading.drop();
        const pin again(s.reader);
      },
      [&] {
        if (!found.given()) return;
        s.unlink();
        writing.drop();
        unlinked.give();
        if (!second.given()) return;
        const pin again(s.writer);
        waiting.give();
        if (!third.given()) return;
        if (model::choose(2) == 0) {
          s.writer.flush();
        } else {
          s.seal();
        }
      },
      [&] {
        if (!s.advance_to(2)) return;
        first.give();
        if (!unlinked.given() || !s.advance_to(3)) return;
        second.give();
        if (waiting.given() && s.advance_to(4)) third.give();
      });
}

// All are free to run as they like: whose step wins, and what a reader at this moment finds.
MODEL("epoch_steps: two advancers: read || unlink, collect || step") {
  stage s;
  model::threads(
      [&] {
        const pin pinned(s.reader);
        stage::look(s.find());
      },
      [&] {
        {
          const pin pinned(s.writer);
          s.unlink();
        }
        s.collect();
        s.collect();
      },
      [&] { static_cast<void>(s.world.try_advance()); });
}

// So much garbage behind a reader that its owner hands it over: whoever collects next may free it, once the reader has left.
MODEL("epoch_steps: a stalled reader leaves || its backlog is adopted") {
  stage s;
  pin stalled(s.reader);
  const thing* const seen = s.find();
  {
    const pin pinned(s.writer);
    s.unlink();
    for (int i = 0; i < 8; ++i) s.seal();
  }
  model::threads(
      [&] {
        stage::look(seen);
        stalled.drop();
      },
      [&] {
        for (int i = 0; i < 3; ++i) s.collect();
      });
}

}  // namespace
