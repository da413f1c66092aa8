// Where in the source a call stands: std::source_location for every compiler that we build with (clang 14 lacks it).
#pragma once

#include <weft/atomic/abi.hpp>

namespace weft::inline WEFT_ABI::model {

struct site {
  const char* file = "";
  const char* function = "";
  unsigned line = 0;

  /// As a default argument: the place of the call.
  static constexpr site here(const char* file = __builtin_FILE(), const char* function = __builtin_FUNCTION(),
                             unsigned line = __builtin_LINE()) noexcept {
    return {file, function, line};
  }
};

}  // namespace weft::inline WEFT_ABI::model
