// A timeline as a picture: a lane a thread, what lies within something drawn on top of it, a legend above, an axis below.
#include <weft/par/timeline.hpp>

#include <weft/par/detail/intervals.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <ostream>
#include <string>

namespace weft::inline WEFT_ABI::par {

namespace {

using detail::decimal;

// In pixels.
constexpr double left = 120;
constexpr double width = 1120;  // of the time
constexpr double right = 30;
constexpr double top = 64;
constexpr double lane_height = 30;
constexpr double lane_gap = 12;
constexpr double axis_height = 46;
constexpr double narrowest = 0.25;  // what would widen the last of its kind by less is left out

std::string escaped(const std::string& text) {
  std::string out;
  for (const char each : text) {
    switch (each) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      default:
        out += static_cast<unsigned char>(each) < 0x20 ? '?' : each;
    }
  }
  return out;
}

std::string_view colour_of(happening what, std::size_t depth = 0) {
  constexpr std::array<std::string_view, 4> runs{"#5b8db8", "#3f6f9c", "#2a527a", "#1b3a5a"};
  switch (what) {
    case happening::visit_begin:
      return "#a9cfa4";
    case happening::run_begin:
      return runs[std::min(depth, runs.size() - 1)];
    case happening::search_begin:
      return "#f0cf65";
    case happening::sleep_begin:
      return "#dddddd";
    case happening::stole_near:
      return "#c0392b";
    case happening::stole_far:
      return "#8e44ad";
    default:
      return "#1d1d1d";
  }
}

// Of the time axis: what divides it, and what its figures are called.
struct axis {
  double step;  // nanoseconds
  double unit;
  std::string_view name;
  int digits;
};

// Steps of 1, 2 or 5 times a power of ten, at most twelve of them.
axis axis_for(double span) {
  const double least = std::max(span, 1.0) / 12;
  double step = std::pow(10, std::floor(std::log10(least)));
  for (const double factor : {1.0, 2.0, 5.0, 10.0}) {
    if (step * factor >= least) {
      step *= factor;
      break;
    }
  }
  const auto digits_for = [step](double unit) {
    return std::max(0, static_cast<int>(std::ceil(-std::log10(step / unit) - 1e-9)));
  };
  if (span < 1e6) return {step, 1e3, "µs", digits_for(1e3)};
  if (span < 1e9) return {step, 1e6, "ms", digits_for(1e6)};
  return {step, 1e9, "s", digits_for(1e9)};
}

class painter {
 public:
  painter(std::ostream& out, const pool_timeline& what) : out_(out), what_(what) {
    begin_ = what.taken_at();
    for (const pool_timeline::lane& each : what.lanes()) {
      if (!each.events.empty()) begin_ = std::min(begin_, each.events.front().at);
    }
    span_ = std::max<double>(1, static_cast<double>(what.taken_at() - begin_));
  }

  void paint() {
    const double bottom = y_of(what_.lanes().size());
    const double height = bottom + axis_height;
    out_ << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 "
         << decimal(left + width + right, 0) << ' ' << decimal(height, 0) << "\" width=\""
         << decimal(left + width + right, 0) << "\" height=\"" << decimal(height, 0)
         << "\" font-family=\"sans-serif\" font-size=\"12\">\n"
         << "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n";
    legend();
    time_axis(bottom);
    for (std::size_t i = 0; i < what_.lanes().size(); ++i) lane(i);
    out_ << "</svg>\n";
  }

 private:
  [[nodiscard]] static double y_of(std::size_t lane) { return top + static_cast<double>(lane) * (lane_height + lane_gap); }
  [[nodiscard]] double x_of(std::uint64_t at) const {
    return left + width * static_cast<double>(std::max(at, begin_) - begin_) / span_;
  }

  void text(double x, double y, std::string_view anchor, const std::string& words) {
    out_ << "<text x=\"" << decimal(x, 1) << "\" y=\"" << decimal(y, 1) << "\" text-anchor=\"" << anchor << "\">"
         << escaped(words) << "</text>\n";
  }
  // An open rectangle, for a title to go into.
  void rectangle(double x, double y, double w, double h, std::string_view colour) {
    out_ << "<rect x=\"" << decimal(x, 2) << "\" y=\"" << decimal(y, 1) << "\" width=\"" << decimal(w, 2) << "\" height=\""
         << decimal(h, 1) << "\" fill=\"" << colour << "\">";
  }
  void tick(double x, double y, happening what) {
    out_ << "<path d=\"M" << decimal(x, 2) << ' ' << decimal(y, 1) << "l-3.5 -7h7z\" fill=\"" << colour_of(what) << "\">";
  }

