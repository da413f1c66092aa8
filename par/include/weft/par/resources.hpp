// resources: what this process may use of the machine, and why.
#pragma once

#include <weft/atomic/abi.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace weft::inline WEFT_ABI::par {

/// What was found at one moment.
struct machine_resources {
  /// Processor time per period that a control group grants, and the file that says so.
  struct cpu_quota {
    std::uint64_t quota_us;
    std::uint64_t period_us;
    std::string file;
  };

  /// A pool that isn't told how many threads to have would get so many, for this reason.
  std::size_t threads;
  std::string threads_reason;
  /// Processors of the machine that are online.
  std::size_t online;
  /// The system's numbers of those that the calling thread, and a pool that it makes, may run on.
  std::vector<std::size_t> allowed;
  /// The smallest quota of all control groups above this process that it can see.
  std::optional<cpu_quota> quota;

  /// What has read the hardware, or why nothing is known about it: then all that follows is 0, and thieves and wakers treat
  /// all processors alike.
  std::string topology;
  std::size_t cores;
  std::size_t l2_caches;
  std::size_t l3_caches;
  std::size_t numa_nodes;
  /// Processors of each kind of core, the smallest cores first; one number where all are alike.
  std::vector<std::size_t> kinds;

  /// All of it in a few lines of text.
  [[nodiscard]] std::string describe() const;
};

/// Looks at the affinity mask, the control groups and WEFT_NUM_THREADS now, and at the hardware once per process.
///
/// A pool looks by itself when it is made and keeps the number of threads that it has found then. After a container's quota
/// has changed, this tells what a new pool would get.
///
/// Threads   any.
/// Cost      some 100 µs; the first time some 10 ms more.
/// Errors    bad_alloc.
///
///     const weft::par::machine_resources found = weft::resources();
///     std::printf("%s", found.describe().c_str());
///     if (found.threads < 1 || found.allowed.empty()) std::abort();
[[nodiscard]] machine_resources resources();

}  // namespace weft::inline WEFT_ABI::par

namespace weft::inline WEFT_ABI {
using par::resources;
}  // namespace weft::inline WEFT_ABI
