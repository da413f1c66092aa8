// A pool's birth, the bottom of its workers' stacks, and its end.
#include <weft/par/detail/registry.hpp>

#include <weft/atomic/assert.hpp>
#include <weft/par/detail/engine.hpp>
#include <weft/par/detail/process_end.hpp>
#include <weft/par/detail/processors.hpp>
#include <weft/par/detail/stack_room.hpp>
#include <weft/par/detail/watch.hpp>

#include <cstdio>
#include <stdexcept>
#include <string>
#include <system_error>

namespace weft::inline WEFT_ABI::par::detail {

namespace {
// About a third of a microsecond each.
constexpr unsigned looks_for(idle_policy policy) noexcept {
#ifdef WEFT_MODEL
  static_cast<void>(policy);
  return 1;
#else
  switch (policy) {
    case idle_policy::power:
      return 1;
    case idle_policy::balanced:
      return 64;
    case idle_policy::latency:
      return 50 * 64;
  }
  return 64;
#endif
}
}  // namespace

registry::registry(const pool_options& options)
    : places_(options),
      watching_(options.statistics, options.timeline_events),
      name_(options.name),
      stack_size_(options.stack_size),
      most_spares_(options.most_spares),
      maker_works_(options.use_current_thread),
      looks_before_sleep_(looks_for(options.policy)),
      on_start_(options.on_start),
      on_exit_(options.on_exit),
      on_exception_(options.on_exception) {
  if (maker_works_) check_maker();
  const std::size_t wanted =
      options.threads == 0 ? choose_threads(places_.processors(), smallest_cpu_quota("")).threads : options.threads;
  if (wanted > sleep_word::most_workers) {
    throw std::length_error("weft: a pool has at most 32768 threads, not " + std::to_string(wanted));
  }
  // Two threads have nothing to choose from; and reading the machine takes some milliseconds.
  if (wanted > 2) rest_.near = near_ = &topology::machine();
  workers_.reserve(wanted);
  for (std::size_t i = 0; i < wanted; ++i) {
    workers_.push_back(std::make_unique<worker>(*this, i));
    workers_.back()->seat.watch_ = watching_.make();
  }
  start_workers(options, wanted);
}

void registry::start_workers(const pool_options& options, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    worker& born = *workers_[i];
    if (i == 0 && maker_works_) {
      seat_maker();
    } else {
      try {
        bear(born.seat, [&] { start_thread(options, born); });
      } catch (...) {
        if (i == 0) throw;  // not even one: nothing has been started
        return;
      }
    }
    // relaxed(count): read by num_threads() only.
    started_.store(i + 1, relaxed);
  }
}

// A new worker counts as searching at once, so that a loop shares itself with it, and a spare finds what its worker leaves behind.
// Not so a worker that first calls the user's handler: it is busy.
bool registry::is_born_searching(const participant& seat) const noexcept {
  return seat.kind() == seat_kind::spare || !on_start_;
}

template <class Start>
void registry::bear(const participant& seat, Start start) {
  if (is_born_searching(seat)) rest_.word.start_searching();
  hold();
  try {
    start();
  } catch (...) {
    release();
    if (is_born_searching(seat)) look_around(rest_.word.stop_searching());
    throw;
  }
}

void registry::start(worker& spare) {
  bear(spare.seat, [&] {
    spare.thread = atomic::thread({.name = name_ + "-" + std::to_string(spare.seat.index()), .stack_size = stack_size_},
                                  [this, &spare] { work(spare); });
  });
}

// What the bottom of a worker's stack waits for: the pool's end, and, a spare, that nobody needs it any more. A worker holds the
// pool but while it sleeps here with nothing in sight.
struct registry::shift {
  registry& pool;
  participant& seat;
  bool holds = true;  // bear() has taken it

  [[nodiscard]] bool is_last() const noexcept {
    // relaxed(hint): stop() wakes everybody after it, by the sleepers' lock; what it has seen is over.
    return pool.stopping_.load(relaxed) && pool.visible_work() == work_kind::none;
  }
  [[nodiscard]] bool is_over() noexcept {
    if (is_last()) return true;
    take_hold();
    return seat.kind() == seat_kind::spare && pool.rest_.has_surplus();
  }
  [[nodiscard]] bool may_sleep() noexcept {
    // relaxed(hint): as in is_last().
    if (pool.stopping_.load(relaxed)) return false;
    if (seat.kind() == seat_kind::spare && !pool.rest_.may_idle(seat)) return false;
    let_go();
    return true;
  }
  void take_hold() noexcept {
    if (!std::exchange(holds, true)) pool.hold();
  }
  void let_go() noexcept {
    if (std::exchange(holds, false)) pool.release();
  }
};

