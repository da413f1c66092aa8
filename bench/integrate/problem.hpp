// The area under x^3 + x, by trapezoids that are halved until halving no longer matters: a deep tree of next to no work.
#pragma once

#include <cmath>

#include "fork.hpp"

namespace integrate {

/// From 100, so that even the smallest piece is larger than all the errors together: none can be missing unseen.
inline constexpr double begin = 100, end = 1000, tolerance = 1e-4;

constexpr double height(double x) noexcept { return (x * x + 1) * x; }
constexpr double area_from_0(double x) noexcept { return x * x * x * x / 4 + x * x / 2; }
inline constexpr double answer = area_from_0(end) - area_from_0(begin);

/// Of the trapezoid from left to right, whose sides are `low` and `high`.
inline double area(double left, double right, double low, double high) noexcept { return (right - left) * (low + high) / 2; }

template <class Fork>
double integral(double left, double right, double low, double high) {
  const double middle = (left + right) / 2, half_way = height(middle);
  const double finer = area(left, middle, low, half_way) + area(middle, right, half_way, high);
  if (std::abs(finer - area(left, right, low, high)) <= tolerance) return finer;
  const auto [a, b] = Fork::both([=] { return integral<Fork>(left, middle, low, half_way); },
                                 [=] { return integral<Fork>(middle, right, half_way, high); });
  return a + b;
}

/// Pieces that are looked at.
inline std::uint64_t pieces(double left, double right, double low, double high) {
  const double middle = (left + right) / 2, half_way = height(middle);
  const double finer = area(left, middle, low, half_way) + area(middle, right, half_way, high);
  if (std::abs(finer - area(left, right, low, high)) <= tolerance) return 1;
  return 1 + pieces(left, middle, low, half_way) + pieces(middle, right, half_way, high);
}

class problem {
 public:
  static race::work what() { return {"integrate", "ns per piece", true}; }
  void prepare() { area_ = 0; }
  template <class Fork>
  void solve() {
    area_ = integral<Fork>(begin, end, height(begin), height(end));
  }
  /// Rounding differs with how the compiler contracts a product and a sum, so the answer has a width.
  void check() const {
    const double width = tolerance * static_cast<double>(pieces_);
    if (!(std::abs(area_ - answer) <= width)) throw race::wrong_answer("the area", area_, answer);
  }
  [[nodiscard]] double units() const { return static_cast<double>(pieces_); }

 private:
  std::uint64_t pieces_ = pieces(begin, end, height(begin), height(end));
  double area_ = 0;
};

}  // namespace integrate
