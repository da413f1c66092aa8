// A spawned task between its handle, its pool's worker and its waker: run once or cancelled, no wake lost, nothing touched late.
//
// The protocol is the shipped one (task_protocol, task_word); body, result, pool and sleeping are the model's. Plain members of the
// world are the test's own books, not shared memory of weft.
#include <weft/atomic/seam.hpp>
#include <weft/atomic/waker.hpp>
#include <weft/par/detail/task_protocol.hpp>
#include <weft_model/model.hpp>

#include <cstdint>
#include <memory>
#include <utility>

using namespace weft;
using par::detail::claim_from;
using par::detail::task_outcome;
using par::detail::task_phase;

namespace {

// Something to sleep at.
class bell {
 public:
  void ring() noexcept {
    count_.fetch_add(1, release);
    atomic::futex_wake(count_, 1);
  }
  template <class Done>
  void wait(Done done) noexcept {
    for (;;) {
      const std::uint32_t before = count_.load(acquire);
      if (done()) return;
      static_cast<void>(atomic::futex_wait(count_, before));
    }
  }
  [[nodiscard]] waker make_waker() noexcept {
    static constexpr atomic::waker_vtable functions{
        [](void* data) noexcept { return data; }, [](void* data) noexcept { static_cast<bell*>(data)->ring(); },
        [](void* data) noexcept { static_cast<bell*>(data)->ring(); }, [](void*) noexcept {}};
    return waker(functions, this);
  }

 private:
  atom<std::uint32_t> count_{0};
};

class cell;

// The pool: one worker, which runs entries until nobody holds the pool and none is left; then the pool is freed. Queue and count
// carry the edges that the engine's carry, no more; the last to let go rings at a place that outlives the pool.
class small_pool {
 public:
  void push(cell& entry) noexcept {
    bell& outlives = bell_;
    model::check(entry_.exchange(&entry, atomic::release) == nullptr, "a task is in a queue at most once");
    outlives.ring();
  }
  void hold() noexcept { holds_.fetch_add(1, relaxed); }
  void release() noexcept {
    bell& outlives = bell_;
    const int before = holds_.fetch_sub(1, acq_rel);
    model::check(before > 0, "a pool is let go as often as it was held");
    if (before == 1) outlives.ring();
  }
  void work() noexcept;
  explicit small_pool(bell& at) noexcept : bell_(at) {}

 private:
  atom<int> holds_{0};
  atom<cell*> entry_{nullptr};
  bell& bell_;
};

enum class kind { closure, future };

// What the tests count.
struct books {
  int ran = 0;       // the body came to its end
  int dropped = 0;   // the body was destroyed without
  int results = 0;   // living results
  int disowned = 0;  // results of a detached task that were dropped
  int cells = 0;     // living tasks
};

class cell final : public par::detail::task_protocol<cell> {
 public:
  cell(kind what, small_pool& pool, bell& sleeper, books& counts)
      : task_protocol(what == kind::future), kind_(what), pool_(&pool), sleeper_(&sleeper), books_(&counts) {
    if (what == kind::future) pool.hold();
    pool.push(*this);
    ++counts.cells;
  }

  void wait(claim_from where) noexcept {
    if (state().phase() == task_phase::queued) {
      if (where == claim_from::inside_the_pool) {
        claim_and_run(where);
      } else {
        visit([this](auto run) {
          pool_->hold();  // takes a seat …
          pool_->release();
          run();
          pool_->hold();  // … and leaves it
          pool_->release();
        });
      }
    }
    if (!state().is_final()) sleep_to_end();
  }
  /// What the handle gets: 7, or 0 when cancelled.
  int take() noexcept {
    if (state().phase() == task_phase::cancelled) return 0;
    const int value = result_.read();
    result_.write() = 0;
    --books_->results;
    return value;
  }
  [[nodiscard]] waker make_waker() noexcept {
    add_ref();
    static constexpr atomic::waker_vtable functions{[](void* data) noexcept {
                                                      static_cast<cell*>(data)->add_ref();
                                                      return data;
                                                    },
                                                    [](void* data) noexcept {
                                                      static_cast<cell*>(data)->wake_by_ref();
                                                      static_cast<cell*>(data)->release();
                                                    },
                                                    [](void* data) noexcept { static_cast<cell*>(data)->wake_by_ref(); },
                                                    [](void* data) noexcept { static_cast<cell*>(data)->release(); }};
    return waker(functions, this);
  }
  void set_by_waker() noexcept {
    datum_.write() = 7;
    flag_.store(1, relaxed);
  }