void registry::work(worker& self) noexcept {
  begin_stack_here();
  participant& seat = self.seat;
  places_.settle(seat.index());
  seat.thread_ = &self.record.lend();
  participant::set_home(&seat);
  participant::current_word() = &seat;
  if (seat.kind() == seat_kind::spare) show_extra_seat(seat);  // before it pushes anything
  if (is_born_searching(seat)) look_around(rest_.word.stop_searching());
  seat.note(happening::visit_begin);
  call_handler(on_start_, seat.index());
  shift mine{*this, seat};
  const wait_condition end{.is_done = [](void* data) noexcept -> bool { return static_cast<shift*>(data)->is_over(); },
                           .may_sleep = [](void* data) noexcept -> bool { return static_cast<shift*>(data)->may_sleep(); },
                           .data = &mine};
  if (seat.kind() == seat_kind::spare) static_cast<void>(seat.work_once());
  // Tired: a new pool has no work yet.
  for (seat.wait(end, true); !mine.is_last(); seat.wait(end)) {
    if (seat.kind() != seat_kind::spare || !rest_.try_bench(seat)) continue;
    mine.let_go();
    sit_out(seat);
    mine.take_hold();
    // It was woken for something, which it does even if the worker is back by now: else one that blocks again and again for a
    // moment each would keep it from ever coming to anything.
    static_cast<void>(seat.work_once());
  }
  seat.note(happening::visit_end);
  call_handler(on_exit_, seat.index());
  participant::current_word() = nullptr;
  participant::set_home(nullptr);
  self.record.take_back();
}

registry::~registry() { stop(); }

bool registry::is_left_by_exit() const noexcept {
  const bool is_taken_away = maker_works_ ? !is_maker_here() : seat_guard::is_inside(*this);
  return (is_taken_away || has_guests()) && is_within_exit();
}

// relaxed(hint): who leaves at this very moment leaves a pool that stays.
bool registry::has_guests() const noexcept { return free_seats_.load(relaxed) != ~std::uint64_t{0}; }

bool registry::is_maker_here() const noexcept {
  participant* const seat = &workers_.front()->seat;
  return participant::home() == seat && participant::current() == seat;
}

void registry::stop() noexcept {
  if (is_orphaned()) return forsake();
  WEFT_ASSERT(
      !maker_works_ || is_maker_here(),
      "a thread_pool made with use_current_thread was destroyed by another thread, or within another pool's install(): "
      "the thread that has made it is its worker, and must destroy it");
  WEFT_ASSERT(
      maker_works_ || !seat_guard::is_inside(*this),
      "a thread_pool was destroyed from inside itself, by a worker or within install(), join() or scope(): it would wait "
      "for its own caller; destroy it elsewhere");
  stopper_.write() = &stopper_record_.lend();
  release();
  wait_until([this] { return is_quiet(); });
  stopper_record_.take_back();
  // relaxed(hint): as in work().
  stopping_.store(true, relaxed);
  rest_.wake_all();
  rest_.dismiss();
  for (const auto& each : workers_) {
    if (each->thread.joinable()) each->thread.join();
    if (each->is_foreign) each->await_gone();
  }
  if (maker_works_) unseat_maker();
  for (const auto& each : spares_) each->thread.join();
  each_guest_seat([](participant& seat) { delete &seat; });
  // relaxed(quiet): the threads have been joined, and nobody else may use a dying pool.
  for (participant* seat = extra_seats_.load(relaxed); seat != nullptr;) {
    participant* const next = seat->next_extra_;
    if (seat->kind() == seat_kind::isolated) delete seat;
    seat = next;
  }
}

bool registry::is_quiet() const noexcept {
  // order(par.holds): acquire; pairs with release().
  //   carries what holders did to the pool: the jobs that they left, and everything for the destructor.
  const std::uint64_t before = holds_.load(acquire);
  if ((before & holds_now) != 0 || visible_work() != work_kind::none) return false;
  // relaxed(under par.holds): a hold that was taken before a job went out of sight is seen, as that job's end is carried.
  return holds_.load(relaxed) == before;
}

void registry::release() noexcept {
  // order(par.holds): acquire; pairs with release().
  //   carries stopper_ to who finds itself the last: the pool's own hold has gone before.
  std::uint64_t before = holds_.load(acquire);
  for (;;) {
    // Whom to wake is read while the pool is sure to be there.
    thread_record* const stopper = (before & holds_now) == 1 ? stopper_.read() : nullptr;
    // order(par.holds): release, and acquire on failure; pairs with is_quiet() and release().
    if (!holds_.compare_exchange_weak(before, before - 1, atomic::release, acquire)) continue;
    if (stopper != nullptr) stopper->unpark();
    return;
  }
}

namespace {
// The first caller makes it, by its options, and learns that it did.
registry& global_made_by(const pool_options* options, bool& made) {
  keep_loaded();  // its threads are never joined; not beneath the guard, for it takes the loader's lock
  static registry* const pool = [&] {
    auto* const born = new registry(options == nullptr ? pool_options{} : *options);
    made = true;
    return born;
  }();
  return *pool;
}
}  // namespace

registry& registry::global() {
  bool made = false;
  return global_made_by(nullptr, made);
}

bool registry::make_global(const pool_options& options) {
  bool made = false;
  global_made_by(&options, made);
  return made;
}

void registry::unhandled(std::exception_ptr what) const noexcept {
  if (on_exception_) return on_exception_(std::move(what));
  std::fputs(
      "weft: a detached task or a handler has thrown, and its pool has no pool_options::on_exception to take the "
      "exception\n",
      stderr);
  std::rethrow_exception(std::move(what));  // out of noexcept: std::terminate, with the exception at hand for its handler
}

}  // namespace weft::inline WEFT_ABI::par::detail
