#include <weft/par/detail/stack_room.hpp>

#include <weft/atomic/seam.hpp>

#include <cstdint>

namespace weft::inline WEFT_ABI::par::detail {

namespace {

struct known_stack {
  atomic::stack_extent extent;
  bool asked = false;
};

// Counted from where it was asked for first: what lies above, thread-local storage among it, isn't to be had.
const atomic::stack_extent& my_stack(std::uintptr_t here) noexcept {
  struct tag;
  known_stack& known = atomic::thread_word<tag, known_stack>::get();
  if (!known.asked) {
    known = {atomic::thread_stack(), true};
    if (known.extent.holds(here)) known.extent.top = here;
  }
  return known.extent;
}

}  // namespace

bool is_deep() noexcept {
  const auto here = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
  const atomic::stack_extent& stack = my_stack(here);
  return stack.holds(here) && here - stack.end < (stack.top - stack.end) / 2;
}

}  // namespace weft::inline WEFT_ABI::par::detail
