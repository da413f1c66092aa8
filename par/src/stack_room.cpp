#include <weft/par/detail/stack_room.hpp>

#include <weft/atomic/seam.hpp>

#include <cstddef>
#include <cstdint>
#include <pthread.h>

namespace weft::inline WEFT_ABI::par::detail {

#if defined(WEFT_MODEL) || !defined(__linux__)

bool is_deep() noexcept { return false; }

#else

namespace {

struct stack_bounds {
  std::uintptr_t end;     // its lowest address; 0: not asked for yet
  std::uintptr_t middle;  // end: unknown, nothing counts as deep
};

stack_bounds ask() noexcept {
  constexpr stack_bounds unknown{1, 1};
  pthread_attr_t attributes;
  if (::pthread_getattr_np(::pthread_self(), &attributes) != 0) return unknown;
  void* end = nullptr;
  std::size_t size = 0;
  const bool known = ::pthread_attr_getstack(&attributes, &end, &size) == 0;
  ::pthread_attr_destroy(&attributes);
  if (!known) return unknown;
  const auto address = reinterpret_cast<std::uintptr_t>(end);
  return {address, address + size / 2};
}

const stack_bounds& mine() noexcept {
  struct tag;
  stack_bounds& known = atomic::thread_word<tag, stack_bounds>::get();
  if (known.end == 0) known = ask();
  return known;
}

}  // namespace

bool is_deep() noexcept {
  const auto here = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
  const stack_bounds& bounds = mine();
  return here >= bounds.end && here < bounds.middle;
}

#endif

}  // namespace weft::inline WEFT_ABI::par::detail
