// All ways to put 11 queens on a board: an irregular tree of short branches, forked at every queen and without a cutoff.
//
// A row's columns are tried by "this column" beside "the columns that remain", so all forks are of two. Queens are counted too:
// most branches end without a solution, and none may be missing.
#pragma once

#include "fork.hpp"

namespace nqueens {

inline constexpr unsigned size = 11;
inline constexpr std::uint64_t answer = 2680;
inline constexpr std::uint32_t full = (1u << size) - 1;

/// What the queens above attack in the next row, a bit for each column.
struct board {
  std::uint32_t columns = 0, left = 0, right = 0;

  [[nodiscard]] board with(std::uint32_t queen) const noexcept {
    return {columns | queen, (left | queen) << 1, (right | queen) >> 1};
  }
  [[nodiscard]] std::uint32_t free() const noexcept { return full & ~(columns | left | right); }
  [[nodiscard]] bool done() const noexcept { return columns == full; }
};

/// Queens that were placed, and solutions in the upper half.
using tally = std::uint64_t;
inline constexpr tally one_queen = 1, one_solution = tally{1} << 32;

template <class Fork>
tally try_all(board above, std::uint32_t untried);

template <class Fork>
tally place(board above, std::uint32_t queen) {
  const board below = above.with(queen);
  if (below.done()) return one_solution + one_queen;
  const std::uint32_t untried = below.free();
  return untried == 0 ? one_queen : one_queen + try_all<Fork>(below, untried);
}

template <class Fork>
tally try_all(board above, std::uint32_t untried) {
  const std::uint32_t queen = untried & -untried, others = untried ^ queen;
  if (others == 0) return place<Fork>(above, queen);
  const auto [here, there] = Fork::both([above, queen] { return place<Fork>(above, queen); },
                                        [above, others] { return try_all<Fork>(above, others); });
  return here + there;
}

/// Queens that are placed in the whole search.
inline std::uint64_t placements(board above) {
  std::uint64_t count = 0;
  for (std::uint32_t untried = above.free(); untried != 0; untried &= untried - 1)
    count += 1 + placements(above.with(untried & -untried));
  return count;
}

class problem {
 public:
  static race::work what() { return {"nqueens", "ns per queen placed", true}; }
  void prepare() { found_ = 0; }
  template <class Fork>
  void solve() {
    found_ = try_all<Fork>(board{}, full);
  }
  void check() const {
    race::check("the number of solutions", found_ / one_solution, answer);
    race::check("the number of queens", found_ % one_solution, queens_);
  }
  [[nodiscard]] double units() const { return static_cast<double>(queens_); }

 private:
  std::uint64_t queens_ = placements(board{});
  tally found_ = 0;
};

}  // namespace nqueens
