// intervals: a timeline's begins and ends as stretches of time, and its names and figures as text, for those who write it.
#pragma once

#include <weft/atomic/abi.hpp>
#include <weft/par/timeline.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weft::inline WEFT_ABI::par::detail {

struct interval {
  happening what;  // its begin
  std::uint64_t begin;
  std::uint64_t end;
  std::size_t depth;  // how many of its kind it lies in
};

/// In the order of their begins, so that what lies within comes after what it lies in. What has no end goes on until the
/// timeline was taken, or, if the lane is full, until its last event.
[[nodiscard]] std::vector<interval> intervals_of(const pool_timeline::lane& lane, std::uint64_t taken_at);

/// True for what happens at one moment.
[[nodiscard]] constexpr bool is_moment(happening what) noexcept { return what > happening::sleep_end; }

/// "run", "sleep", …: of a begin or a moment.
[[nodiscard]] std::string_view word_for(happening what) noexcept;

/// "guest-0": the victim of a steal.
[[nodiscard]] std::string name_of_lane(const pool_timeline& what, std::uint32_t number);

/// A figure without regard to locales, with so many digits behind the point.
[[nodiscard]] std::string decimal(double value, int digits);
/// Nanoseconds as microseconds.
[[nodiscard]] std::string microseconds(std::uint64_t nanoseconds);

}  // namespace weft::inline WEFT_ABI::par::detail
