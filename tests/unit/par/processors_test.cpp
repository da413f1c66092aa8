// A pool's default size is WEFT_NUM_THREADS if that is a number, else the smaller one of affinity and quota, and says why.
#include <weft/par/detail/processors.hpp>
#include <weft/par/resources.hpp>
#include <weft/par/thread_pool.hpp>

#include "weft_catch.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

using weft::par::detail::allowed_processors;
using weft::par::detail::choose_threads;
using weft::par::detail::confine_to;
using weft::par::detail::cpu_quota;
using weft::par::detail::list_of;
using weft::par::detail::parse_thread_count;

TEST_CASE("parse_thread_count smoke", "[par][processors]") {
  CHECK(parse_thread_count("1") == 1);
  CHECK(parse_thread_count("64") == 64);
  CHECK(parse_thread_count("007") == 7);
}

TEST_CASE("parse_thread_count refuses zero, signs, spaces, units and rubbish", "[par][processors]") {
  for (const char* text : {"", "0", "000", "-1", "+4", " 4", "4 ", "4k", "0x4", "4.0", "four", "\n"}) {
    INFO('"' << text << '"');
    CHECK_FALSE(parse_thread_count(text).has_value());
  }
}

TEST_CASE("parse_thread_count capacity: clamped, however long", "[par][processors]") {
  CHECK(parse_thread_count("32768") == 32768);
  CHECK(parse_thread_count("32769") == 32768);
  CHECK(parse_thread_count(std::string(400, '9')) == 32768);
  CHECK_FALSE(parse_thread_count(std::string(400, '9') + "x").has_value());
}

TEST_CASE("choose_threads takes the smallest of affinity and quota, and names it", "[par][processors]") {
  const cpu_quota quota{250'000, 100'000, "/a/cpu.max"};
  CHECK(choose_threads(nullptr, 8, std::nullopt).threads == 8);
  CHECK(choose_threads(nullptr, 8, quota).threads == 3);
  CHECK(choose_threads(nullptr, 8, quota).reason == "the quota in /a/cpu.max");
  CHECK(choose_threads(nullptr, 2, quota).threads == 2);
  CHECK(choose_threads(nullptr, 2, quota).reason == "the processors that this thread may use");
  CHECK(choose_threads(nullptr, 8, cpu_quota{1, 100'000, "/b"}).threads == 1);
  CHECK(choose_threads(nullptr, 100'000, std::nullopt).threads == 32768);
}

TEST_CASE("choose_threads: the environment decides if it is a number, else it is as if it weren't there, and says so",
          "[par][processors]") {
  const cpu_quota quota{100'000, 100'000, "/a/cpu.max"};
  CHECK(choose_threads("5", 8, quota).threads == 5);
  CHECK(choose_threads("5", 8, quota).reason == "WEFT_NUM_THREADS");
  for (const char* text : {"", "0", "-2", "3 ", "many"}) {
    INFO('"' << text << '"');
    CHECK(choose_threads(text, 8, quota).threads == 1);
    CHECK(choose_threads(text, 8, quota).reason.find("WEFT_NUM_THREADS isn't a number") != std::string::npos);
  }
}

TEST_CASE("list_of writes runs of numbers", "[par][processors]") {
  using numbers = std::vector<std::size_t>;
  CHECK(list_of(numbers{}).empty());
  CHECK(list_of(numbers{7}) == "7");
  CHECK(list_of(numbers{0, 1, 2, 3}) == "0-3");
  CHECK(list_of(numbers{0, 1, 4, 6, 7}) == "0-1,4,6-7");
}

TEST_CASE("confine_to keeps the calling thread on these processors, or changes nothing", "[par][processors]") {
  weft::atomic::thread({}, [] {
    const std::vector<std::size_t> before = allowed_processors();
    const std::size_t nowhere[] = {std::size_t{1} << 19};
    const std::size_t absurd[] = {~std::size_t{0}};
    CHECK_FALSE(confine_to(nowhere));
    CHECK_FALSE(confine_to(absurd));
    CHECK_FALSE(confine_to({}));
    CHECK(allowed_processors() == before);
    CHECK(confine_to(std::span(before).last(1)));
    CHECK(allowed_processors() == std::vector<std::size_t>{before.back()});
    // What a new pool gets is counted anew.
    CHECK(weft::resources().allowed == std::vector<std::size_t>{before.back()});
    CHECK(weft::resources().threads >= 1);
  }).join();
}

TEST_CASE("resources say what a pool by default gets, and what it is about", "[par][processors]") {
  const weft::par::machine_resources found = weft::resources();
  weft::thread_pool pool;
  CHECK(pool.num_threads() == found.threads);
  CHECK(found.allowed == allowed_processors());
  CHECK(found.online >= 1);
  CHECK_FALSE(found.threads_reason.empty());
  CHECK_FALSE(found.topology.empty());
  CHECK((found.cores == 0) == found.topology.starts_with("flat: "));
  const std::string text = found.describe();
  CHECK(text.starts_with("threads     " + std::to_string(found.threads) + ", by " + found.threads_reason + '\n'));
  CHECK(text.find(list_of(found.allowed)) != std::string::npos);
  CHECK(text.find(found.topology) != std::string::npos);
}

TEST_CASE("resources describe a machine in a container", "[par][processors]") {
  const weft::par::machine_resources found{.threads = 2,
                                           .threads_reason = "the quota in /box/cpu.max",
                                           .online = 16,
                                           .allowed = {0, 1, 2, 8},
                                           .quota = {{150'000, 100'000, "/box/cpu.max"}},
                                           .topology = "hwloc 2.8",
                                           .cores = 8,
                                           .l2_caches = 8,
                                           .l3_caches = 1,
                                           .numa_nodes = 2,
                                           .kinds = {4, 12}};
  CHECK(found.describe() ==
        "threads     2, by the quota in /box/cpu.max\n"
        "processors  16 online; this thread may use 0-2,8\n"
        "quota       150000 µs in every 100000 µs, by /box/cpu.max\n"
        "hardware    8 cores, 8 L2s, 1 L3, 2 NUMA nodes; processors by kind, smallest cores first: 4 12 (hwloc 2.8)\n");
}
