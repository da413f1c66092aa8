// processors: how many threads this process should have.
#pragma once

#include <weft/atomic/abi.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace weft::inline WEFT_ABI::par::detail {

/// WEFT_NUM_THREADS if it is there and a number, else available_processors(). At least 1.
[[nodiscard]] std::size_t default_threads();

/// affinity ∩ hardware ∩ the smallest CPU quota of all control groups above this process. At least 1.
[[nodiscard]] std::size_t available_processors();

/// The strict reading of WEFT_NUM_THREADS: a decimal number and nothing else; clamped to what a pool can have. Zero, signs,
/// spaces and rubbish: nothing.
[[nodiscard]] std::optional<std::size_t> parse_thread_count(std::string_view text) noexcept;

}  // namespace weft::inline WEFT_ABI::par::detail