 private:
  friend class par::detail::task_protocol<cell>;

  task_outcome step() noexcept {
    model::check(body_.read() == 1, "the body lives while it runs");
    const int polls = ++polls_.write();
    if (kind_ == kind::future) {
      if (flag_.load(relaxed) == 0) {
        model::check(polls == 1, "a poll that follows a wake sees what was done before the wake");
        return task_outcome::pending;
      }
      // A second poll comes of the wake only, which must carry plain data too.
      if (polls == 2) model::check(datum_.read() == 7, "a poll that follows a wake sees what was done before the wake");
    }
    result_.write() = 7;
    ++books_->results;
    ++books_->ran;
    body_.write() = 0;
    return task_outcome::value;
  }
  void drop_body() noexcept {
    model::check(body_.read() == 1, "a body is destroyed once");
    body_.write() = 0;
    ++books_->dropped;
  }
  void drop_result(task_phase phase) noexcept {
    if (phase == task_phase::value) static_cast<void>(take());
  }
  void disown_result(task_phase phase) noexcept {
    drop_result(phase);
    ++books_->disowned;
  }
  void free() noexcept {
    alive_.write() = 0;
    --books_->cells;
    delete this;
  }
  void submit() noexcept { pool()->push(*this); }
  [[nodiscard]] bool is_beneath() const noexcept { return false; }
  void sleep_to_end() noexcept {
    if (wake_at_end(sleeper_->make_waker())) {
      sleeper_->wait([this] { return state().is_final(); });
    }
  }
  // Every step comes by here: so freeing must be ordered behind every step of everybody.
  [[nodiscard]] small_pool* pool() const noexcept {
    model::check(alive_.read() == 1, "nobody touches a task that is gone");
    return pool_;
  }

