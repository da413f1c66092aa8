// placement: on which processors a pool's workers run.
#pragma once

#include <weft/atomic/abi.hpp>
#include <weft/par/detail/topology.hpp>
#include <weft/par/pool_options.hpp>

#include <cstddef>
#include <span>
#include <vector>

namespace weft::inline WEFT_ABI::par::detail {

/// The processors for a pool's workers, immutable once made.
class placement {
 public:
  /// For a pool with these options that is made by this thread.
  explicit placement(const pool_options& options);
  /// As if the thread were allowed these processors, on that machine; asked only for binding.
  placement(const pool_options& options, std::vector<std::size_t> allowed, const topology* machine);

  /// How many processors there are to run on.
  [[nodiscard]] std::size_t processors() const noexcept { return order_.size(); }
  /// Where a worker may run; empty: wherever its maker may.
  [[nodiscard]] std::span<const std::size_t> of(std::size_t worker) const noexcept {
    if (is_bound_) return std::span(order_).subspan(worker % order_.size(), 1);
    return is_confined_ ? std::span(order_) : std::span<const std::size_t>{};
  }
  /// Puts the calling thread there, if the system lets it.
  void settle(std::size_t worker) const noexcept;

 private:
  std::vector<std::size_t> order_;
  bool is_confined_ = false;
  bool is_bound_ = false;
};

}  // namespace weft::inline WEFT_ABI::par::detail
