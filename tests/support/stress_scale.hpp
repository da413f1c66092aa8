// Fewer rounds where each one is dear.
#pragma once

#include <weft/atomic/seam.hpp>

#if defined(__SANITIZE_ADDRESS__)
#define WEFT_SLOW_BUILD 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WEFT_SLOW_BUILD 1
#endif
#endif

#if defined(WEFT_TSAN) || defined(WEFT_SLOW_BUILD)
constexpr int scaled(int rounds) { return rounds / 10; }
#else
constexpr int scaled(int rounds) { return rounds; }
#endif
