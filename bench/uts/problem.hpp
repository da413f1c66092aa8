// An unbalanced tree, searched: every node hashes its way to a number of children that nobody knows before.
//
// The numbers of children are geometrically distributed with mean 4; nodes at the last level have none. The children are
// forked by halves, without a cutoff. The hash is a few multiplications, and everything is integers: the same tree everywhere.
#pragma once

#include <array>

#include "fork.hpp"

namespace uts {

inline constexpr unsigned levels = 8;

/// The finishing step of the generator splitmix64.
constexpr std::uint64_t mix(std::uint64_t x) noexcept {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

/// Has six children, and 279 277 nodes below it.
inline constexpr std::uint64_t root = mix(23);

constexpr std::uint64_t child(std::uint64_t node, unsigned index) noexcept {
  return mix(node + 0x9e3779b97f4a7c15 * (index + 1));
}

/// Element k is (4/5)^(k+1) as a fraction of 2^64: the share of hashes with more than k children.
inline constexpr std::array<std::uint64_t, 64> shares = [] {
  std::array<std::uint64_t, 64> table{};
  std::uint64_t share = ~std::uint64_t{0};
  for (std::uint64_t& each : table) each = share = share / 5 * 4;
  return table;
}();

inline unsigned children(std::uint64_t node) noexcept {
  unsigned count = 0;
  while (count < shares.size() && node < shares[count]) ++count;
  return count;
}

template <class Fork>
std::uint64_t nodes_below(std::uint64_t node, unsigned level, unsigned first, unsigned last);

/// Nodes of the tree under `node`, itself included; `level` levels may be below it.
template <class Fork>
std::uint64_t nodes(std::uint64_t node, unsigned level) {
  const unsigned count = level == 0 ? 0 : children(node);
  return count == 0 ? 1 : 1 + nodes_below<Fork>(node, level, 0, count);
}

/// The same for the children number first to last - 1 of `node`.
template <class Fork>
std::uint64_t nodes_below(std::uint64_t node, unsigned level, unsigned first, unsigned last) {
  if (last - first == 1) return nodes<Fork>(child(node, first), level - 1);
  const unsigned middle = first + (last - first) / 2;
  const auto [a, b] = Fork::both([=] { return nodes_below<Fork>(node, level, first, middle); },
                                 [=] { return nodes_below<Fork>(node, level, middle, last); });
  return a + b;
}

/// The same count by a loop.
inline std::uint64_t count() {
  std::vector<std::pair<std::uint64_t, unsigned>> open{{root, levels}};
  std::uint64_t seen = 0;
  while (!open.empty()) {
    const auto [node, level] = open.back();
    open.pop_back();
    ++seen;
    for (unsigned i = 0, n = level == 0 ? 0 : children(node); i < n; ++i) open.emplace_back(child(node, i), level - 1);
  }
  return seen;
}

class problem {
 public:
  static race::work what() { return {"uts", "ns per node", true}; }
  void prepare() { found_ = 0; }
  template <class Fork>
  void solve() {
    std::uint64_t start = root;
    race::keep(start);
    found_ = nodes<Fork>(start, levels);
  }
  void check() const { race::check("the number of nodes", found_, answer_); }
  [[nodiscard]] double units() const { return static_cast<double>(answer_); }

 private:
  std::uint64_t answer_ = count();
  std::uint64_t found_ = 0;
};

}  // namespace uts
