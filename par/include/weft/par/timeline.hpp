// pool_timeline: what each thread of a pool did, and when; as a picture, or for a trace viewer.
#pragma once

#include <weft/atomic/abi.hpp>

#include <cstdint>
#include <iosfwd>
#include <string>
#include <utility>
#include <vector>

namespace weft::inline WEFT_ABI::par {

/// What can happen to a thread of a pool. A begin has an end, except where the log was full or the timeline taken too early.
enum class happening : std::uint8_t {
  visit_begin,  ///< takes part: a worker all its life, a thread from outside while its call lasts
  visit_end,
  run_begin,  ///< a job; nests, as who waits runs others' jobs
  run_end,
  search_begin,  ///< has nothing to do
  search_end,
  sleep_begin,  ///< within a search
  sleep_end,
  injected,           ///< got a job from the injector
  stole_near,         ///< from `whom`, with whom it shares a cache
  stole_far,          ///< from `whom`, with whom it shares none
  woken,              ///< somebody had work for it while it slept
  split,              ///< a part of a loop that it offered was taken
  found_nothing,      ///< a look round the pool; counted, not kept
  exception_dropped,  ///< counted, not kept
};

struct timeline_event {
  std::uint64_t at = 0;  ///< nanoseconds since the pool was made
  happening what = happening::run_begin;
  std::uint32_t whom = 0;  ///< of a steal: the number of the victim's lane
};

/// What thread_pool::timeline() returns: a lane for each worker, and one for each guest's seat that was used.
///
/// Threads   as any value.
///
///     weft::par::pool_options options;
///     options.threads = 2;
///     options.timeline_events = 10'000;
///     weft::thread_pool pool(options);
///     pool.join([] {}, [] {});
///     std::ostringstream picture;  // or a std::ofstream("run.svg")
///     pool.timeline().write_svg(picture);
///     if (picture.str().find("</svg>") == std::string::npos) std::abort();
class pool_timeline {
 public:
  struct lane {
    std::string name;  ///< as in thread_statistics
    std::vector<timeline_event> events;
    std::uint64_t dropped = 0;  ///< events for which there was no room any more
  };

  /// Empty: no lanes.
  pool_timeline() = default;
  /// Lanes and the moment at which they were read, in nanoseconds since the pool was made.
  pool_timeline(std::vector<lane> lanes, std::uint64_t taken_at) : lanes_(std::move(lanes)), taken_at_(taken_at) {}

  [[nodiscard]] const std::vector<lane>& lanes() const noexcept { return lanes_; }
  [[nodiscard]] std::uint64_t taken_at() const noexcept { return taken_at_; }

  /// Trace-event JSON, for chrome://tracing, ui.perfetto.dev and others. Errors: what the stream throws; bad_alloc.
  void write_json(std::ostream& out) const;
  /// A picture that needs nothing else: a lane a thread, a legend, a time axis. What is narrower than a fraction of a pixel is
  /// left out. Errors: what the stream throws; bad_alloc.
  void write_svg(std::ostream& out) const;

 private:
  std::vector<lane> lanes_;
  std::uint64_t taken_at_ = 0;
};

}  // namespace weft::inline WEFT_ABI::par
