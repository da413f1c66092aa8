#include "report.hpp"

#include <algorithm>
#include <cstdlib>
#include <iomanip>
#include <iostream>
#include <sstream>
#include <unistd.h>

namespace quickstart {

void heading(int number, std::string_view title) { std::cout << '\n' << number << "  " << title << '\n' << std::flush; }

void line(std::string_view what, std::string_view figure, std::string_view remark) {
  std::cout << "   " << std::left << std::setw(24) << what << std::right << std::setw(24) << figure;
  if (!remark.empty()) std::cout << "   " << remark;
  std::cout << '\n' << std::flush;
}

std::string grouped(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t behind = 3; behind < digits.size(); behind += 4) digits.insert(digits.size() - behind, 1, ' ');
  return digits;
}

namespace {

std::string fixed(double value, int decimals) {
  std::ostringstream out;
  out << std::fixed << std::setprecision(decimals) << value;
  return out.str();
}

}  // namespace

std::string readable(std::chrono::duration<double> time) {
  const double seconds = time.count();
  if (seconds >= 1) return fixed(seconds, 2) + " s";
  if (seconds >= 1e-3) return fixed(seconds * 1e3, 1) + " ms";
  return fixed(seconds * 1e6, 1) + " us";
}

std::string faster(std::chrono::duration<double> before, std::chrono::duration<double> now) {
  return fixed(before / now, 2) + " times as fast";
}

namespace {

bool can_draw() {
  const char* terminal = std::getenv("TERM");
  return ::isatty(STDOUT_FILENO) == 1 && terminal != nullptr && std::string_view(terminal) != "dumb";
}

}  // namespace

progress_bar::progress_bar() : shown_(can_draw()) {}

void progress_bar::add(std::size_t files) {
  const std::size_t done = done_.fetch_add(files, std::memory_order_relaxed) + files;
  if (!shown_) return;
  const std::unique_lock lock(drawing_, std::try_to_lock);
  if (!lock) return;  // somebody else is drawing
  const auto now = std::chrono::steady_clock::now();
  if (now < next_) return;
  next_ = now + std::chrono::milliseconds(50);
  draw(done);
}

void progress_bar::draw(std::size_t done) const {
  constexpr std::size_t width = 40;
  const std::size_t expected = std::max<std::size_t>({expected_.load(std::memory_order_relaxed), done, 1});
  const std::size_t full = done * width / expected;
  std::cout << "\r   [" << std::string(full, '#') << std::string(width - full, '.') << "] " << grouped(done) << " of "
            << grouped(expected) << " files " << std::flush;
}

void progress_bar::finish() {
  if (shown_) std::cout << "\r\x1b[K" << std::flush;
}

}  // namespace quickstart
