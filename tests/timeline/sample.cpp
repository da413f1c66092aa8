// A run of which check.py knows what happened. Arguments: a folder to write run.json and run.svg into; or "off", to show that
// a pool which isn't watched allocates nothing while it works; or "on", that one whose log is full doesn't either.
#include <weft/par.hpp>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <new>
#include <string>
#include <string_view>
#include <thread>

namespace {

std::atomic<long> allocations{0};

void* counted_allocation(std::size_t size) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  if (void* const memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}

/// Joins whose second half a worker runs, as the first ends only afterwards.
void join_stolen(weft::thread_pool& pool, int times) {
  for (int i = 0; i < times; ++i) {
    std::atomic<bool> ran{false};
    pool.join(
        [&] {
          while (!ran) std::this_thread::yield();
        },
        [&] { ran = true; });
  }
}

void run_from_outside(weft::thread_pool& pool, int times) {
  for (int i = 0; i < times; ++i) {
    std::atomic<bool> ran{false};
    pool.spawn([&] { ran = true; }).detach();
    while (!ran) std::this_thread::yield();
  }
}

void await_sleep(const weft::thread_pool& pool) {
  for (;;) {
    const auto seen = pool.statistics();
    bool all = true;
    for (const auto& worker : seen.workers) all &= worker.doing == weft::par::activity::asleep;
    if (all) return;
    std::this_thread::yield();
  }
}

int write_files(const std::string& folder) {
  weft::par::pool_options options;
  options.threads = 2;
  options.name = "<\"wo\\r&ker\">";
  options.timeline_events = 100'000;
  weft::thread_pool pool(options);
  join_stolen(pool, 20);
  run_from_outside(pool, 10);
  await_sleep(pool);
  const weft::par::pool_timeline seen = pool.timeline();
  std::ofstream json(folder + "/run.json");
  std::ofstream svg(folder + "/run.svg");
  seen.write_json(json);
  seen.write_svg(svg);
  return json.flush() && svg.flush() ? 0 : 1;
}

int count_allocations(std::size_t events) {
  weft::par::pool_options options;
  options.threads = 2;
  options.timeline_events = events;
  weft::thread_pool pool(options);
  join_stolen(pool, 50);  // makes the seat, and fills a log of few events
  const long before = allocations.load();
  join_stolen(pool, 200);
  const long during = allocations.load() - before;
  std::printf("%ld allocations, %zu lanes\n", during, pool.timeline().lanes().size());
  return 0;
}

}  // namespace

void* operator new(std::size_t size) { return counted_allocation(size); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  allocations.fetch_add(1, std::memory_order_relaxed);
  return std::malloc(size);
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const std::string what = argv[1];
  if (what == "off") return count_allocations(0);
  if (what == "on") return count_allocations(10);
  return write_files(what);
}
