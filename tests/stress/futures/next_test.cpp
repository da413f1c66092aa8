// What a worker has woken it runs next: but not for ever before others, and not alone if it doesn't come to it.
#include "task_tools.hpp"
#include "weft_catch.hpp"

#include <weft/weft.hpp>

#include <atomic>
#include <thread>
#include <utility>

namespace fut = weft::futures;
using fut::task;

namespace {

task<int> answer(weft::channel::receiver<int> in, weft::channel::sender<int> out) {
  int answers = 0;
  while (const auto got = co_await fut::recv(in)) {
    if (!co_await fut::send(out, *got)) break;
    ++answers;
  }
  co_return answers;
}

task<int> ask_until(const std::atomic<bool>& enough, weft::channel::sender<int> out, weft::channel::receiver<int> in) {
  int questions = 0;
  while (!enough.load()) {
    static_cast<void>(co_await fut::send(out, questions));
    static_cast<void>(co_await fut::recv(in));
    ++questions;
  }
  co_return questions;
}

task<void> yield_and_end(std::atomic<bool>& enough) {
  for (int i = 0; i < 100; ++i) co_await fut::yield_now{};
  enough.store(true);
}

}  // namespace

TEST_CASE("next: two tasks that answer each other keep nobody else from running", "[futures][stress]") {
  for (int round = 0; round < test::count(50); ++round) {
    weft::thread_pool pool(1);
    std::atomic<bool> enough{false};
    auto [to, from] = weft::channel::bounded<int>(1);
    auto [back, answers] = weft::channel::bounded<int>(1);
    auto answering = pool.spawn(answer(std::move(from), std::move(back)));
    auto asking = pool.spawn(ask_until(enough, std::move(to), std::move(answers)));
    auto third = pool.spawn(yield_and_end(enough));
    while (!enough.load()) std::this_thread::yield();  // without helping
    CHECK(std::move(asking).wait() == std::move(answering).wait());
    std::move(third).wait();
  }
}

TEST_CASE("next: what a job has woken doesn't wait for the job's end", "[futures][stress]") {
  weft::thread_pool pool(2);
  for (int round = 0; round < test::count(2000); ++round) {
    auto [to, from] = weft::channel::bounded<int>(1);
    std::atomic<bool> has_waited{false};
    std::atomic<bool> ran{false};
    std::atomic<bool> over{false};
    auto waiting = pool.spawn(fut::async([&, in = std::move(from)]() mutable -> task<void> {
      auto message = in.recv_async();
      co_await fut::poll_fn([&](weft::context& cx) -> weft::poll<void> {
        const bool is_here = message.poll(cx).is_ready();
        has_waited.store(true);
        if (!is_here) return weft::pending;
        return weft::ready;
      });
      ran.store(true);
    }));
    while (!has_waited.load()) std::this_thread::yield();
    auto busy = pool.spawn([&, out = std::move(to)]() mutable {
      static_cast<void>(out.try_send(1));
      while (!ran.load()) std::this_thread::yield();
      over.store(true);
    });
    while (!over.load()) std::this_thread::yield();  // without helping
    std::move(busy).wait();
    std::move(waiting).wait();
  }
}