  const kind kind_;
  small_pool* pool_;
  bell* sleeper_;
  books* books_;
  plain<int> alive_{1};
  plain<int> body_{1};
  plain<int> polls_{0};
  plain<int> datum_{0};
  atom<int> flag_{0};
  plain<int> result_{0};
};

void small_pool::work() noexcept {
  for (;;) {
    bell_.wait([this] { return entry_.load(relaxed) != nullptr || holds_.load(relaxed) == 0; });
    if (cell* const entry = entry_.exchange(nullptr, acquire)) {
      entry->take_entry();
    } else if (holds_.load(acquire) == 0) {
      break;
    }
  }
  delete this;
}

enum class owner { waits_outside, waits_inside, drops, cancels_then_waits, detaches, polls_then_waits, polls_then_drops, polls_then_detaches };

// What the handle's owner does. Returns the value, 0 when cancelled, −1 when it didn't ask.
int act(cell& task, small_pool& pool, owner how, bell& other_sleeper) {
  const waker other = other_sleeper.make_waker();
  switch (how) {
    case owner::polls_then_waits:
    case owner::polls_then_drops:
    case owner::polls_then_detaches: static_cast<void>(task.wake_at_end(other)); break;
    case owner::cancels_then_waits: task.cancel(); break;
    default: break;
  }
  switch (how) {
    case owner::drops:
    case owner::polls_then_drops: task.abandon(); return -1;
    case owner::detaches:
    case owner::polls_then_detaches: task.detach(); return -1;
    case owner::waits_inside:
      task.wait(claim_from::inside_the_pool);
      break;
    default: task.wait(claim_from::outside); break;
  }
  const int value = task.take();
  task.release();
  if (how == owner::waits_inside) pool.release();  // held by the model: a worker of the pool outlives it not
  return value;
}

void expect(const books& counts, owner how, int value) {
  model::check(counts.cells == 0, "the task's memory is given back");
  model::check(counts.results == 0, "its result is destroyed");
  model::check(counts.ran + counts.dropped == 1, "it runs to its end or is dropped, and only once");
  switch (how) {
    case owner::waits_outside:
    case owner::waits_inside:
    case owner::polls_then_waits: model::check(value == 7, "who waits gets the result"); break;
    case owner::cancels_then_waits: model::check(value == (counts.ran ? 7 : 0), "cancelled or run"); break;
    case owner::detaches:
    case owner::polls_then_detaches:
      model::check(counts.ran == 1 && counts.disowned == 1, "a detached task runs to its end");
      break;
    default: break;
  }
}

void closure(owner how) {
  books counts;
  bell doorstep, sleeper, other;
  auto* const pool = new small_pool(doorstep);
  auto* const task = new cell(kind::closure, *pool, sleeper, counts);
  if (how == owner::waits_inside) pool->hold();
  int value = 0;
  model::threads([&] { pool->work(); }, [&] { value = act(*task, *pool, how, other); });
  expect(counts, how, value);
}

// Suspends once unless it sees that it was woken; a third thread wakes it, or the handle's own thread does so first.
enum class waking { by_another, by_the_owner };

void future(owner how, waking by) {
  books counts;
  bell doorstep, sleeper, other;
  auto* const pool = new small_pool(doorstep);
  auto* const task = new cell(kind::future, *pool, sleeper, counts);
  if (how == owner::waits_inside) pool->hold();
  int value = 0;
  auto wake = [task, mine = task->make_waker()]() mutable {
    task->set_by_waker();
    std::move(mine).wake();
  };
  if (by == waking::by_another) {
    model::threads([&] { pool->work(); }, [&] { value = act(*task, *pool, how, other); }, std::move(wake));
  } else {
    model::threads([&] { pool->work(); },
                   [&, first = std::move(wake)]() mutable {
                     first();
                     value = act(*task, *pool, how, other);
                   });
  }
  expect(counts, how, value);
}

MODEL("handle: closure || wait from outside", .spurious_wakes = 1) { closure(owner::waits_outside); }
MODEL("handle: closure || wait inside the pool") { closure(owner::waits_inside); }
MODEL("handle: closure || drop") { closure(owner::drops); }
MODEL("handle: closure || cancel, wait") { closure(owner::cancels_then_waits); }
MODEL("handle: closure || detach") { closure(owner::detaches); }
MODEL("handle: closure || poll, wait") { closure(owner::polls_then_waits); }
MODEL("handle: closure || poll, drop") { closure(owner::polls_then_drops); }
MODEL("handle: closure || poll, detach") { closure(owner::polls_then_detaches); }

MODEL("handle: future || wake, wait from outside", .spurious_cas = 0) { future(owner::waits_outside, waking::by_the_owner); }
MODEL("handle: future || wake, wait inside the pool", .spurious_cas = 0) { future(owner::waits_inside, waking::by_the_owner); }
MODEL("handle: future || wake, drop", .spurious_cas = 0) { future(owner::drops, waking::by_the_owner); }
MODEL("handle: future || wake, cancel, wait", .spurious_cas = 0) { future(owner::cancels_then_waits, waking::by_the_owner); }
MODEL("handle: future || wake, detach", .spurious_cas = 0) { future(owner::detaches, waking::by_the_owner); }
MODEL("handle: future || wake, poll, drop", .spurious_cas = 0) { future(owner::polls_then_drops, waking::by_the_owner); }
MODEL("handle: future || wake, poll, wait", .spurious_cas = 0) { future(owner::polls_then_waits, waking::by_the_owner); }

MODEL("handle: future || wake || wait from outside", .exhaustive = false) { future(owner::waits_outside, waking::by_another); }
MODEL("handle: future || wake || wait inside the pool", .exhaustive = false) { future(owner::waits_inside, waking::by_another); }
MODEL("handle: future || wake || drop", .exhaustive = false) { future(owner::drops, waking::by_another); }
MODEL("handle: future || wake || cancel, wait", .exhaustive = false) { future(owner::cancels_then_waits, waking::by_another); }
MODEL("handle: future || wake || detach", .spurious_cas = 0) { future(owner::detaches, waking::by_another); }
MODEL("handle: future || wake || poll, drop", .exhaustive = false) { future(owner::polls_then_drops, waking::by_another); }
MODEL("handle: future || wake || poll, wait", .exhaustive = false) { future(owner::polls_then_waits, waking::by_another); }

}  // namespace
