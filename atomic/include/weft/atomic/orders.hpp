// The memory orders as types: atom's calls take only those that make sense for them, and none by default.
#pragma once

#include <weft/atomic/abi.hpp>

#include <atomic>
#include <concepts>

namespace weft::inline WEFT_ABI::atomic {

struct relaxed_t {
  static constexpr std::memory_order value = std::memory_order_relaxed;
};
struct acquire_t {
  static constexpr std::memory_order value = std::memory_order_acquire;
};
struct release_t {
  static constexpr std::memory_order value = std::memory_order_release;
};
struct acq_rel_t {
  static constexpr std::memory_order value = std::memory_order_acq_rel;
};
struct seq_cst_t {
  static constexpr std::memory_order value = std::memory_order_seq_cst;
};

inline constexpr relaxed_t relaxed{};
inline constexpr acquire_t acquire{};
inline constexpr release_t release{};
inline constexpr acq_rel_t acq_rel{};
inline constexpr seq_cst_t seq_cst{};

template <class O, class... Allowed>
concept one_of = (std::same_as<O, Allowed> || ...);

/// What a load may ask for.
template <class O>
concept load_order = one_of<O, relaxed_t, acquire_t, seq_cst_t>;
/// What a store may ask for.
template <class O>
concept store_order = one_of<O, relaxed_t, release_t, seq_cst_t>;
/// What a read-modify-write or a fence may ask for.
template <class O>
concept any_order = one_of<O, relaxed_t, acquire_t, release_t, acq_rel_t, seq_cst_t>;

}  // namespace weft::inline WEFT_ABI::atomic

namespace weft::inline WEFT_ABI {
using atomic::acq_rel;
using atomic::acquire;
using atomic::relaxed;
using atomic::release;
using atomic::seq_cst;
}  // namespace weft::inline WEFT_ABI
