// Which OpenMP this is: libgomp under g++, libomp under clang.
#pragma once

#include <string>

namespace race {

inline std::string openmp_name() {
#ifdef __clang__
  return "OpenMP (libomp)";
#else
  return "OpenMP (libgomp)";
#endif
}

inline std::string openmp_version() {
#ifdef __clang__
  return std::to_string(__clang_major__);
#else
  return std::to_string(__GNUC__) + "." + std::to_string(__GNUC_MINOR__);
#endif
}

}  // namespace race
