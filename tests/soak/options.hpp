// What the command line asks for.
#pragma once

#include <cstdint>

namespace soak {

struct options {
  double seconds = 60;
  std::uint64_t handshakes = 0;  ///< run until so many are done, however long it takes; 0: the time decides
  std::uint64_t seed = 1;
  double patience = 30;  ///< seconds without progress after which the watchdog reports and aborts
  bool pure = false;     ///< nothing but submit, sleep and wake
  bool hang = false;     ///< one driver waits for ever: a test of the watchdog
};

/// Reads the command line. Prints the help and ends the program where that is asked for or something makes no sense.
options read_options(int argc, char** argv);

}  // namespace soak
