// In a forked child a pool that was made before says so; it never hangs, and it can be destroyed.
#include <weft/par.hpp>

#include "weft_catch.hpp"

#include <atomic>
#include <csignal>
#include <cstring>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

#if !defined(__SANITIZE_THREAD__)  // which doesn't support a child that starts threads or goes on locking

using weft::fork_error;
using weft::thread_pool;

namespace {

constexpr int fine = 42;

/// What a child that runs this ends with; one that hangs ends with a signal.
int status_of_child(const std::function<bool()>& is_fine) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::alarm(20);
    int status = 1;
    try {
      status = is_fine() ? fine : 2;
    } catch (...) {
      status = 3;
    }
    ::_exit(status);
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

template <class F>
bool is_refused(F call) {
  try {
    call();
  } catch (const fork_error& error) {
    return std::strstr(error.what(), "fork()") != nullptr;
  }
  return false;
}

}  // namespace

TEST_CASE("fork: every call into a pool that was made before is refused in the child", "[par][fork]") {
  thread_pool pool(2);
  static_cast<void>(pool.join([] { return 1; }, [] { return 2; }));
  CHECK(status_of_child([&] { return is_refused([&] { static_cast<void>(pool.spawn([] { return 1; })); }); }) == fine);
  CHECK(status_of_child([&] { return is_refused([&] { pool.install([] {}); }); }) == fine);
  CHECK(status_of_child([&] { return is_refused([&] { pool.join([] {}, [] {}); }); }) == fine);
  CHECK(status_of_child([&] { return is_refused([&] { pool.scope([](auto&) {}); }); }) == fine);
  CHECK(pool.install([] { return 5; }) == 5);  // the parent is as before
}

TEST_CASE("fork: the global pool as well, but small loops need none", "[par][fork]") {
  static_cast<void>(weft::join([] { return 1; }, [] { return 2; }));
  CHECK(status_of_child([] { return is_refused([] { weft::join([] {}, [] {}); }); }) == fine);
  CHECK(status_of_child([] { return is_refused([] { weft::isolate([] {}); }); }) == fine);
  CHECK(status_of_child([] { return weft::par_iter(std::vector<int>{1, 2, 3}).sum() == 6; }) == fine);
}

TEST_CASE("fork: a pool made in the child works", "[par][fork]") {
  thread_pool before(2);
  CHECK(status_of_child([] {
          thread_pool pool(2);
          std::promise<int> answer;
          pool.spawn([&] { answer.set_value(7); }).detach();
          return answer.get_future().get() == 7;
        }) == fine);
}

TEST_CASE("fork: a pool that was made before can be destroyed in the child", "[par][fork]") {
  for (const bool busy : {false, true}) {
    std::optional<thread_pool> pool(std::in_place, 2u);
    std::atomic<bool> started{false}, over{false};
    if (busy) {
      pool->spawn([&] {
            started = true;
            while (!over.load()) std::this_thread::yield();
          })
          .detach();
      while (!started.load()) std::this_thread::yield();
    }
    CHECK(status_of_child([&] {
            pool.reset();
            return true;
          }) == fine);
    over = true;
  }
}

TEST_CASE("fork: a handle from before is refused, gives a result that was there, and can be dropped", "[par][fork]") {
  thread_pool pool(1);
  std::atomic<bool> started{false}, over{false};
  auto ended = pool.spawn([] { return 7; });
  while (!ended.is_done()) std::this_thread::yield();
  auto running = pool.spawn([&] {
    started = true;
    while (!over.load()) std::this_thread::yield();
  });
  while (!started.load()) std::this_thread::yield();
  auto queued = pool.spawn([] {});
  CHECK(status_of_child([&] { return std::move(ended).wait() == 7; }) == fine);
  CHECK(status_of_child([&] { return is_refused([&] { std::move(running).wait(); }); }) == fine);
  CHECK(status_of_child([&] { return is_refused([&] { std::move(queued).wait(); }); }) == fine);
  CHECK(status_of_child([&] {
          { [[maybe_unused]] const auto dropped = std::move(running); }
          { [[maybe_unused]] const auto dropped = std::move(queued); }
          return true;
        }) == fine);
  over = true;
}

TEST_CASE("fork: a task from before that is woken in the child runs nowhere, and hurts nobody", "[par][fork]") {
  thread_pool pool(1);
  weft::waker of_task;
  std::atomic<bool> waits{false};
  std::atomic<bool> may_end{false};
  struct waiting {
    weft::waker* of_task;
    std::atomic<bool>* waits;
    std::atomic<bool>* may_end;
    weft::poll<int> poll(weft::context& cx) const {
      if (may_end->load()) return 5;
      *of_task = cx.get_waker();
      waits->store(true);
      return weft::pending;
    }
  };
  auto handle = pool.spawn(waiting{&of_task, &waits, &may_end});
  while (!waits.load()) std::this_thread::yield();
  CHECK(status_of_child([&] {
          of_task.wake_by_ref();
          return true;
        }) == fine);
  may_end = true;
  of_task.wake_by_ref();
  CHECK(std::move(handle).wait() == 5);
}

TEST_CASE("fork: a future from before outlives its pool in the child", "[par][fork]") {
  struct never {
    std::optional<weft::waker>* of_task;
    std::atomic<bool>* waits;
    weft::poll<int> poll(weft::context& cx) const {
      *of_task = cx.get_waker();
      waits->store(true);
      return weft::pending;
    }
  };
  std::optional<weft::waker> of_task;
  std::atomic<bool> waits{false};
  auto pool = std::make_unique<thread_pool>(1);
  std::optional<weft::handle<int>> handle = pool->spawn(never{&of_task, &waits});
  while (!waits.load()) std::this_thread::yield();
  CHECK(status_of_child([&] {
          pool.reset();
          of_task->wake_by_ref();
          handle.reset();
          of_task.reset();
          return true;
        }) == fine);
  handle.reset();
  of_task.reset();
}

TEST_CASE("fork inside a job: the child's own joins and loops run alone, what it spawns is refused", "[par][fork]") {
  std::promise<int> status;
  thread_pool pool(2);
  pool.spawn([&] {
        status.set_value(status_of_child([&] {
          auto both = weft::join([] { return 3; }, [] { return 4; });
          if (both.first + both.second != 7) return false;
          if (weft::blocking([] { return 1; }) != 1) return false;
          return is_refused([&] { weft::spawn([] {}).detach(); }) && is_refused([] { weft::isolate([] {}); });
        }));
      })
      .detach();
  CHECK(status.get_future().get() == fine);
}

TEST_CASE("fork inside a job: a wait for what somebody had taken ends the child with a sentence", "[par][fork]") {
  std::promise<int> status;
  thread_pool pool(2);
  pool.spawn([&] {
        std::atomic<bool> taken{false}, over{false};
        pid_t child = 0;
        weft::join(
            [&] {
              while (!taken.load()) std::this_thread::yield();
              child = ::fork();
              if (child == 0) {
                ::alarm(20);
                std::signal(SIGABRT, SIG_DFL);  // not the test framework's
                ::close(2);
              } else {
                over = true;
              }
            },
            [&] {
              taken = true;
              while (!over.load()) std::this_thread::yield();
            });
        int ended = 0;
        while (::waitpid(child, &ended, 0) < 0) {
        }
        status.set_value(WIFSIGNALED(ended) ? WTERMSIG(ended) : 0);
      })
      .detach();
  CHECK(status.get_future().get() == SIGABRT);
}

#endif