  void legend() {
    constexpr std::array<std::pair<happening, std::string_view>, 4> stretches{
        {{happening::run_begin, "runs a job (darker: within another)"},
         {happening::visit_begin, "its own code"},
         {happening::search_begin, "searches"},
         {happening::sleep_begin, "sleeps"}}};
    constexpr std::array<std::pair<happening, std::string_view>, 2> moments{
        {{happening::stole_near, "steal, near"}, {happening::stole_far, "steal, far"}}};
    text(left, 20, "start", "weft: what each thread did");
    double x = left;
    const auto label = [&](std::string_view words) {
      text(x + 18, 43, "start", std::string(words));
      x += 44 + 6.4 * static_cast<double>(words.size());
    };
    for (const auto& [what, words] : stretches) {
      rectangle(x, 33, 12, 12, colour_of(what));
      out_ << "</rect>\n";
      label(words);
    }
    for (const auto& [what, words] : moments) {
      tick(x + 6, 43, what);
      out_ << "</path>\n";
      label(words);
    }
  }

  void time_axis(double bottom) {
    const axis scale = axis_for(span_);
    for (int i = 0; scale.step * i <= span_; ++i) {
      const double x = left + width * scale.step * i / span_;
      out_ << "<path d=\"M" << decimal(x, 2) << ' ' << decimal(top - 8, 1) << 'V' << decimal(bottom, 1)
           << "\" stroke=\"#c8c8c8\" stroke-dasharray=\"2 3\"/>\n";
      text(x, bottom + 16, "middle", decimal(scale.step * i / scale.unit, scale.digits));
    }
    text(left + width / 2, bottom + 34, "middle", "time in " + std::string(scale.name));
  }

  void lane(std::size_t number) {
    const pool_timeline::lane& it = what_.lanes()[number];
    const double y = y_of(number);
    out_ << "<g class=\"lane\">\n";
    text(left - 10, y + lane_height / 2 + 4, "end", it.name);
    if (it.dropped != 0) text(left - 10, y + lane_height + 6, "end", std::to_string(it.dropped) + " dropped");
    std::array<double, 16> drawn_to{};  // by kind
    for (const detail::interval& each : detail::intervals_of(it, what_.taken_at())) stretch(each, y, drawn_to);
    for (const timeline_event& each : it.events) {
      if (each.what == happening::stole_near || each.what == happening::stole_far) steal(each, y, drawn_to);
    }
    out_ << "</g>\n";
  }

  void stretch(const detail::interval& each, double y, std::array<double, 16>& drawn_to) {
    const double x = x_of(each.begin);
    const double end = std::max(x_of(each.end), x + narrowest);
    double& last = drawn_to[static_cast<std::size_t>(each.what)];
    const bool is_visible = each.depth != 0 ? end - x > narrowest : end > last + narrowest;
    if (!is_visible) return;
    last = std::max(last, end);
    const double inset = each.what == happening::run_begin ? std::min<double>(static_cast<double>(each.depth) * 3, 9) : 0;
    rectangle(x, y + inset, end - x, lane_height - 2 * inset, colour_of(each.what, each.depth));
    if (end - x >= 1) out_ << "<title>" << title_of(each) << "</title>";
    out_ << "</rect>\n";
  }
  [[nodiscard]] std::string title_of(const detail::interval& each) const {
    return std::string(detail::word_for(each.what)) + ' ' + detail::microseconds(each.end - each.begin) + " µs, from " +
           detail::microseconds(each.begin - begin_) + " µs";
  }

  void steal(const timeline_event& each, double y, std::array<double, 16>& drawn_to) {
    const double x = x_of(each.at);
    double& last = drawn_to[static_cast<std::size_t>(each.what)];
    if (x < last + 2) return;  // the marks would lie on each other
    last = x;
    tick(x, y, each.what);
    out_ << "<title>" << detail::word_for(each.what) << " from " << escaped(detail::name_of_lane(what_, each.whom))
         << "</title></path>\n";
  }

  std::ostream& out_;
  const pool_timeline& what_;
  std::uint64_t begin_ = 0;
  double span_ = 1;
};

}  // namespace

void pool_timeline::write_svg(std::ostream& out) const { painter(out, *this).paint(); }

}  // namespace weft::inline WEFT_ABI::par
