#include <weft/par/detail/stack_room.hpp>

#include <weft/atomic/seam.hpp>

#include <cstdint>

namespace weft::inline WEFT_ABI::par::detail {

namespace {

struct known_stack {
  atomic::stack_extent extent;
  bool asked = false;
};

atomic::stack_extent& my_stack() noexcept {
  struct tag;
  known_stack& known = atomic::thread_word<tag, known_stack>::get();
  if (!known.asked) known = {atomic::thread_stack(), true};
  return known.extent;
}

std::uintptr_t address_of_frame(void* frame) noexcept { return reinterpret_cast<std::uintptr_t>(frame); }

}  // namespace

void begin_stack_here() noexcept {
  const std::uintptr_t here = address_of_frame(__builtin_frame_address(0));
  atomic::stack_extent& stack = my_stack();
  if (stack.holds(here)) stack.top = here;
}

bool is_deep() noexcept {
  const std::uintptr_t here = address_of_frame(__builtin_frame_address(0));
  const atomic::stack_extent& stack = my_stack();
  return stack.holds(here) && here - stack.end < (stack.top - stack.end) / 2;
}

}  // namespace weft::inline WEFT_ABI::par::detail
