// Threads of a model: stacks that are switched by hand, so that a switch costs nanoseconds and the order is ours.
#pragma once

#include <weft/atomic/abi.hpp>

#include <cstddef>

namespace weft::inline WEFT_ABI::model {

/// The two words that the C++ runtime keeps per thread about exceptions in flight.
struct exception_state {
  void* caught = nullptr;
  unsigned uncaught = 0;
};

/// A stack and where it stopped. The host's own context is a fiber without a stack.
class fiber {
 public:
  fiber() noexcept = default;
  fiber(const fiber&) = delete;
  fiber& operator=(const fiber&) = delete;
  ~fiber();

  /// Makes the next switch to this fiber call entry(argument), which must never return. What ran here before is forgotten.
  void prepare(void (*entry)(void*), void* argument);

  /// Stops `from` here and goes on where `to` stopped.
  static void switch_between(fiber& from, fiber& to) noexcept;

  /// True if the address lies in the unmapped page below the stack: an overflow.
  [[nodiscard]] bool is_guard(const void* address) const noexcept;
  [[nodiscard]] bool holds(const void* address) const noexcept;

 private:
  void* stack_pointer_ = nullptr;
  char* memory_ = nullptr;
  exception_state exceptions_;
};

}  // namespace weft::inline WEFT_ABI::model
