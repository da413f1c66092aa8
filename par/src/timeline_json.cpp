// A timeline as trace-event JSON: "X" is a stretch, "i" a moment, "M" a name. Times are microseconds.
#include <weft/par/timeline.hpp>

#include <weft/par/detail/intervals.hpp>

#include <ostream>
#include <string>

namespace weft::inline WEFT_ABI::par {

namespace {

std::string quoted(const std::string& text) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out = "\"";
  for (const char each : text) {
    const auto byte = static_cast<unsigned char>(each);
    if (each == '"' || each == '\\') {
      out += '\\';
      out += each;
    } else if (byte < 0x20) {
      out += "\\u00";
      out += digits[byte >> 4];
      out += digits[byte & 15];
    } else {
      out += each;
    }
  }
  return out + '"';
}

// The events of one lane, each with a comma before it.
class lane_writer {
 public:
  lane_writer(std::ostream& out, std::size_t number) : out_(out), on_lane_(",\"pid\":1,\"tid\":" + std::to_string(number)) {}

  void name(const pool_timeline::lane& lane) {
    out_ << ",\n{\"name\":\"thread_name\",\"ph\":\"M\"" << on_lane_ << ",\"args\":{\"name\":" << quoted(lane.name)
         << ",\"events dropped\":" << std::to_string(lane.dropped) << "}}";
  }
  void stretch(const detail::interval& what) {
    head(what.what, "X", what.begin);
    out_ << ",\"dur\":" << detail::microseconds(what.end - what.begin) << '}';
  }
  void moment(const timeline_event& what, const std::string& from) {
    head(what.what, "i", what.at);
    out_ << ",\"s\":\"t\"";
    if (!from.empty()) out_ << ",\"args\":{\"from\":" << quoted(from) << '}';
    out_ << '}';
  }

 private:
  void head(happening what, std::string_view phase, std::uint64_t at) {
    out_ << ",\n{\"name\":\"" << detail::word_for(what) << "\",\"ph\":\"" << phase << '"' << on_lane_
         << ",\"ts\":" << detail::microseconds(at);
  }

  std::ostream& out_;
  const std::string on_lane_;
};

bool is_steal(happening what) noexcept { return what == happening::stole_near || what == happening::stole_far; }

}  // namespace

void pool_timeline::write_json(std::ostream& out) const {
  out << "{\"displayTimeUnit\":\"ms\",\"traceEvents\":[\n{\"name\":\"process_name\",\"ph\":\"M\",\"pid\":1,\"tid\":0,"
         "\"args\":{\"name\":\"weft\"}}";
  for (std::size_t i = 0; i < lanes_.size(); ++i) {
    lane_writer writer(out, i);
    writer.name(lanes_[i]);
    for (const detail::interval& each : detail::intervals_of(lanes_[i], taken_at_)) writer.stretch(each);
    for (const timeline_event& each : lanes_[i].events) {
      if (!detail::is_moment(each.what)) continue;
      writer.moment(each, is_steal(each.what) ? detail::name_of_lane(*this, each.whom) : "");
    }
  }
  out << "\n]}\n";
}

}  // namespace weft::inline WEFT_ABI::par
