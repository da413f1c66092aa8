#include <weft/par/detail/stack_room.hpp>

#include <weft/atomic/seam.hpp>

#include <cstdint>

namespace weft::inline WEFT_ABI::par::detail {

namespace {

struct known_stack {
  atomic::stack_extent extent;
  bool asked = false;
};

const atomic::stack_extent& my_stack() noexcept {
  struct tag;
  known_stack& known = atomic::thread_word<tag, known_stack>::get();
  if (!known.asked) known = {atomic::thread_stack(), true};
  return known.extent;
}

}  // namespace

bool is_deep() noexcept {
  const auto here = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
  const atomic::stack_extent& stack = my_stack();
  return stack.holds(here) && here - stack.end < (stack.top - stack.end) / 2;
}

}  // namespace weft::inline WEFT_ABI::par::detail
