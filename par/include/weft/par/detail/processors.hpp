// processors: which processors this process may use, and how many threads it should have.
#pragma once

#include <weft/atomic/abi.hpp>
#include <weft/par/detail/cgroup.hpp>

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weft::inline WEFT_ABI::par::detail {

/// The processors that the calling thread may run on, ascending; never empty. Threads that it starts inherit them.
///
/// Errors    bad_alloc.
[[nodiscard]] std::vector<std::size_t> allowed_processors();
/// How many processors of the machine are online; at least 1.
[[nodiscard]] std::size_t online_processors() noexcept;
/// Confines the calling thread to these. False: the system has refused it, and nothing has changed.
[[nodiscard]] bool confine_to(std::span<const std::size_t> processors) noexcept;

/// The number of threads of a pool that wasn't told any, and in words why.
struct thread_choice {
  std::size_t threads;
  std::string reason;
};

/// `asked`: what WEFT_NUM_THREADS says, or null. It decides if it is a number; else the smaller one of the processors allowed
/// and the quota. At least 1, and no more than a pool can have.
[[nodiscard]] thread_choice choose_threads(const char* asked, std::size_t allowed, const std::optional<cpu_quota>& quota);
/// The same, by this process's environment.
[[nodiscard]] thread_choice choose_threads(std::size_t allowed, const std::optional<cpu_quota>& quota);

/// The strict reading of WEFT_NUM_THREADS: a decimal number and nothing else; clamped to what a pool can have. Zero, signs,
/// spaces and rubbish: nothing.
[[nodiscard]] std::optional<std::size_t> parse_thread_count(std::string_view text) noexcept;

/// Numbers as the system writes them: "0-3,8". They must ascend.
[[nodiscard]] std::string list_of(std::span<const std::size_t> numbers);

}  // namespace weft::inline WEFT_ABI::par::detail
