// topology: which processors share what, so that thieves look near by and wakers choose well.
//
// Immutable once made. The orders that follow from it, and where they come from:
//   whom to steal from   the nearest first, from a random start among equals: nearest_of()
//   whom to wake         the biggest core first, then one near by, last the waker's own: wake_rank()
//   where to bind        compact or spread: binding_order()
#pragma once

#include <weft/atomic/abi.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace weft::inline WEFT_ABI::par::detail {

/// How much a stolen job's data has to travel.
enum class nearness : std::uint8_t { core, l2, l3, node, remote };

[[nodiscard]] constexpr bool shares_a_cache(nearness what) noexcept { return what <= nearness::l3; }

/// Where a topology is read from; as it is, this machine.
struct topology_source {
  /// The library that is loaded to read it. Every hwloc 2.x has this name.
  const char* library = "libhwloc.so.15";
  /// hwloc's description of a machine that doesn't exist, like "node:2 l3:1 l2:2 core:1 pu:2".
  const char* synthetic = nullptr;
  /// A machine as hwloc has recorded it.
  const char* xml = nullptr;
};

/// The processors of a machine and what they share, by the system's numbers. Copies are equal.
///
/// Read through hwloc 2.x where it can be loaded at run time (and its header was there at compile time), else flat: all
/// processors equally near.
class topology {
 public:
  /// What isn't known, or isn't there.
  static constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();

  // What a processor belongs to: objects have numbers without a meaning of their own. A processor without a core is not
  // known.
  struct place {
    std::uint32_t core = none;
    std::uint32_t l2 = none;
    std::uint32_t l3 = none;
    std::uint32_t node = none;
    /// 0: the smallest kind of core that this machine has.
    std::uint32_t kind = 0;
  };
  // How many of each the machine has; kinds: processors of each kind, the smallest kind first.
  struct counts {
    std::size_t processors = 0;
    std::size_t cores = 0;
    std::size_t l2 = 0;
    std::size_t l3 = 0;
    std::size_t nodes = 0;
    std::vector<std::size_t> kinds;
  };

  /// All processors equally near.
  topology() = default;
  explicit topology(std::string why_flat) : origin_(std::move(why_flat)) {}
  /// The i-th place is processor i's. The numbers of cores, L2s, L3s and nodes are each unique in the machine.
  topology(std::vector<place> places, std::string origin);
  /// This machine; read at the first call (some ms), kept for the process's life.
  [[nodiscard]] static const topology& machine();
  /// Errors    bad_alloc. When the machine can't be read it is flat, and origin() says why.
  [[nodiscard]] static topology read(const topology_source& from);

  [[nodiscard]] bool is_flat() const noexcept { return places_.empty(); }
  /// One more than the highest number of a processor.
  [[nodiscard]] std::size_t size() const noexcept { return places_.size(); }
  [[nodiscard]] bool knows(std::size_t processor) const noexcept {
    return processor < places_.size() && places_[processor].core != none;
  }
  /// What has read it, or why it is flat.
  [[nodiscard]] const std::string& origin() const noexcept { return origin_; }
  [[nodiscard]] const counts& total() const noexcept { return total_; }

  /// Unknown processors are remote. On a flat machine all share a core.
  [[nodiscard]] nearness between(std::size_t a, std::size_t b) const noexcept {
    if (is_flat() || a == b) return nearness::core;
    if (!knows(a) || !knows(b)) return nearness::remote;
    const place& x = places_[a];
    const place& y = places_[b];
    if (x.core == y.core) return nearness::core;
    if (x.l2 == y.l2) return nearness::l2;
    if (x.l3 == y.l3) return nearness::l3;
    return x.node == y.node ? nearness::node : nearness::remote;
  }
  /// 0 for the smallest kind of core, and where nothing is known.
  [[nodiscard]] std::uint32_t kind_of(std::size_t processor) const noexcept {
    return knows(processor) ? places_[processor].kind : 0;
  }

  /// How well a sleeper last seen on `sleeper` suits a waker on `waker`: the least is best, 0 can't be beaten.
  ///
  /// Bigger cores first. Among them those under the waker's L3, so that the data has a short way; then its node's; then all
  /// others; and last the waker's own core: a second thread there would slow the waker down, and brings less than a whole
  /// core far away.
  [[nodiscard]] std::uint32_t wake_rank(std::size_t waker, std::size_t sleeper) const noexcept {
    if (is_flat()) return 0;
    return (biggest_kind_ - kind_of(sleeper)) * 4 + by_nearness_[static_cast<std::size_t>(between(waker, sleeper))];
  }

  /// The given processors in the order in which workers are bound to them: neighbours first, or as far apart as can be, with
  /// bigger cores first. On a flat machine as they are.
  [[nodiscard]] std::vector<std::size_t> compact_order(std::span<const std::size_t> processors) const;
  [[nodiscard]] std::vector<std::size_t> spread_order(std::span<const std::size_t> processors) const;

 private:
  [[nodiscard]] place place_of(std::size_t processor) const noexcept {
    return knows(processor) ? places_[processor] : place{};
  }

  std::vector<place> places_;
  std::string origin_ = "not read";
  counts total_;
  std::uint32_t biggest_kind_ = 0;
  // The rank of core, l2, l3, node, remote.
  std::array<std::uint32_t, 5> by_nearness_{3, 0, 0, 1, 2};
};

/// The number below `count` whose item is nearest, looked at from `start` on and round; `count` when there is none.
///
/// has_work(i)    whether the i-th has something; distance(i): how far away it is, asked only then.
template <class HasWork, class Distance>
[[nodiscard]] std::size_t nearest_of(std::size_t count, std::size_t start, HasWork has_work, Distance distance) noexcept {
  std::size_t nearest = count;
  nearness least = nearness::remote;
  for (std::size_t step = 0; step < count; ++step) {
    const std::size_t i = start + step < count ? start + step : start + step - count;
    if (!has_work(i)) continue;
    const nearness here = distance(i);
    if (nearest == count || here < least) {
      nearest = i;
      least = here;
    }
    if (least == nearness::core) break;
  }
  return nearest;
}

/// The one of a list's topmost items with the least rank; of equals the topmost. The list isn't empty; next(item) is null at
/// its end. Looks at 64 items at most: it is called under a lock, and must not cost more than the wake-up that follows.
template <class Item, class Next, class Rank>
[[nodiscard]] Item& least_ranked(Item& top, Next next, Rank rank) noexcept {
  constexpr int most_looked_at = 64;
  Item* chosen = &top;
  std::uint32_t least = rank(top);
  int looked_at = 1;
  for (Item* each = next(top); each != nullptr && least != 0 && looked_at < most_looked_at; each = next(*each)) {
    ++looked_at;
    const std::uint32_t here = rank(*each);
    if (here >= least) continue;
    least = here;
    chosen = each;
  }
  return *chosen;
}

/// The processor that the calling thread runs on at this moment; a hint.
[[nodiscard]] std::uint32_t current_processor() noexcept;

}  // namespace weft::inline WEFT_ABI::par::detail
