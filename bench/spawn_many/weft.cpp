// From a worker weft::scope, from outside thread_pool::spawn with its handle detached.
#include <weft/par.hpp>

#include <future>

#include "problem.hpp"

namespace {

void spawn_all(spawn_many::total& sum) {
  weft::scope([&sum](weft::scope_handle& scope) {
    for (std::uint64_t i = 1; i <= spawn_many::tasks; ++i) scope.spawn([&sum, i] { sum.add(i); });
  });
}

double from_a_worker(const race::pace& how) {
  weft::thread_pool pool(spawn_many::threads);
  spawn_many::total sum;
  std::packaged_task<double()> measure([&] { return spawn_many::measure_inside(how, sum, spawn_all); });
  auto figure = measure.get_future();
  pool.spawn([measure = std::move(measure)]() mutable { measure(); }).detach();  // the handle's wait() might run it here
  return figure.get();
}

}  // namespace

int main(int argc, char** argv) {
  const auto beside_a_pool = [](auto f) {
    weft::thread_pool pool(spawn_many::threads);
    return f(pool);
  };
  const auto spawn = [](auto task, weft::thread_pool& pool) { pool.spawn(task).detach(); };
  auto all = spawn_many::entries_outside("weft", "", race::role::weft, beside_a_pool, spawn);
  all.push_back({"weft", "", race::role::weft, spawn_many::inside, spawn_many::threads, from_a_worker});
  return race::contest(argc, argv, all);
}
