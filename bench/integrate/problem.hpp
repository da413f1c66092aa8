// The area under x^3 + x, by trapezoids that are halved until halving no longer matters: a deep tree of next to no work.
#pragma once

#include <cmath>

#include "fork.hpp"

namespace integrate {

inline constexpr double end = 1000, tolerance = 1e-4;
inline constexpr double answer = end * end * end * end / 4 + end * end / 2;

inline double height(double x) noexcept { return (x * x + 1) * x; }

/// A trapezoid, and its halves.
struct piece {
  double left, right, height_left, height_right;

  [[nodiscard]] double area() const noexcept { return (right - left) * (height_left + height_right) / 2; }
  [[nodiscard]] std::pair<piece, piece> halves() const noexcept {
    const double middle = (left + right) / 2, height_middle = height(middle);
    return {{left, middle, height_left, height_middle}, {middle, right, height_middle, height_right}};
  }
};

template <class Fork>
double integral(piece whole) {
  const auto [a, b] = whole.halves();
  const double finer = a.area() + b.area();
  if (std::abs(finer - whole.area()) <= tolerance) return finer;
  const auto [of_a, of_b] = Fork::both([&a = a] { return integral<Fork>(a); }, [&b = b] { return integral<Fork>(b); });
  return of_a + of_b;
}

/// Pieces that are halved.
inline std::uint64_t pieces(piece whole) {
  const auto [a, b] = whole.halves();
  if (std::abs(a.area() + b.area() - whole.area()) <= tolerance) return 1;
  return 1 + pieces(a) + pieces(b);
}

class problem {
 public:
  static race::work what() { return {"integrate", "ns per piece", true}; }
  void prepare() { area_ = 0; }
  template <class Fork>
  void solve() {
    area_ = integral<Fork>(whole());
  }
  /// Rounding differs with how the compiler contracts a product and a sum, so the answer has a width.
  void check() const {
    const double width = tolerance * static_cast<double>(pieces_);
    if (!(std::abs(area_ - answer) <= width)) throw race::wrong_answer("the area", area_, answer);
  }
  [[nodiscard]] double units() const { return static_cast<double>(pieces_); }

 private:
  static piece whole() { return {0, end, height(0), height(end)}; }
  std::uint64_t pieces_ = pieces(whole());
  double area_ = 0;
};

}  // namespace integrate
