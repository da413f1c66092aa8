// cgroup: the CPU quota that the control groups above this process leave it.
#pragma once

#include <weft/atomic/abi.hpp>

#include <cstddef>
#include <optional>
#include <string>

namespace weft::inline WEFT_ABI::par::detail {

/// Whole processors under the smallest quota of all ancestor control groups, versions 1 and 2, fractions rounded up; nothing
/// when there is no quota or it can't be read. `root` goes before every path: "" is the machine, a folder is a recorded
/// tree.
///
/// Errors    bad_alloc. Files that are missing or make no sense count as "no quota".
[[nodiscard]] std::optional<std::size_t> cgroup_processors(const std::string& root);

}  // namespace weft::inline WEFT_ABI::par::detail
