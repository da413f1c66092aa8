// broadcast: one call on every worker of a pool.
//
// Words        states                                moved by
//   left_      copies that haven't run → 0           who has run one
// Data         may be touched by
//   function_  everybody who runs a copy, as const
// Invariants
//   B1  There is one copy for each worker, and only that worker runs it: between two jobs, in a wait, or woken for it.
//   B2  Who takes left_ to 0 frees the whole. Only afterwards its boss hears of its copy, so that a scope ends, or a pool,
//       when the closure is gone.
//   B3  All workers get two broadcasts of a pool in the same order.
#pragma once

#include <weft/atomic/abi.hpp>
#include <weft/atomic/seam.hpp>
#include <weft/par/detail/engine.hpp>
#include <weft/par/detail/inbox.hpp>
#include <weft/par/detail/scope_core.hpp>

#include <concepts>
#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

namespace weft::inline WEFT_ABI::par {

/// Which worker a broadcast's closure runs on, and among how many.
class broadcast_context {
 public:
  constexpr broadcast_context(std::size_t index, std::size_t count) noexcept : index_(index), count_(count) {}
  /// 0 … num_threads() − 1, as current_thread_index().
  [[nodiscard]] constexpr std::size_t index() const noexcept { return index_; }
  [[nodiscard]] constexpr std::size_t num_threads() const noexcept { return count_; }

 private:
  std::size_t index_;
  std::size_t count_;
};

namespace detail {

/// A closure that all workers may call at once: const F, with a context or with nothing.
template <class F>
concept broadcast_body = std::invocable<const F&, broadcast_context> || std::invocable<const F&>;

template <broadcast_body F>
decltype(auto) call_in_broadcast(const F& function, broadcast_context where) {
  if constexpr (std::invocable<const F&, broadcast_context>) {
    return std::invoke(function, where);
  } else {
    return std::invoke(function);
  }
}

template <class F>
consteval void check_broadcast() {
  static_assert(broadcast_body<F>,
                "[weft] broadcast(f) calls f(broadcast_context) or f() on several threads at once: pass a lambda that isn't "
                "mutable");
}

/// The copies of one broadcast. Boss is a pointer's worth: run(closure), which lets no exception out, and finish_one().
template <class F, class Boss>
class mailing {
 public:
  mailing(F&& function, Boss boss, std::size_t count) : function_(std::move(function)), boss_(boss), left_(count) {
    copies_.reserve(count);
    for (std::size_t i = 0; i < count; ++i) copies_.emplace_back(*this, i);
  }
  mailing(const mailing&) = delete;
  mailing& operator=(const mailing&) = delete;

  [[nodiscard]] std::size_t size() const noexcept { return copies_.size(); }
  [[nodiscard]] letter& operator[](std::size_t i) noexcept { return copies_[i]; }

 private:
  struct copy : letter {
    copy(mailing& of, std::size_t i) : letter(&mailing::run_one), whole(&of), index(i) {}
    mailing* whole;
    std::size_t index;
  };

  static void run_one(job& self) noexcept {
    const copy& mine = static_cast<copy&>(self);
    mailing* const whole = mine.whole;
    const Boss boss = whole->boss_;
    boss.run([&] { static_cast<void>(call_in_broadcast(whole->function_, {mine.index, whole->size()})); });
    // order(broadcast.left): acq_rel; pairs with itself in run_one().
    //   who frees the closure does so after everybody's use of it.
    //   model: tests/model/par_broadcast.cpp
    if (whole->left_.fetch_sub(1, acq_rel) == 1) delete whole;
    boss.finish_one();
  }

