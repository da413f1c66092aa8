// Part 5: the Mandelbrot set. Rows differ a lot in cost, which is what work stealing is for.
#include "parts.hpp"
#include "png.hpp"
#include "report.hpp"

#include <weft/weft.hpp>

#include <cmath>
#include <numbers>
#include <string>

namespace quickstart {

namespace {

constexpr int most_steps = 500;

/// How soon the point runs away, smoothed between the steps; negative if it stays.
double escape_of(double x, double y) {
  double re = 0;
  double im = 0;
  for (int step = 0; step < most_steps; ++step) {
    const double re2 = re * re;
    const double im2 = im * im;
    if (re2 + im2 > 256) return step + 1 - std::log2(std::log2(re2 + im2) / 2);
    im = 2 * re * im + y;
    re = re2 - im2 + x;
  }
  return -1;
}

/// A round trip through deep blue, white and amber.
pixel colour_of(double escape) {
  if (escape < 0) return {0, 0, 0};
  const auto wave = [escape](double phase) {
    const double turn = std::sqrt(escape) * 0.35 + phase;
    return static_cast<std::uint8_t>(127.5 * (1 - std::cos(2 * std::numbers::pi * turn)));
  };
  return {wave(0.0), wave(0.05), wave(0.15)};
}

struct canvas {
  std::size_t width;
  std::size_t height;
  std::vector<pixel> pixels = std::vector<pixel>(width * height);

  void paint_row(std::size_t row) {
    const double scale = 3.6 / static_cast<double>(width);
    const double y = (static_cast<double>(row) - static_cast<double>(height) / 2) * scale;
    for (std::size_t column = 0; column < width; ++column) {
      const double x = static_cast<double>(column) * scale - 2.55;
      pixels[row * width + column] = colour_of(escape_of(x, y));
    }
  }
};

}  // namespace

bool paint_a_picture(const options& chosen) {
  heading(5, "The Mandelbrot set, " + std::to_string(chosen.width) + " by " + std::to_string(chosen.height) + " pixels");
  canvas by_one{chosen.width, chosen.height};
  canvas by_all{chosen.width, chosen.height};
  const auto before = time_of([&] {
    for (std::size_t row = 0; row < by_one.height; ++row) by_one.paint_row(row);
  });
  const auto now = time_of([&] {
    weft::par_iter(weft::range(std::size_t{0}, by_all.height)).for_each([&](std::size_t row) { by_all.paint_row(row); });
  });

  write_png(chosen.picture, by_all.pixels, chosen.width, chosen.height);
  line("a plain loop", readable(before));
  line("par_iter", readable(now), faster(before, now));
  line("the picture", std::filesystem::absolute(chosen.picture).string());
  return by_one.pixels == by_all.pixels;
}

}  // namespace quickstart
