// A letter reaches its worker wherever that is, in the order of its sending, and the last one frees what all of them shared.
#include <weft/par/broadcast.hpp>
#include <weft/par/scope.hpp>
#include <weft/par/scope_fifo.hpp>
#include <weft_model/model.hpp>

#include "par_pool.hpp"

#include <cstddef>
#include <exception>
#include <memory>
#include <new>
#include <optional>
#include <utility>

using namespace weft;

namespace {

using model_support::threads;
using par::detail::inbox;
using par::detail::letter;
using par::detail::registry;

struct note : letter {
  explicit note(int what) : letter(nullptr), text(what) {}
  plain<int> text;
};

int wait_for_one(inbox& box) {
  for (;;) {
    if (letter* const got = box.take()) return static_cast<note*>(got)->text.read();
    cpu_relax();
  }
}

MODEL("par_broadcast: put, put || take, take") {
  inbox box;
  note one(1), two(2);
  model::threads(
      [&] {
        box.put(one);
        box.put(two);
      },
      [&] {
        model::check(wait_for_one(box) == 1, "the oldest comes first");
        model::check(wait_for_one(box) == 2, "nothing is lost");
        model::check(box.is_empty(), "nothing comes twice");
      });
}

MODEL("par_broadcast: put || put || take, take") {
  inbox box;
  note one(1), two(2);
  model::threads([&] { box.put(one); }, [&] { box.put(two); },
                 [&] { model::check(wait_for_one(box) + wait_for_one(box) == 3, "both come, once"); });
}

// A closure that sees its own end.
struct witness {
  plain<int>* used;
  plain<bool>* gone;
  witness(plain<int>& u, plain<bool>& g) : used(&u), gone(&g) {}
  witness(witness&& other) noexcept : used(other.used), gone(std::exchange(other.gone, nullptr)) {}
  witness& operator=(witness&&) = delete;
  ~witness() {
    if (gone == nullptr) return;
    gone->write() = true;
    used[0].write() += used[1].read();  // whoever has used it has done so before
  }
  void operator()(par::broadcast_context where) const { used[where.index()].write() = 1; }
};

struct counting_boss {
  atom<int>* left;
  plain<bool>* gone;
  template <class F>
  void run(F closure) const noexcept {
    closure();
  }
  void finish_one() const noexcept {
    if (left->fetch_sub(1, acq_rel) == 1) model::check(gone->read(), "the closure is gone when the last boss hears of it");
  }
};

MODEL("par_broadcast: two copies of one closure") {
  plain<int> used[2];
  plain<bool> gone{false};
  atom<int> left{2};
  using letters = par::detail::mailing<witness, counting_boss>;
  auto* const both = new letters(witness(used[0], gone), counting_boss{&left, &gone}, 2);
  letter& first = (*both)[0];
  letter& second = (*both)[1];
  model::threads([&] { first.run(first); }, [&] { second.run(second); });
  model::check(used[0].read() == 2 && gone.read(), "both copies have run, then the closure has ended");
}

MODEL("par_broadcast: broadcast || one worker", .spurious_cas = 0, .exhaustive = false, .walks = 3000) {
  const model_support::thread_records records;
  registry pool(threads(1));
  const auto found = par::detail::broadcast_on(pool, [](par::broadcast_context where) { return where.index() + 7; });
  model::check(found.size() == 1 && found[0] == 7, "the worker has run it");
}

MODEL("par_broadcast: broadcast || broadcast || one worker", .spurious_cas = 0, .exhaustive = false, .walks = 3000) {
  const model_support::thread_records records;
  registry pool(threads(1));
  plain<int> ran{0};
  const auto client = [&] { par::detail::broadcast_on(pool, [&] { ran.write() += 1; }); };
  model::threads(client, client);
  model::check(ran.read() == 2, "the worker has run both");
}

MODEL("par_broadcast: broadcast || two workers", .spurious_cas = 0, .exhaustive = false, .walks = 3000) {
  const model_support::thread_records records;
  registry pool(threads(2));
  plain<int> ran[2];
  par::detail::broadcast_on(pool, [&](par::broadcast_context where) { ran[where.index()].write() = 1; });
  model::check(ran[0].read() == 1 && ran[1].read() == 1, "both workers have run it");
}

MODEL("par_broadcast: a broadcast within a broadcast || one worker", .spurious_cas = 0, .exhaustive = false, .walks = 3000) {
  const model_support::thread_records records;
  registry pool(threads(1));
  plain<int> ran{0};
  par::detail::broadcast_on(pool, [&] { par::broadcast([&] { ran.write() = 1; }); });
  model::check(ran.read() == 1, "the worker has run its own in its wait");
}

MODEL("par_broadcast: spawn, end || one worker", .spurious_cas = 0, .exhaustive = false, .walks = 3000) {
  const model_support::thread_records records;
  plain<int> ran{0};
  {
    registry pool(threads(1));
    par::detail::spawn_broadcast_on(pool, [&] { ran.write() = 1; });
  }
  model::check(ran.read() == 1, "a pool's end waits for its broadcasts");
}

MODEL("par_broadcast: spawn, release || end || one worker", .spurious_cas = 0, .exhaustive = false, .walks = 3000) {
  const model_support::thread_records records;
  plain<int> ran{0};
  auto pool = std::make_unique<registry>(threads(1));
  pool->hold();
  auto client = model::spawn([&, raw = pool.get()] {
    par::detail::spawn_broadcast_on(*raw, [&] { ran.write() = 1; });
    raw->release();
  });
  pool.reset();
  model::check(ran.read() == 1, "the pool outlives its broadcast and the sender's last look");
}

MODEL("par_broadcast: a fifo scope of two tasks || one worker", .spurious_cas = 0, .exhaustive = false, .walks = 3000) {
  const model_support::thread_records records;
  registry pool(threads(1));
  plain<int> ran[2];
  pool.enter([&] {
    auto body = [&](par::scope_fifo_handle& s) {
      s.spawn_fifo([&] { ran[0].write() = 1; });
      s.spawn_fifo([&] { ran[1].write() = 1; });
    };
    par::detail::run_scope<par::scope_fifo_handle>(pool, body);
  });
  model::check(ran[0].read() == 1 && ran[1].read() == 1, "each ticket finds a task");
}

MODEL("par_broadcast: in place, a scope's task || one worker", .spurious_cas = 0, .exhaustive = false, .walks = 3000) {
  const model_support::thread_records records;
  registry pool(threads(1));
  plain<int> ran{0};
  auto body = [&](par::scope_handle& s) { s.spawn([&] { ran.write() = 1; }); };
  par::detail::run_scope<par::scope_handle>(pool, body);
  model::check(ran.read() == 1, "the worker has run it while its owner slept");
}

// A pool of nobody but its maker, so that each moment at which memory can fail is tried.
par::pool_options maker_alone() {
  auto options = threads(1);
  options.use_current_thread = true;
  return options;
}

MODEL("par_broadcast: no memory at some moment of a broadcast", .spurious_cas = 0, .allocation_failures = 1) {
  const model_support::thread_records records;
  plain<int> ran{0};
  bool has_thrown = false;
  try {
    registry pool(maker_alone());
    par::detail::broadcast_on(pool, [&] {
      ran.write() += 1;
      return 7;
    });
  } catch (const std::bad_alloc&) {
    has_thrown = true;
  }
  model::check(ran.read() == (has_thrown ? 0 : 1), "all of it or nothing");
}

// A task is queued, or its spawn throws; and a ticket for which there is no memory is drawn at once.
MODEL("par_broadcast: no memory at four moments of a fifo scope", .spurious_cas = 0, .allocation_failures = 4) {
  const model_support::thread_records records;
  int ran = 0;
  int spawned = 0;
  bool has_thrown = false;
  try {
    registry pool(maker_alone());
    auto body = [&](par::scope_fifo_handle& s) {
      for (int i = 0; i < 6; ++i) {
        s.spawn_fifo([&ran, i] { model::check(ran++ == i, "the oldest runs first"); });
        ++spawned;
      }
    };
    par::detail::run_scope<par::scope_fifo_handle>(pool, body);
  } catch (const std::bad_alloc&) {
    has_thrown = true;
  }
  model::check(ran == spawned && has_thrown == (spawned < 6), "what was spawned has run, and a spawn that didn't throws");
}

}  // namespace
