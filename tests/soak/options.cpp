#include "options.hpp"

#include <charconv>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <string_view>

namespace soak {

namespace {

constexpr const char* help =
    "Usage: weft_soak [OPTION...]\n"
    "\n"
    "Drives pools from outside and from inside for a long time, with random delays, and watches that nothing stands still.\n"
    "\n"
    "  --seconds S      how long (60)\n"
    "  --handshakes N   until N handshakes are done instead; a handshake: one thread waits for what it has given to others\n"
    "  --pure           nothing but handshakes: submit to a pool that sleeps, or is about to, and sleep until the job has "
    "run\n"
    "  --seed N         of the random choices (1)\n"
    "  --patience S     abort with a report when a driver has got nowhere for S seconds (30)\n"
    "  --hang           let one driver wait for ever, to see the report\n";

[[noreturn]] void refuse(std::string_view why) {
  std::cerr << why << "\n\n" << help;
  std::exit(2);
}

template <class Number>
Number number_after(int& i, int argc, char** argv) {
  const std::string_view option = argv[i];
  if (++i == argc) refuse(std::string(option) + " needs a number.");
  const char* const text = argv[i];
  const char* const end = text + std::strlen(text);
  Number value{};
  const auto [stopped, error] = std::from_chars(text, end, value);
  if (error != std::errc{} || stopped != end || value < Number{})
    refuse(std::string(option) + " needs a number, not '" + text + "'.");
  return value;
}

}  // namespace

options read_options(int argc, char** argv) {
  options chosen;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--seconds") {
      chosen.seconds = number_after<double>(i, argc, argv);
    } else if (word == "--handshakes") {
      chosen.handshakes = number_after<std::uint64_t>(i, argc, argv);
    } else if (word == "--seed") {
      chosen.seed = number_after<std::uint64_t>(i, argc, argv);
    } else if (word == "--patience") {
      chosen.patience = number_after<double>(i, argc, argv);
    } else if (word == "--pure") {
      chosen.pure = true;
    } else if (word == "--hang") {
      chosen.hang = true;
    } else if (word == "--help" || word == "-h") {
      std::cout << help;
      std::exit(0);
    } else {
      refuse("There is no option " + std::string(word) + '.');
    }
  }
  return chosen;
}

}  // namespace soak
