// All parts in a pool that is watched: what each thread did, as a table, as a picture and for trace viewers.
#include "parts.hpp"
#include "report.hpp"

#include <weft/weft.hpp>

#include <fstream>
#include <iostream>
#include <stdexcept>

namespace quickstart {

namespace {

std::ofstream created(const std::filesystem::path& path) {
  std::ofstream file(path);
  if (!file) throw std::runtime_error("can't write " + path.string());
  return file;
}

}  // namespace

bool run_watched(const options& chosen, bool (*all)(const options&)) {
  weft::par::pool_options watched;
  watched.timeline_events = 200'000;
  weft::thread_pool pool(watched);
  const bool right = pool.install([&] { return all(chosen); });

  const weft::par::pool_timeline seen = pool.timeline();
  std::filesystem::path trace = chosen.timeline;
  trace.replace_extension(".json");
  std::ofstream picture = created(chosen.timeline);
  std::ofstream events = created(trace);
  seen.write_svg(picture);
  seen.write_json(events);

  heading(6, "What each thread did");
  std::cout << pool.statistics();
  line("the picture", std::filesystem::absolute(chosen.timeline).string());
  line("for a trace viewer", std::filesystem::absolute(trace).string());
  return right && picture.flush() && events.flush();
}

}  // namespace quickstart
