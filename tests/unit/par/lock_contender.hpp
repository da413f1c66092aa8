// A job that takes a plain mutex, put before a worker that holds it and waits: run underneath, it would wait for its own thread.
#pragma once

#include <weft/par/handle.hpp>
#include <weft/par/thread_pool.hpp>

#include <atomic>
#include <mutex>
#include <thread>

namespace test {

class lock_contender {
 public:
  explicit lock_contender(weft::thread_pool& pool)
      : client_([this, &pool] {
          while (!taken_.load()) std::this_thread::yield();
          pool.spawn([this] {
                const std::lock_guard held(lock);
                ran_ = true;
              })
              .detach();
          spawned_ = true;
        }) {}
  lock_contender(const lock_contender&) = delete;
  lock_contender& operator=(const lock_contender&) = delete;

  std::mutex lock;

  /// In a part of the holder's call that another worker has taken: has the job come, and the holder look for work meanwhile. False
  /// if that is so already.
  bool come_in_between() {
    if (taken_.exchange(true)) return false;
    await_job();
    for (int i = 0; i < 50; ++i) std::this_thread::yield();
    return true;
  }
  [[nodiscard]] bool has_come() const { return taken_.load(); }
  void await_job() const {
    while (!spawned_.load()) std::this_thread::yield();
  }
  /// The job has run; the holder has let go.
  void finish() {
    client_.join();
    while (!ran_.load()) std::this_thread::yield();
  }

 private:
  std::atomic<bool> taken_{false}, spawned_{false}, ran_{false};
  std::thread client_;
};

}  // namespace test
