#include <weft/par/detail/intervals.hpp>

#include <array>
#include <charconv>

namespace weft::inline WEFT_ABI::par::detail {

namespace {

// Begins and ends alternate.
static_assert(static_cast<unsigned>(happening::visit_begin) == 0 && static_cast<unsigned>(happening::sleep_end) == 7);

bool is_begin(happening what) noexcept { return !is_moment(what) && static_cast<unsigned>(what) % 2 == 0; }
happening begin_of(happening end) noexcept { return static_cast<happening>(static_cast<unsigned>(end) - 1); }

}  // namespace

std::vector<interval> intervals_of(const pool_timeline::lane& lane, std::uint64_t taken_at) {
  std::vector<interval> found;
  std::vector<std::size_t> open;
  const std::uint64_t last = lane.dropped == 0 || lane.events.empty() ? taken_at : lane.events.back().at;
  const auto depth_of = [&](happening what) {
    std::size_t depth = 0;
    for (const std::size_t i : open) depth += found[i].what == what ? 1 : 0;
    return depth;
  };
  for (const timeline_event& each : lane.events) {
    if (is_moment(each.what)) continue;
    if (is_begin(each.what)) {
      const std::size_t depth = depth_of(each.what);
      open.push_back(found.size());
      found.push_back({each.what, each.at, last < each.at ? each.at : last, depth});
    } else if (!open.empty() && found[open.back()].what == begin_of(each.what)) {
      found[open.back()].end = each.at;
      open.pop_back();
    }
  }
  return found;
}

std::string_view word_for(happening what) noexcept {
  switch (what) {
    case happening::visit_begin:
    case happening::visit_end:
      return "takes part";
    case happening::run_begin:
    case happening::run_end:
      return "run";
    case happening::search_begin:
    case happening::search_end:
      return "search";
    case happening::sleep_begin:
    case happening::sleep_end:
      return "sleep";
    case happening::injected:
      return "from outside";
    case happening::stole_near:
      return "steal near";
    case happening::stole_far:
      return "steal far";
    case happening::woken:
      return "woken";
    case happening::split:
      return "split";
    case happening::found_nothing:
      return "found nothing";
    case happening::exception_dropped:
      return "exception dropped";
  }
  return "";
}

std::string name_of_lane(const pool_timeline& what, std::uint32_t number) {
  return number < what.lanes().size() ? what.lanes()[number].name : "a guest";
}

std::string decimal(double value, int digits) {
  std::array<char, 64> text{};
  const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed, digits);
  return error == std::errc{} ? std::string(text.data(), end) : "0";
}

std::string microseconds(std::uint64_t nanoseconds) { return decimal(static_cast<double>(nanoseconds) / 1e3, 3); }

}  // namespace weft::inline WEFT_ABI::par::detail
