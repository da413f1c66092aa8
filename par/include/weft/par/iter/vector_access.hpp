// Lets a vector own items that were constructed in its spare capacity, without initialising them first.
//
// The standard has no way to say this. With libstdc++ the vector's end is a protected member that a derived class may name;
// elsewhere can_set_size is false and callers fall back to push_back.
#pragma once

#include <weft/atomic/abi.hpp>

#include <cstddef>
#include <memory>
#include <type_traits>
#include <vector>

namespace weft::inline WEFT_ABI::par::plumbing {

#if defined(__GLIBCXX__) && !defined(_GLIBCXX_SANITIZE_VECTOR)

template <class V>
inline constexpr bool can_set_size = false;
template <class T>
inline constexpr bool can_set_size<std::vector<T, std::allocator<T>>> = !std::is_same_v<T, bool>;

namespace detail {
template <class V>
struct vector_end : V {
  static void set(V& v, std::size_t size) noexcept {
    constexpr auto impl = &vector_end::_M_impl;
    (v.*impl)._M_finish = (v.*impl)._M_start + size;
  }
};
}  // namespace detail

/// v holds `size` items from now on. The caller has constructed those beyond v.size(), within v.capacity().
template <class V>
requires can_set_size<V>
void set_size(V& v, std::size_t size) noexcept { detail::vector_end<V>::set(v, size); }

#else

template <class V>
inline constexpr bool can_set_size = false;
template <class V>
void set_size(V&, std::size_t) noexcept = delete;

#endif

}  // namespace weft::inline WEFT_ABI::par::plumbing
