// What the tests of handles and futures share: a gate to hold a task at a place, payloads that count, wakers that count.
#pragma once

#include <weft/atomic/waker.hpp>
#include <weft/par.hpp>

#include <atomic>
#include <memory>
#include <thread>
#include <utility>

namespace test {

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
inline constexpr bool sanitized = true;
#elif defined(__has_feature)
inline constexpr bool sanitized = __has_feature(thread_sanitizer) || __has_feature(address_sanitizer);
#else
inline constexpr bool sanitized = false;
#endif

/// A count that shrinks under sanitizers.
constexpr int count(int plain) { return sanitized ? plain / 10 + 1 : plain; }

/// Stops whoever passes until it is opened, and tells that somebody has come.
class gate {
 public:
  void pass() {
    reached_.store(true);
    while (!open_.load()) std::this_thread::yield();
  }
  void await_somebody() const {
    while (!reached_.load()) std::this_thread::yield();
  }
  void open() { open_.store(true); }

 private:
  std::atomic<bool> reached_{false};
  std::atomic<bool> open_{false};
};

/// Keeps the only worker of a pool of one busy, so that what is spawned stays queued.
class busy_worker {
 public:
  explicit busy_worker(weft::thread_pool& pool) : task_(pool.spawn([this] { gate_.pass(); })) { gate_.await_somebody(); }
  ~busy_worker() { let_go(); }
  void let_go() {
    gate_.open();
    if (task_) std::move(task_).wait();
  }

 private:
  gate gate_;
  weft::handle<void> task_;
};

/// Runs f on a worker of the pool, while this thread waits without taking part.
template <class F>
void on_worker(const weft::thread_pool& pool, F f) {
  std::atomic<bool> done{false};
  pool.spawn([&] {
        f();
        done.store(true);
      })
      .detach();
  while (!done.load()) std::this_thread::yield();
}

/// Counts the living copies of itself.
class counted {
 public:
  explicit counted(std::atomic<int>& alive) : alive_(&alive) { ++*alive_; }
  counted(const counted& other) : alive_(other.alive_) { ++*alive_; }
  counted(counted&& other) noexcept : alive_(other.alive_) { ++*alive_; }
  counted& operator=(const counted&) = default;
  ~counted() { --*alive_; }

 private:
  std::atomic<int>* alive_;
};

/// Wakers that count how often they were woken and how many of them live.
class counting_waker {
 public:
  [[nodiscard]] weft::waker make() noexcept {
    ++counts_->alive;
    return weft::waker(functions, counts_.get());
  }
  [[nodiscard]] int woken() const noexcept { return counts_->woken.load(); }
  [[nodiscard]] int alive() const noexcept { return counts_->alive.load(); }

 private:
  struct counts {
    std::atomic<int> woken{0};
    std::atomic<int> alive{0};
  };
  static counts& of(void* data) noexcept { return *static_cast<counts*>(data); }
  static constexpr weft::atomic::waker_vtable functions{
      [](void* data) noexcept {
        ++of(data).alive;
        return data;
      },
      [](void* data) noexcept {
        ++of(data).woken;
        --of(data).alive;
      },
      [](void* data) noexcept { ++of(data).woken; },
      [](void* data) noexcept { --of(data).alive; },
  };

  std::unique_ptr<counts> counts_ = std::make_unique<counts>();
};

}  // namespace test
