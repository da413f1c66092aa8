// The product of two matrices by divide and conquer: quadrants at once, down to blocks of 32 that stay in the nearest cache.
#pragma once

#include "fork.hpp"

namespace matmul {

inline constexpr std::size_t size = 256, block = 32;

/// c += a * b for one block of matrices whose rows are `size` apart. A row of the block fits into registers.
inline void multiply_block(double* c, const double* a, const double* b) {
  for (std::size_t i = 0; i < block; ++i) {
    double row[block];
    std::copy_n(c + i * size, block, row);
    for (std::size_t k = 0; k < block; ++k)
      for (std::size_t j = 0; j < block; ++j) row[j] += a[i * size + k] * b[k * size + j];
    std::copy_n(row, block, c + i * size);
  }
}

/// c += a * b for parts of n rows and columns.
template <class Fork>
void multiply(double* c, const double* a, const double* b, std::size_t n) {
  if (n == block) return multiply_block(c, a, b);
  const std::size_t half = n / 2, down = half * size;
  const auto quadrants = [=](std::size_t of_a, std::size_t of_b) {
    const auto row = [=](std::size_t i) {
      race::both<Fork>([=] { multiply<Fork>(c + i * down, a + i * down + of_a, b + of_b, half); },
                       [=] { multiply<Fork>(c + i * down + half, a + i * down + of_a, b + of_b + half, half); });
    };
    race::both<Fork>([=] { row(0); }, [=] { row(1); });
  };
  quadrants(0, 0);
  quadrants(half, down);
}

/// Small whole numbers, so that every sum is exact whatever its order.
class problem {
 public:
  static race::work what() { return {"matmul", "us per product of 256 x 256", true}; }
  problem() : a_(size * size), b_(size * size), c_(size * size) {
    std::uint64_t state = 1;
    for (auto* matrix : {&a_, &b_})
      for (double& each : *matrix) {
        state = state * 6364136223846793005 + 1442695040888963407;
        each = static_cast<double>((state >> 33) % 21) - 10;
      }
  }
  void prepare() { c_.assign(size * size, 0.0); }
  template <class Fork>
  void solve() {
    multiply<Fork>(c_.data(), a_.data(), b_.data(), size);
  }
  /// c * x is a * (b * x), for an x whose elements all differ.
  void check() const {
    std::vector<double> x(size);
    for (std::size_t i = 0; i < size; ++i) x[i] = static_cast<double>(i + 1);
    const auto got = times(c_, x), wanted = times(a_, times(b_, x));
    for (std::size_t i = 0; i < size; ++i) race::check("row " + std::to_string(i) + " of the product", got[i], wanted[i]);
  }
  [[nodiscard]] double units() const { return 1e3; }

 private:
  static std::vector<double> times(const std::vector<double>& matrix, const std::vector<double>& x) {
    std::vector<double> result(size);
    for (std::size_t i = 0; i < size; ++i)
      for (std::size_t j = 0; j < size; ++j) result[i] += matrix[i * size + j] * x[j];
    return result;
  }

  std::vector<double> a_, b_, c_;
};

}  // namespace matmul
