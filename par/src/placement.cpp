#include <weft/par/detail/placement.hpp>

#include <weft/par/detail/processors.hpp>

#include <algorithm>
#include <iterator>
#include <utility>

namespace weft::inline WEFT_ABI::par::detail {

namespace {
/// Those of the wanted processors that are allowed, ascending.
std::vector<std::size_t> common(std::vector<std::size_t> wanted, const std::vector<std::size_t>& allowed) {
  std::sort(wanted.begin(), wanted.end());
  std::vector<std::size_t> both;
  std::set_intersection(allowed.begin(), allowed.end(), wanted.begin(), wanted.end(), std::back_inserter(both));
  return both;
}
}  // namespace

// Only binding needs to know the machine, which takes some milliseconds to read.
placement::placement(const pool_options& options)
    : placement(options, allowed_processors(), options.bind == binding::none ? nullptr : &topology::machine()) {}

placement::placement(const pool_options& options, std::vector<std::size_t> allowed, const topology* machine)
    : order_(std::move(allowed)), is_bound_(options.bind != binding::none) {
  if (std::vector<std::size_t> wanted = common(options.processors, order_); !wanted.empty()) {
    order_ = std::move(wanted);
    is_confined_ = true;
  }
  if (options.bind == binding::compact) order_ = machine->compact_order(order_);
  if (options.bind == binding::spread) order_ = machine->spread_order(order_);
}

void placement::settle(std::size_t worker) const noexcept {
  if (const auto processors = of(worker); !processors.empty()) static_cast<void>(confine_to(processors));
}

}  // namespace weft::inline WEFT_ABI::par::detail
