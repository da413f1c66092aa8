// cgroup: the CPU quota that the control groups above this process leave it.
#pragma once

#include <weft/atomic/abi.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace weft::inline WEFT_ABI::par::detail {

/// So much processor time per period, and the file that says so.
struct cpu_quota {
  std::uint64_t quota_us = 0;
  std::uint64_t period_us = 1;
  std::string file;

  /// Whole processors, fractions rounded up; at least 1.
  [[nodiscard]] std::size_t processors() const noexcept {
    return quota_us == 0 ? 1 : static_cast<std::size_t>((quota_us - 1) / period_us + 1);
  }
};

/// The smallest quota of this process's control groups and all above them that can be seen, versions 1 and 2; nothing when
/// there is none or it can't be read. `root` goes before every path: "" is the machine, a folder is a recorded tree. The
/// name of the file comes without it.
///
/// Errors    bad_alloc. Files that are missing or make no sense count as "no quota".
[[nodiscard]] std::optional<cpu_quota> smallest_cpu_quota(const std::string& root);

}  // namespace weft::inline WEFT_ABI::par::detail
