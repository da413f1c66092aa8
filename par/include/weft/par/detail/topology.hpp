// topology: how far apart two processors are, so that thieves go to the nearest first.
#pragma once

#include <weft/atomic/abi.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace weft::inline WEFT_ABI::par::detail {

/// How much a stolen job's data has to travel.
enum class nearness : std::uint8_t { core, l2, l3, node, remote };

[[nodiscard]] constexpr bool shares_a_cache(nearness what) noexcept { return what <= nearness::l3; }

/// The processors of a machine and what they share. Copies are equal; immutable once made.
///
/// Read through hwloc 2.x where libhwloc.so.15 can be loaded at run time (and its header was there at compile time), else
/// flat: all processors equally near.
class topology {
 public:
  /// All processors equally near.
  topology() = default;
  /// This machine; read at the first call (some ms), kept for the process's life.
  [[nodiscard]] static const topology& machine();
  /// hwloc's description of a machine that doesn't exist, like "node:2 l3:1 l2:2 core:1 pu:2". Flat when hwloc can't be had.
  [[nodiscard]] static topology synthetic(const std::string& description);

  [[nodiscard]] bool is_flat() const noexcept { return places_.empty(); }
  [[nodiscard]] std::size_t processors() const noexcept { return places_.size(); }

  /// By the system's numbers of the processors; unknown ones are remote. On a flat machine all share a core.
  [[nodiscard]] nearness between(std::size_t a, std::size_t b) const noexcept {
    if (is_flat() || a == b) return nearness::core;
    if (a >= places_.size() || b >= places_.size()) return nearness::remote;
    const place& x = places_[a];
    const place& y = places_[b];
    if (x.core == y.core) return nearness::core;
    if (x.l2 == y.l2) return nearness::l2;
    if (x.l3 == y.l3) return nearness::l3;
    return x.node == y.node ? nearness::node : nearness::remote;
  }

  // What a processor belongs to; numbers without a meaning of their own, unknown levels numbered like the next smaller one.
  struct place {
    std::uint32_t core;
    std::uint32_t l2;
    std::uint32_t l3;
    std::uint32_t node;
  };

 private:
  explicit topology(std::vector<place> places) noexcept : places_(std::move(places)) {}
  friend struct topology_reader;

  std::vector<place> places_;
};

/// The processor that the calling thread runs on at this moment; a hint.
[[nodiscard]] std::uint32_t current_processor() noexcept;

}  // namespace weft::inline WEFT_ABI::par::detail
