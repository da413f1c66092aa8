// How workers come to their threads: the system's, somebody else's, or the one that makes the pool.
#include <weft/par/worker_main.hpp>

#include <weft/atomic/assert.hpp>
#include <weft/par/detail/registry.hpp>

#include <exception>
#include <limits>
#include <stdexcept>
#include <string>
#include <utility>

namespace weft::inline WEFT_ABI::par {

worker_main::~worker_main() {
  if (pool_ == nullptr) return;
  WEFT_ASSERT(std::uncaught_exceptions() > 0,
              "a worker_main was destroyed without having been called: pool_options::spawn_thread must have it called on a "
              "thread of its own, or throw");
  pool_->workers_[index_]->is_refused = true;
}

void worker_main::operator()() noexcept {
  WEFT_ASSERT(pool_ != nullptr, "a worker_main was called twice, or after it was moved from");
  WEFT_ASSERT(detail::participant::current() == nullptr,
              "a worker_main was called on a thread that works for a pool already: it needs a thread of its own");
  detail::registry& pool = *std::exchange(pool_, nullptr);
  detail::registry::worker& self = *pool.workers_[index_];
  pool.work(self);
  self.say_gone();
}

}  // namespace weft::inline WEFT_ABI::par

namespace weft::inline WEFT_ABI::par::detail {

void registry::worker::say_gone() noexcept {
  // order(par.gone): release; pairs with await_gone().
  //   carries all that the worker did to the pool's end. The word may be freed right after: what follows only uses its address.
  gone.store(1, atomic::release);
  atomic::futex_wake(gone, std::numeric_limits<int>::max());
}

void registry::worker::await_gone() const noexcept {
  // order(par.gone): acquire; pairs with say_gone().
  while (gone.load(acquire) == 0) static_cast<void>(atomic::futex_wait(gone, 0));
}

void registry::start_thread(const pool_options& options, worker& born) {
  const std::size_t index = born.seat.index();
  std::string name = options.name_of ? options.name_of(index) : options.name + "-" + std::to_string(index);
  if (!options.spawn_thread) {
    born.thread = atomic::thread({.name = std::move(name), .stack_size = options.stack_size}, [this, &born] { work(born); });
    return;
  }
  born.is_foreign = true;
  try {
    options.spawn_thread(worker_main(*this, index, std::move(name), options.stack_size));
  } catch (...) {
    WEFT_ASSERT(born.is_refused, "pool_options::spawn_thread threw after it had given the worker_main away");
    born.is_foreign = false;
    throw;
  }
}

void registry::check_maker() {
  if (participant::current() == nullptr && participant::home() == nullptr) return;
  throw std::logic_error(
      "weft: use_current_thread: this thread works for a pool already, so it can't become a worker of another one");
}

// It counts as awake and busy for ever, but for its waits.
void registry::seat_maker() {
  participant& seat = workers_.front()->seat;
  seat.thread_ = &thread_record::mine();
  participant::set_home(&seat);
  participant::current_word() = &seat;
}

void registry::unseat_maker() noexcept {
  participant::current_word() = nullptr;
  participant::set_home(nullptr);
}

void registry::call_handler(const std::function<void(std::size_t)>& handler, std::size_t index) const noexcept {
  if (!handler) return;
  try {
    handler(index);
  } catch (...) {
    unhandled(std::current_exception());
  }
}

}  // namespace weft::inline WEFT_ABI::par::detail
