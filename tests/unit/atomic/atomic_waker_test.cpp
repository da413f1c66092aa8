#include <weft/atomic/atomic_waker.hpp>

#include "weft_catch.hpp"

#include <functional>

using namespace weft;

namespace {
// Counts what is done to its wakers, and can call back at each.
struct probe {
  int clones = 0;
  int wakes = 0;
  int drops = 0;
  std::function<void()> on_clone;
  std::function<void()> on_wake;
  std::function<void()> on_drop;

  waker make() {
    ++clones;
    return waker(vtable, this);
  }
  bool balanced() const { return clones == drops; }

  static probe& of(void* data) { return *static_cast<probe*>(data); }
  static void call(const std::function<void()>& f) {
    if (f) f();
  }
  static const atomic::waker_vtable vtable;
};

constexpr atomic::waker_vtable probe::vtable{
    .clone = [](void* d) noexcept -> void* {
      ++probe::of(d).clones;
      probe::call(probe::of(d).on_clone);
      return d;
    },
    .wake =
        [](void* d) noexcept {
          ++probe::of(d).wakes;
          ++probe::of(d).drops;
          probe::call(probe::of(d).on_wake);
        },
    .wake_by_ref =
        [](void* d) noexcept {
          ++probe::of(d).wakes;
          probe::call(probe::of(d).on_wake);
        },
    .drop =
        [](void* d) noexcept {
          ++probe::of(d).drops;
          probe::call(probe::of(d).on_drop);
        },
};
}  // namespace

// A registered waker is woken once.
TEST_CASE("atomic_waker smoke") {
  probe task;
  atomic_waker cell;
  cell.register_by_ref(task.make());
  cell.wake();
  cell.wake();
  REQUIRE(task.wakes == 1);
  REQUIRE(task.balanced());
}

// Waking an empty cell does nothing and isn't remembered.
TEST_CASE("atomic_waker empty") {
  probe task;
  atomic_waker cell;
  cell.wake();
  REQUIRE_FALSE(cell.take());
  cell.register_by_ref(task.make());
  REQUIRE(task.wakes == 0);
}

// An equal waker is not cloned again; a different one replaces, and the old one is dropped unwoken.
TEST_CASE("atomic_waker replaces") {
  probe first;
  probe second;
  atomic_waker cell;
  const waker w = first.make();
  cell.register_by_ref(w);
  cell.register_by_ref(w);
  REQUIRE(first.clones == 2);
  cell.register_by_ref(second.make());
  REQUIRE(first.drops == 1);
  cell.wake();
  REQUIRE(first.wakes == 0);
  REQUIRE(second.wakes == 1);
}

// take() hands the waker over unwoken.
TEST_CASE("atomic_waker take") {
  probe task;
  atomic_waker cell;
  cell.register_by_ref(task.make());
  waker taken = cell.take();
  REQUIRE(taken);
  REQUIRE(task.wakes == 0);
  REQUIRE_FALSE(cell.take());
  std::move(taken).wake();
  REQUIRE(task.wakes == 1);
  REQUIRE(task.balanced());
}

// The cell's end drops what is still registered.
TEST_CASE("atomic_waker drops") {
  probe task;
  {
    atomic_waker cell;
    cell.register_by_ref(task.make());
  }
  REQUIRE(task.balanced());
  REQUIRE(task.wakes == 0);
}

// A waker whose clone, wake and drop call back into the cell breaks nothing (futures' and tokio's wakers under locks did).
TEST_CASE("atomic_waker re-entrant") {
  probe first;
  probe second;
  atomic_waker cell;
  const waker w = second.make();
  int depth = 0;
  const auto again = [&] {
    if (++depth < 8) {
      cell.wake();
      cell.register_by_ref(w);
    }
    --depth;
  };
  first.on_clone = first.on_wake = first.on_drop = again;
  second.on_clone = second.on_wake = second.on_drop = again;
  cell.register_by_ref(first.make());
  cell.register_by_ref(w);
  cell.wake();
  static_cast<void>(cell.take());
  first.on_clone = first.on_wake = first.on_drop = nullptr;
  second.on_clone = second.on_wake = second.on_drop = nullptr;
  static_cast<void>(cell.take());
  REQUIRE(first.balanced());
  REQUIRE(second.clones == second.drops + 1);
}
