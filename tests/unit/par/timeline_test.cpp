// A pool's timeline holds what its threads did, in order, in bounded memory, and may be taken while they go on.
#include <weft/par.hpp>
#include <weft/par/detail/intervals.hpp>

#include "weft_catch.hpp"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

using weft::thread_pool;
using weft::par::happening;
using weft::par::pool_options;
using weft::par::pool_timeline;
using weft::par::timeline_event;
namespace detail = weft::par::detail;

namespace {

pool_options recorded(std::size_t threads, std::size_t events = 100'000) {
  pool_options options;
  options.threads = threads;
  options.timeline_events = events;
  return options;
}

std::size_t count_of(const pool_timeline::lane& lane, happening what) {
  return static_cast<std::size_t>(std::count_if(lane.events.begin(), lane.events.end(),
                                                [what](const timeline_event& each) { return each.what == what; }));
}

std::size_t count_by_workers(const pool_timeline& seen, happening what) {
  return count_of(seen.lanes().at(0), what) + count_of(seen.lanes().at(1), what);
}

bool is_in_order(const pool_timeline::lane& lane) {
  return std::is_sorted(lane.events.begin(), lane.events.end(),
                        [](const timeline_event& a, const timeline_event& b) { return a.at < b.at; });
}

/// Joins whose second half a worker runs. In a pool of two: a guest counts as one.
void join_stolen(thread_pool& pool, int times) {
  for (int i = 0; i < times; ++i) {
    std::atomic<bool> ran{false};
    pool.join(
        [&] {
          while (!ran) std::this_thread::yield();
        },
        [&] { ran = true; });
  }
}

pool_timeline::lane lane_of(std::vector<timeline_event> events, std::uint64_t dropped = 0) {
  return {.name = "made", .events = std::move(events), .dropped = dropped};
}

}  // namespace

TEST_CASE("timeline smoke: a lane for each worker and one for the guest, and every job in them", "[par][timeline]") {
  thread_pool pool(recorded(2));
  join_stolen(pool, 20);
  const pool_timeline seen = pool.timeline();
  REQUIRE(seen.lanes().size() == 3);
  CHECK(seen.lanes()[0].name == "weft-0");
  CHECK(seen.lanes()[1].name == "weft-1");
  CHECK(seen.lanes()[2].name == "guest-0");
  CHECK(count_by_workers(seen, happening::run_begin) == 20);
  CHECK(count_by_workers(seen, happening::stole_near) + count_by_workers(seen, happening::stole_far) == 20);
  CHECK(count_of(seen.lanes()[2], happening::visit_begin) == 20);
  CHECK(count_of(seen.lanes()[2], happening::visit_end) == 20);
  for (const auto& lane : seen.lanes()) {
    CHECK(is_in_order(lane));
    CHECK(lane.dropped == 0);
    CHECK((lane.events.empty() || lane.events.back().at <= seen.taken_at()));
    for (const timeline_event& each : lane.events) {
      if (each.what == happening::stole_near || each.what == happening::stole_far) CHECK(each.whom == 2);
    }
  }
}

TEST_CASE("timeline counts too: its pool keeps statistics", "[par][timeline]") {
  thread_pool pool(recorded(2));
  join_stolen(pool, 3);
  CHECK(pool.statistics().sum().jobs == 3);
}

TEST_CASE("timeline capacity: the first events are kept, the others counted", "[par][timeline]") {
  thread_pool pool(recorded(2, 5));
  join_stolen(pool, 20);
  const pool_timeline seen = pool.timeline();
  const auto& guest = seen.lanes().at(2);
  REQUIRE(guest.events.size() == 5);
  CHECK(guest.dropped >= 35);  // 20 visits of two events each; more where it slept
  CHECK(guest.events[0].what == happening::visit_begin);
}

TEST_CASE("timeline grows: events beyond one piece of memory stay in order", "[par][timeline]") {
  thread_pool pool(recorded(2));
  join_stolen(pool, 3000);
  const pool_timeline seen = pool.timeline();
  CHECK(count_by_workers(seen, happening::run_begin) == 3000);
  CHECK(count_of(seen.lanes().at(2), happening::visit_begin) == 3000);
  for (const auto& lane : seen.lanes()) CHECK(is_in_order(lane));
}

TEST_CASE("timeline read while it grows: each is a continuation of the one before", "[par][timeline]") {
  thread_pool pool(recorded(2));
  std::atomic<bool> over{false};
  std::thread worker([&] {
    join_stolen(pool, 500);
    over = true;
  });
  pool_timeline before = pool.timeline();
  for (bool last = false; !last;) {
    last = over;
    pool_timeline now = pool.timeline();
    REQUIRE(now.lanes().size() >= before.lanes().size());
    for (std::size_t i = 0; i < before.lanes().size(); ++i) {
      const auto& older = before.lanes()[i].events;
      const auto& newer = now.lanes()[i].events;
      REQUIRE(newer.size() >= older.size());
      REQUIRE(std::equal(older.begin(), older.end(), newer.begin(), [](const timeline_event& a, const timeline_event& b) {
        return a.at == b.at && a.what == b.what && a.whom == b.whom;
      }));
    }
    before = std::move(now);
  }
  worker.join();
  CHECK(count_of(pool.timeline().lanes().back(), happening::visit_begin) >= 1);
}

TEST_CASE("timeline stretches: begins and ends are paired as they nest", "[par][timeline]") {
  const auto lane = lane_of({{10, happening::visit_begin},
                             {20, happening::run_begin},
                             {25, happening::injected},
                             {30, happening::run_begin},
                             {40, happening::run_end},
                             {50, happening::run_end},
                             {60, happening::search_begin},
                             {70, happening::sleep_begin}});
  const auto found = detail::intervals_of(lane, 100);
  REQUIRE(found.size() == 5);
  CHECK((found[0].what == happening::visit_begin && found[0].begin == 10 && found[0].end == 100));
  CHECK((found[1].what == happening::run_begin && found[1].begin == 20 && found[1].end == 50 && found[1].depth == 0));
  CHECK((found[2].what == happening::run_begin && found[2].begin == 30 && found[2].end == 40 && found[2].depth == 1));
  CHECK((found[3].what == happening::search_begin && found[3].begin == 60 && found[3].end == 100));
  CHECK((found[4].what == happening::sleep_begin && found[4].begin == 70 && found[4].end == 100));
}

TEST_CASE("timeline stretches: where events were dropped, what is open ends with the last event", "[par][timeline]") {
  const auto found = detail::intervals_of(lane_of({{10, happening::run_begin}, {15, happening::split}}, 7), 100);
  REQUIRE(found.size() == 1);
  CHECK(found[0].end == 15);
}

TEST_CASE("timeline empty: nothing to write is still a whole file", "[par][timeline]") {
  std::ostringstream json;
  std::ostringstream svg;
  pool_timeline().write_json(json);
  pool_timeline().write_svg(svg);
  CHECK(json.str().find("\"traceEvents\":[") != std::string::npos);
  CHECK(json.str().ends_with("]}\n"));
  CHECK(svg.str().ends_with("</svg>\n"));
}
