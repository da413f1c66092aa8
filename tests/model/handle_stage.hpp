// What the models of a handle share: a task with the shipped protocol, its pool, its handle's owner.
//
// The protocol is the shipped one (task_protocol, task_word); body, result, pool, sleeping and the stop_callback are the model's.
// Plain members of the world are the test's own books, not shared memory of weft.
#pragma once

#include <weft/atomic/seam.hpp>
#include <weft/atomic/waker.hpp>
#include <weft/par/detail/task_protocol.hpp>
#include <weft_model/model.hpp>

#include "sleeper.hpp"

#include <concepts>
#include <utility>

namespace handle_stage {

using namespace weft;
using model_support::sleeper;
using par::detail::claim_from;
using par::detail::task_outcome;
using par::detail::task_phase;

class cell;

// The pool: who is in need of it, counted; the last one frees it, so that a late touch is seen. Each thread has a queue of
// its own, with room for one entry, and runs what it has put there before it ends: the queues carry no edge from thread to
// thread, so the task's word has to.
class small_pool {
 public:
  void hold() noexcept { users_.fetch_add(1, relaxed); }
  void release() noexcept {
    if (users_.fetch_sub(1, acq_rel) == 1) delete this;
  }
  void touch() const noexcept { model::check(lives_.read() == 1, "the pool is there for who works in it"); }
  void push(cell& entry) noexcept {
    my_entry::get() = &entry;
    hold();
  }
  /// What each thread does at its end, and before it sleeps.
  static void run_entries() noexcept;

 private:
  struct tag;
  using my_entry = atomic::thread_word<tag, cell*>;
  atom<int> users_{0};
  plain<int> lives_{1};
};

enum class kind { closure, throwing, future };

// A stop_callback, as the standard says it behaves: it runs at most once, and who takes it away waits for it, but for itself.
class stop_callback {
 public:
  template <class F>
  void request(F callback) noexcept {
    int seen = armed;
    if (!state_.compare_exchange_strong(seen, running, acquire, relaxed)) return;
    mine::get() = this;
    callback();
    mine::get() = nullptr;
    state_.store(over, release);
  }
  void take_away() noexcept {
    int seen = armed;
    if (state_.compare_exchange_strong(seen, over, acq_rel, acquire) || mine::get() == this) return;
    while (state_.load(acquire) == running) cpu_relax();
  }

 private:
  struct tag;
  using mine = atomic::thread_word<tag, stop_callback*>;
  static constexpr int armed = 0, running = 1, over = 2;
  atom<int> state_{armed};
};

// What the tests count.
struct books {
  int ran = 0;       // the body came to its end
  int dropped = 0;   // the body was destroyed without
  int results = 0;   // living results
  int disowned = 0;  // results of a detached task that were dropped
  int cells = 0;     // living tasks
  int entries = 1;   // entries in queues
};

class cell final : public par::detail::task_protocol<cell> {
 public:
  cell(kind what, small_pool& pool, sleeper& bed, books& counts, stop_callback* stop = nullptr)
      : task_protocol(what == kind::future, stop != nullptr),
        kind_(what),
        pool_(&pool),
        bed_(&bed),
        books_(&counts),
        stop_(stop) {
    if (what == kind::future) pool.hold();
    pool.hold();  // the entry, with which the worker starts
    ++counts.cells;
  }

  void wait(claim_from where) noexcept {
    if (state().phase() == task_phase::queued) {
      if (where == claim_from::inside_the_pool) {
        claim_and_run(where);
      } else {
        visit([this](auto run) {
          pool_->touch();  // takes a seat …
          run();
          pool_->touch();  // … and leaves it: the task alone keeps the pool for that
        });
      }
    }
    if (!state().is_final()) sleep_to_end();
  }
  /// What the handle gets: 7, or 0 when cancelled.
  int take() noexcept { return take_result(state().phase()); }
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
  /// By a worker that has taken the entry out of a queue.
  void run_entry() noexcept {
    small_pool* const home = pool();
    --books_->entries;
    take_entry();
    home->release();
  }
  void set_by_waker() noexcept {
    datum_.write() = 7;
    flag_.store(1, relaxed);
  }

