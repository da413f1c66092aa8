// A pool on threads that it hasn't made ends when their mains have returned; a pool's maker works for it.
#include <weft_model/model.hpp>

#include "par_pool.hpp"

#include <optional>
#include <utility>

using namespace weft;

namespace {

using model_support::task;
using model_support::threads;
using par::detail::registry;

MODEL("par_threads: a foreign thread || end", .spurious_cas = 0, .exhaustive = false, .walks = 3000) {
  const model_support::thread_records records;
  plain<int> left{0};
  std::optional<atomic::thread> foreign;
  {
    auto options = threads(1);
    options.on_exit = [&](std::size_t) { left.write() = 1; };
    options.spawn_thread = [&](par::worker_main main) { foreign.emplace(atomic::thread_options{}, std::move(main)); };
    const registry pool(options);
  }
  model::check(left.read() == 1, "the pool's end waits for the main's");
  foreign->join();
}

MODEL("par_threads: a foreign thread runs a job || end", .spurious_cas = 0, .exhaustive = false, .walks = 3000) {
  const model_support::thread_records records;
  std::optional<atomic::thread> foreign;
  {
    auto options = threads(1);
    options.spawn_thread = [&](par::worker_main main) { foreign.emplace(atomic::thread_options{}, std::move(main)); };
    registry pool(options);
    task one;
    pool.submit(one);
    par::detail::wait_until_set(one.done);
  }
  foreign->join();
}

MODEL("par_threads: the maker alone, submit, end", .spurious_cas = 0) {
  const model_support::thread_records records;
  task one;
  {
    auto options = threads(1);
    options.use_current_thread = true;
    registry pool(options);
    pool.submit(one);
  }
  model::check(one.ran.read(), "the maker runs what is left");
}

MODEL("par_threads: the maker and a worker, submit, end", .spurious_cas = 0, .exhaustive = false, .walks = 3000) {
  const model_support::thread_records records;
  task one;
  {
    auto options = threads(2);
    options.use_current_thread = true;
    registry pool(options);
    pool.submit(one);
  }
  model::check(one.ran.read(), "one of them runs it");
}

MODEL("par_threads: the maker and a worker || submit, release || end", .spurious_cas = 0, .exhaustive = false,
      .walks = 3000) {
  const model_support::thread_records records;
  task one;
  {
    auto options = threads(2);
    options.use_current_thread = true;
    registry pool(options);
    pool.hold();
    auto client = model::spawn([&] {
      pool.submit(one);
      pool.release();
    });
    par::detail::wait_until_set(one.done);
  }
  model::check(one.ran.read(), "one of them runs it");
}

}  // namespace
