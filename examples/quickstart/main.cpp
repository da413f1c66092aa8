// The quickstart: five small jobs that show what weft is for. Run it with --help to see what it takes.
#include "parts.hpp"
#include "report.hpp"

#include <weft/weft.hpp>

#include <exception>
#include <iostream>

namespace {

bool run_all(const quickstart::options& chosen) {
  bool right = quickstart::sum_squares(chosen);
  right &= quickstart::count_words(chosen);
  right &= quickstart::fill_a_queue(chosen);
  right &= quickstart::await_fibonacci(chosen);
  right &= quickstart::paint_a_picture(chosen);
  return right;
}

}  // namespace

int main(int argc, char** argv) try {
  const quickstart::options chosen = quickstart::read_options(argc, argv);
  std::cout << "weft quickstart on " << weft::par::current_num_threads() << " threads; what this machine offers:\n\n"
            << weft::resources().describe();

  bool right = true;
  const auto time = quickstart::time_of(
      [&] { right = chosen.timeline.empty() ? run_all(chosen) : quickstart::run_watched(chosen, run_all); });

  std::cout << "\n"
            << (right ? "All five results are right" : "A RESULT IS WRONG") << " (" << quickstart::readable(time) << ")\n";
  return right ? 0 : 1;
} catch (const std::exception& error) {
  std::cerr << "\nquickstart: " << error.what() << '\n';
  return 1;
}