  F function_;
  Boss boss_;
  atom<std::size_t> left_;
  std::vector<copy> copies_;
};

/// A broadcast's boss: the scope that it belongs to.
struct scope_boss {
  scope_core* core;
  template <class F>
  void run(F closure) const noexcept {
    core->run_task(closure);
  }
  void finish_one() const noexcept { core->finish_one(); }
};

/// A broadcast's boss: the pool, which each copy holds until it has run.
struct pool_boss {
  registry* pool;
  template <class F>
  void run(F closure) const noexcept {
    try {
      closure();
    } catch (...) {
      pool->unhandled(std::current_exception());
    }
  }
  void finish_one() const noexcept { pool->release(); }
};

template <class F, class Boss>
void send(registry& pool, std::unique_ptr<mailing<F, Boss>> letters) noexcept {
  mailing<F, Boss>& all = *letters.release();
  pool.send(all.size(), [&all](std::size_t i) -> letter& { return all[i]; });
}

template <class F>
void broadcast_in_scope(scope_core& core, F function, std::size_t count) {
  auto letters = std::make_unique<mailing<F, scope_boss>>(std::move(function), scope_boss{&core}, count);
  core.add(count);
  send(core.pool(), std::move(letters));
  core.note_letters();
}

template <class F>
void spawn_broadcast_in(scope_core& core, F function) {
  check_broadcast<F>();
  if constexpr (broadcast_body<F>) broadcast_in_scope(core, std::move(function), core.pool().num_threads());
}

template <class F>
void spawn_broadcast_on(registry& pool, F function) {
  check_broadcast<F>();
  if constexpr (broadcast_body<F>) {
    const std::size_t count = pool.num_threads();
    auto letters = std::make_unique<mailing<F, pool_boss>>(std::move(function), pool_boss{&pool}, count);
    for (std::size_t i = 0; i < count; ++i) pool.hold();
    send(pool, std::move(letters));
  }
}

/// A scope of nothing but one broadcast.
template <class F>
void broadcast_and_wait(registry& pool, F function, std::size_t count, scope_terms terms) {
  pool.enter([&] {
    scope_core core(pool, terms);
    try {
      broadcast_in_scope(core, std::move(function), count);
    } catch (...) {
      core.fail(std::current_exception());
    }
    core.close();
  });
}

template <class F>
auto broadcast_on(registry& pool, const F& function, scope_terms terms = {}) {
  using result = decltype(call_in_broadcast(function, broadcast_context{0, 0}));
  static_assert(std::is_void_v<result> || std::is_object_v<result>,
                "[weft] broadcast(f) returns results by value: return a value, a pointer or std::ref, not a reference");
  const std::size_t count = pool.num_threads();
  if constexpr (std::is_void_v<result>) {
    broadcast_and_wait(
        pool, [&](broadcast_context where) { call_in_broadcast(function, where); }, count, terms);
  } else if constexpr (std::is_object_v<result>) {
    static_assert(std::is_move_constructible_v<result>,
                  "[weft] broadcast(f) moves the results into a vector: they need a move constructor");
    std::vector<result> all;
    all.reserve(count);
    // Several workers write at once, so each result has an object of its own, also where it is a bool.
    std::vector<std::optional<result>> found(count);
    broadcast_and_wait(
        pool, [&](broadcast_context where) { found[where.index()].emplace(call_in_broadcast(function, where)); }, count,
        terms);
    for (auto& each : found) all.push_back(*std::move(each));
    return all;
  }
}

}  // namespace detail

/// Runs f(broadcast_context), or f(), once on every worker of this thread's pool, or else of the global one, and waits for all.
///
/// A worker runs it when its own deque is empty, before it looks for other work, and also while it waits for something. A sleeping
/// worker is woken. For counters, caches and other state that each worker has for itself.
///
/// Returns   the results, in the order of the workers' indices; nothing when f returns nothing.
/// Threads   any, also a worker, also from within a broadcast. f is called by several threads at once, through const F&.
///           Broadcasts of one pool come to all workers in one order. While it waits this thread runs other work of the pool.
/// Cost      four allocations; wakes all that sleep.
/// Order     what the caller did before is visible to all; what they did is visible after broadcast.
/// Errors    the first exception of f, after all have run; the others are dropped and counted. bad_alloc: nothing has run.
///
///     weft::thread_pool pool(3);
///     std::vector<std::size_t> indices = pool.broadcast([](auto where) { return where.index(); });
///     if (indices != std::vector<std::size_t>{0, 1, 2}) std::abort();
template <class F>
auto broadcast(const F& f) {
  detail::check_broadcast<F>();
  if constexpr (detail::broadcast_body<F>) return detail::broadcast_on(detail::registry::current_or_global(), f);
}

/// As broadcast, but doesn't wait: f is kept until the last worker has run it. The pool's end waits for that.
///
/// Errors    bad_alloc: nothing was spawned. What f throws goes to the pool's on_exception; without one it ends the process.
template <class F>
void spawn_broadcast(F f) {
  detail::spawn_broadcast_on(detail::registry::current_or_global(), std::move(f));
}

}  // namespace weft::inline WEFT_ABI::par