 private:
  friend class par::detail::task_protocol<cell>;

  // Without a look at the word: who asks has seen the phase.
  int take_result(task_phase phase) noexcept {
    if (phase == task_phase::cancelled) {
      if (stop_ != nullptr) stop_->take_away();
      model::check(body_.read() == 0, "who learns that it was cancelled finds the body gone");
      return 0;
    }
    model::check((phase == task_phase::error) == (kind_ == kind::throwing), "value and exception are told apart");
    const int value = result_.read();
    result_.write() = 0;
    --books_->results;
    return value;
  }

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
    return kind_ == kind::throwing ? task_outcome::error : task_outcome::value;
  }
  void drop_body() noexcept {
    model::check(body_.read() == 1, "a body is destroyed once");
    body_.write() = 0;
    ++books_->dropped;
  }
  void drop_result(task_phase phase) noexcept { static_cast<void>(take_result(phase)); }
  void disown_result(task_phase phase) noexcept {
    drop_result(phase);
    ++books_->disowned;
  }
  void free() noexcept {
    if (stop_ != nullptr) stop_->take_away();
    alive_.write() = 0;
    --books_->cells;
    delete this;
  }
  void submit() noexcept {
    model::check(++books_->entries == 1, "a task is in a queue at most once");
    pool()->push(*this);
  }
  void submit_woken() noexcept { submit(); }
  [[nodiscard]] bool is_beneath() const noexcept { return false; }
  void sleep_to_end() noexcept {
    if (!wake_at_end(bed_->make_waker())) return;
    small_pool::run_entries();
    do {
      bed_->sleep();
    } while (!state().is_final());
  }
  // Every step comes by here: so freeing must be ordered behind every step of everybody.
  [[nodiscard]] small_pool* pool() const noexcept {
    model::check(alive_.read() == 1, "nobody touches a task that is gone");
    return pool_;
  }

  const kind kind_;
  small_pool* pool_;
  sleeper* bed_;
  books* books_;
  stop_callback* stop_;
  plain<int> alive_{1};
  plain<int> body_{1};
  plain<int> polls_{0};
  plain<int> datum_{0};
  atom<int> flag_{0};
  plain<int> result_{0};
};

inline void small_pool::run_entries() noexcept {
  while (cell* const entry = std::exchange(my_entry::get(), nullptr)) entry->run_entry();
}

enum class owner {
  waits_outside,
  waits_inside,
  drops,
  cancels_then_waits,
  detaches,
  polls_then_waits,
  polls_then_drops,
  polls_then_detaches
};

// What the handle's owner does. Returns the value, 0 when cancelled, −1 when it didn't ask.
inline int use(cell& task, small_pool& pool, owner how, sleeper& elsewhere) {
  const waker other = elsewhere.make_waker();
  switch (how) {
    case owner::polls_then_waits:
    case owner::polls_then_drops:
    case owner::polls_then_detaches:
      static_cast<void>(task.wake_at_end(other));
      break;
    case owner::cancels_then_waits:
      task.cancel();
      break;
    default:
      break;
  }
  switch (how) {
    case owner::drops:
    case owner::polls_then_drops:
      task.abandon();
      return -1;
    case owner::detaches:
    case owner::polls_then_detaches:
      task.detach();
      return -1;
    case owner::waits_inside:
      task.wait(claim_from::inside_the_pool);
      break;
    default:
      task.wait(claim_from::outside);
      break;
  }
  const int value = task.take();
  task.release();
  if (how == owner::waits_inside) pool.release();  // held by the model: a worker of the pool outlives it not
  return value;
}

// A worker, and the handle's thread.
template <class Act>
void run_threads(cell& task, Act act, std::invocable auto... others) {
  const auto ends_empty = [](auto body) {
    return [body = std::move(body)]() mutable {
      body();
      small_pool::run_entries();
    };
  };
  model::threads(ends_empty([&task] { task.run_entry(); }), ends_empty(std::move(act)), ends_empty(std::move(others))...);
}

}  // namespace handle_stage
