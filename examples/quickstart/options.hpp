// What the command line asks for.
#pragma once

#include <cstddef>
#include <filesystem>
#include <vector>

namespace quickstart {

struct options {
  std::size_t numbers = 100'000'000;  ///< integers whose squares are summed
  std::size_t messages = 2'000'000;   ///< through the queue, from each producer
  int fib = 38;                       ///< by fork and join
  std::size_t width = 1200;           ///< of the picture, in pixels
  std::size_t height = 800;
  std::filesystem::path picture = "mandelbrot.png";
  std::filesystem::path timeline;  ///< where to draw what each thread did; empty: nowhere
  std::vector<std::filesystem::path> texts = {"/usr/share/common-licenses", "/usr/share/doc"};
};

/// Reads the command line. Prints the help and ends the program where that is asked for or something makes no sense.
options read_options(int argc, char** argv);

}  // namespace quickstart
