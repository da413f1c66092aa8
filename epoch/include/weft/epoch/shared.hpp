// shared<T>: a pointer that was loaded under a guard, and is good as long as that guard lives.
#pragma once

#include <weft/atomic/abi.hpp>
#include <weft/epoch/detail/tags.hpp>
#include <weft/epoch/guard.hpp>
#include <weft/epoch/owned.hpp>

#include <compare>
#include <cstdint>
#include <utility>

namespace weft::inline WEFT_ABI::epoch {

/// A borrowed pointer with a tag in its low bits; null at first. Comparisons include the tag.
///
/// Threads   the guard's.
template <class T>
class shared {
 public:
  constexpr shared() noexcept = default;
  constexpr shared(std::nullptr_t) noexcept {}
  /// A pointer of the caller's; the tag is 0.
  explicit shared(T* object) noexcept : word_(detail::to_word(object, 0)) {}

  [[nodiscard]] bool is_null() const noexcept { return get() == nullptr; }
  [[nodiscard]] explicit operator bool() const noexcept { return !is_null(); }
  [[nodiscard]] T& operator*() const noexcept { return *get(); }
  [[nodiscard]] T* operator->() const noexcept { return get(); }
  [[nodiscard]] T* get() const noexcept { return detail::to_pointer<T>(word_); }

  [[nodiscard]] std::uintptr_t tag() const noexcept { return word_ & detail::tag_bits<T>; }
  /// The same pointer with another tag; bits beyond the alignment of T are dropped.
  [[nodiscard]] shared with_tag(std::uintptr_t tag) const noexcept { return shared(detail::to_word(get(), tag), raw{}); }

  /// Takes the object out of sharing: the caller has proved that no other thread can reach it. Not for null.
  [[nodiscard]] owned<T> unchecked_into_owned() const noexcept { return owned<T>(word_); }

  [[nodiscard]] friend bool operator==(shared, shared) noexcept = default;
  [[nodiscard]] friend auto operator<=>(shared, shared) noexcept = default;

 private:
  friend class atomic_ptr<T>;
  friend class owned<T>;
  struct raw {};
  constexpr shared(std::uintptr_t word, raw) noexcept : word_(word) {}

  std::uintptr_t word_ = 0;
};

template <class T>
shared<T> owned<T>::into_shared(const guard&) && noexcept {
  return shared<T>(release(), typename shared<T>::raw{});
}

}  // namespace weft::inline WEFT_ABI::epoch
