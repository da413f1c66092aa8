// What a type must be to pass through a queue or channel, said in one place.
#pragma once

#include <weft/atomic/abi.hpp>
#include <weft/atomic/seam.hpp>

#include <optional>
#include <type_traits>
#include <utility>

namespace weft::inline WEFT_ABI::channel::detail {

/// Refuses, with a sentence, what can't be handed from thread to thread without the risk of losing it half way.
template <class T>
constexpr bool check_message() noexcept {
  static_assert(std::is_object_v<T> && !std::is_array_v<T>,
                "[weft] a message is a value: not a reference, an array or a function");
  static_assert(!std::is_const_v<T> && !std::is_volatile_v<T>,
                "[weft] a message is moved out of its queue: it can't be const");
  static_assert(std::is_nothrow_move_constructible_v<T>,
                "[weft] a message needs a noexcept move constructor, or an exception could lose it half way: "
                "mark the constructor noexcept, or send a std::unique_ptr<T>");
  static_assert(std::is_nothrow_destructible_v<T>, "[weft] a message needs a destructor that doesn't throw");
  return true;
}

/// A sink for a queue's take(): moves the value out of its slot into `target`.
template <class T>
[[nodiscard]] auto move_into(std::optional<T>& target) noexcept {
  return [&target](slot<T>& full) noexcept {
    target.emplace(std::move(full.write()));
    full.destroy();
  };
}

}  // namespace weft::inline WEFT_ABI::channel::detail
