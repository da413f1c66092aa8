#include <weft/par/detail/topology.hpp>

#include <weft/par/detail/process_end.hpp>

#include <algorithm>
#include <array>
#include <sched.h>
#include <tuple>
#include <utility>

namespace weft::inline WEFT_ABI::par::detail {

std::uint32_t current_processor() noexcept {
  const int processor = ::sched_getcpu();
  return processor < 0 ? 0 : static_cast<std::uint32_t>(processor);
}

namespace {

using place = topology::place;
constexpr std::uint32_t none = topology::none;

/// How many different numbers there are in a field.
std::size_t count_of(const std::vector<place>& places, std::uint32_t place::*field) {
  std::vector<std::uint32_t> seen;
  for (const place& each : places) {
    if (each.core != none && each.*field != none) seen.push_back(each.*field);
  }
  std::sort(seen.begin(), seen.end());
  return static_cast<std::size_t>(std::unique(seen.begin(), seen.end()) - seen.begin());
}

topology::counts count(const std::vector<place>& places) {
  topology::counts total;
  for (const place& each : places) {
    if (each.core == none) continue;
    ++total.processors;
    if (each.kind >= total.kinds.size()) total.kinds.resize(each.kind + 1);
    ++total.kinds[each.kind];
  }
  total.cores = count_of(places, &place::core);
  total.l2 = count_of(places, &place::l2);
  total.l3 = count_of(places, &place::l3);
  total.nodes = count_of(places, &place::node);
  return total;
}

// Numbers of one level that can't be mistaken for those of the next one above it.
constexpr std::uint32_t lifted(std::uint32_t number) noexcept { return number | 0x8000'0000; }

/// A level that a processor doesn't have is taken to be as fine as the next smaller one.
void fill_in(std::vector<place>& places) {
  for (place& each : places) {
    if (each.core == none) continue;
    if (each.l2 == none) each.l2 = lifted(each.core);
    if (each.l3 == none) each.l3 = lifted(each.l2);
  }
}

// Where in the machine a processor is, from the outside in; and its number among its equals at each level.
struct address {
  std::size_t processor = 0;
  std::uint32_t smallness = 0;
  std::array<std::uint32_t, 4> levels{};  // node, l3, l2, core
  std::array<std::size_t, 5> rank{};      // node, l3 in its node, l2 in its l3, core in its l2, processor in its core
};

bool is_before(const address& a, const address& b) noexcept {
  return std::tie(a.levels, a.processor) < std::tie(b.levels, b.processor);
}

/// Gives each of the sorted addresses its rank within what contains it.
void number_within(std::vector<address>& sorted) {
  for (std::size_t i = 1; i < sorted.size(); ++i) {
    const address& before = sorted[i - 1];
    address& here = sorted[i];
    const auto [a, b] = std::mismatch(before.levels.begin(), before.levels.end(), here.levels.begin());
    const auto shared = static_cast<std::size_t>(a - before.levels.begin());
    std::copy_n(before.rank.begin(), shared + 1, here.rank.begin());
    ++here.rank[shared];
  }
}

std::vector<std::size_t> numbers_of(const std::vector<address>& addresses) {
  std::vector<std::size_t> numbers;
  numbers.reserve(addresses.size());
  for (const address& each : addresses) numbers.push_back(each.processor);
  return numbers;
}

}  // namespace

topology::topology(std::vector<place> places, std::string origin)
    : places_(std::move(places)), origin_(std::move(origin)), total_(count(places_)) {
  fill_in(places_);
  if (total_.l3 == 0) by_nearness_[3] = 0;  // nearer than the node there is nothing to find
  biggest_kind_ = total_.kinds.empty() ? 0 : static_cast<std::uint32_t>(total_.kinds.size() - 1);
}

const topology& topology::machine() {
  static until_unloaded<topology> here(read(topology_source{}));
  return *here;
}

namespace {
std::vector<address> addresses_of(std::span<const std::size_t> processors, const auto& place_of, std::uint32_t biggest) {
  std::vector<address> found;
  found.reserve(processors.size());
  for (const std::size_t processor : processors) {
    const place where = place_of(processor);
    found.push_back({processor, biggest - where.kind, {where.node, where.l3, where.l2, where.core}, {}});
  }
  std::sort(found.begin(), found.end(), is_before);
  return found;
}
}  // namespace

std::vector<std::size_t> topology::compact_order(std::span<const std::size_t> processors) const {
  if (is_flat()) return {processors.begin(), processors.end()};
  auto found = addresses_of(
      processors, [this](std::size_t processor) { return place_of(processor); }, biggest_kind_);
  std::sort(found.begin(), found.end(), [](const address& a, const address& b) {
    return std::tie(a.smallness, a.levels, a.processor) < std::tie(b.smallness, b.levels, b.processor);
  });
  return numbers_of(found);
}

// The innermost rank decides first: every core gets one before any gets two, and neighbours among the cores come last.
std::vector<std::size_t> topology::spread_order(std::span<const std::size_t> processors) const {
  if (is_flat()) return {processors.begin(), processors.end()};
  auto found = addresses_of(
      processors, [this](std::size_t processor) { return place_of(processor); }, biggest_kind_);
  number_within(found);
  const auto key = [](const address& each) {
    return std::tie(each.rank[4], each.smallness, each.rank[3], each.rank[2], each.rank[1], each.rank[0], each.levels,
                    each.processor);
  };
  std::sort(found.begin(), found.end(), [key](const address& a, const address& b) { return key(a) < key(b); });
  return numbers_of(found);
}

}  // namespace weft::inline WEFT_ABI::par::detail
