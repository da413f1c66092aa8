#include <weft/par/statistics.hpp>

#include <algorithm>
#include <array>
#include <ostream>
#include <string_view>

namespace weft::inline WEFT_ABI::par {

thread_statistics& thread_statistics::operator+=(const thread_statistics& other) noexcept {
  jobs += other.jobs;
  injected += other.injected;
  steals_near += other.steals_near;
  steals_far += other.steals_far;
  failed_searches += other.failed_searches;
  parks += other.parks;
  wakes += other.wakes;
  splits += other.splits;
  exceptions_dropped += other.exceptions_dropped;
  return *this;
}

thread_statistics pool_statistics::sum() const {
  thread_statistics all;
  all.name = "all";
  for (const thread_statistics& each : workers) all += each;
  for (const thread_statistics& each : guests) all += each;
  return all;
}

namespace {

constexpr std::size_t columns = 11;
using row = std::array<std::string, columns>;

constexpr std::array<std::string_view, columns> heads{"thread",      "doing",      "jobs",          "injected",
                                                      "stolen near", "stolen far", "failed search", "parks",
                                                      "wakes",       "splits",     "dropped"};

std::string_view word_for(activity what) {
  switch (what) {
    case activity::absent:
      return "absent";
    case activity::working:
      return "working";
    case activity::searching:
      return "searching";
    case activity::asleep:
      return "asleep";
  }
  return "";
}

row row_of(const thread_statistics& one, std::string_view doing) {
  return {one.name,
          std::string(doing),
          std::to_string(one.jobs),
          std::to_string(one.injected),
          std::to_string(one.steals_near),
          std::to_string(one.steals_far),
          std::to_string(one.failed_searches),
          std::to_string(one.parks),
          std::to_string(one.wakes),
          std::to_string(one.splits),
          std::to_string(one.exceptions_dropped)};
}

// Names to the left, figures to the right.
void print(std::string& out, const row& cells, const std::array<std::size_t, columns>& widths) {
  for (std::size_t i = 0; i < columns; ++i) {
    const std::string gap(widths[i] - cells[i].size(), ' ');
    const bool is_word = i < 2;
    out += i == 0 ? "" : "  ";
    out += is_word ? cells[i] + gap : gap + cells[i];
  }
  out += '\n';
}

}  // namespace

// Written as one string, so that the stream's own format doesn't matter and lines of several threads don't mix.
std::ostream& operator<<(std::ostream& out, const pool_statistics& what) {
  std::vector<row> rows(1);
  for (std::size_t i = 0; i < columns; ++i) rows[0][i] = heads[i];
  for (const thread_statistics& each : what.workers) rows.push_back(row_of(each, word_for(each.doing)));
  for (const thread_statistics& each : what.guests) rows.push_back(row_of(each, word_for(each.doing)));
  rows.push_back(row_of(what.sum(), ""));

  std::array<std::size_t, columns> widths{};
  for (const row& cells : rows) {
    for (std::size_t i = 0; i < columns; ++i) widths[i] = std::max(widths[i], cells[i].size());
  }
  std::string text;
  for (const row& cells : rows) print(text, cells, widths);
  return out << text;
}

}  // namespace weft::inline WEFT_ABI::par
