// What the models of par's pool share.
#pragma once

#include "thread_records.hpp"

#include <weft/atomic/seam.hpp>
#include <weft/par/detail/engine.hpp>
#include <weft/par/detail/registry.hpp>
#include <weft/par/pool_options.hpp>

#include <cstddef>
#include <functional>
#include <utility>

namespace model_support {

inline weft::par::pool_options threads(std::size_t count) {
  weft::par::pool_options options;
  options.threads = count;
  return options;
}

/// A job whose end its submitter waits for.
struct task : weft::par::detail::job {
  explicit task(std::function<void()> what = [] {}) : job{&task::run_it}, body(std::move(what)) {}
  static void run_it(job& self) noexcept {
    auto& it = static_cast<task&>(self);
    weft::par::detail::thread_record& who = *it.waiter;
    it.body();
    it.ran.write() = true;
    if (it.done.set()) who.unpark();
  }
  std::function<void()> body;
  weft::par::detail::thread_record* waiter = &weft::par::detail::thread_record::mine();
  weft::plain<bool> ran{false};
  weft::par::detail::latch done;
};

/// A pool of one worker that does what the model says, as a participant, before it does what workers do: until then it can't
/// be in the way, and the model stays small.
class held_pool {
 public:
  explicit held_pool(std::function<void()> first = [] {})
      : pool_([&] {
          auto options = threads(1);
          options.on_start = [this, first](std::size_t) {
            first();
            while (freed_.load(weft::acquire) == 0) weft::cpu_relax();
          };
          return options;
        }()) {}
  ~held_pool() { free_worker(); }
  void free_worker() { freed_.store(1, weft::release); }
  weft::par::detail::registry& operator*() noexcept { return pool_; }
  weft::par::detail::registry* operator->() noexcept { return &pool_; }

 private:
  weft::atom<int> freed_{0};
  weft::par::detail::registry pool_;
};

}  // namespace model_support
