#include <weft/atomic/assert.hpp>

#ifndef WEFT_MODEL

#include <cstdio>
#include <cstdlib>

namespace weft::inline WEFT_ABI::atomic::detail {

void assertion_failed(const char* condition, const char* sentence, const char* file, int line) noexcept {
  std::fprintf(stderr, "weft: %s\n  broken: %s\n  at %s:%d\n", sentence, condition, file, line);
  std::abort();
}

}  // namespace weft::inline WEFT_ABI::atomic::detail

#endif  // WEFT_MODEL
