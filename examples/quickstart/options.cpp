#include "options.hpp"

#include <cstdlib>
#include <iostream>
#include <string_view>

namespace quickstart {

namespace {

constexpr const char* help =
    "Usage: quickstart [--small] [PATH...]\n"
    "\n"
    "Shows weft at work: a parallel sum, word frequencies, a lock-free queue, futures and a picture.\n"
    "\n"
    "  PATH      files and folders whose words are counted; by default the machine's licences and documentation\n"
    "  --small   everything a hundred times smaller, for a first look on a slow machine\n"
    "  --timeline [FILE.svg]   also draw what each thread did, and write it for trace viewers (timeline.svg, "
    "timeline.json)\n";

bool is_picture(std::string_view word) { return word.ends_with(".svg"); }

void make_small(options& chosen) {
  chosen.numbers = 1'000'000;
  chosen.messages = 20'000;
  chosen.fib = 25;
  chosen.width = 240;
  chosen.height = 160;
}

}  // namespace

options read_options(int argc, char** argv) {
  options chosen;
  std::vector<std::filesystem::path> paths;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--small") {
      make_small(chosen);
    } else if (word == "--timeline") {
      chosen.timeline = i + 1 < argc && is_picture(argv[i + 1]) ? argv[++i] : "timeline.svg";
    } else if (word == "--help" || word == "-h") {
      std::cout << help;
      std::exit(0);
    } else if (word.starts_with("-")) {
      std::cerr << "There is no option " << word << ".\n\n" << help;
      std::exit(2);
    } else {
      paths.emplace_back(word);
    }
  }
  if (!paths.empty()) chosen.texts = std::move(paths);
  return chosen;
}

}  // namespace quickstart
