// owned<T>: an object that no other thread can reach yet, or any more; with a tag in the low bits of its word.
#pragma once

#include <weft/atomic/abi.hpp>
#include <weft/epoch/detail/tags.hpp>

#include <cstdint>
#include <memory>
#include <utility>

namespace weft::inline WEFT_ABI::epoch {

template <class T>
class shared;
template <class T>
class atomic_ptr;
class guard;

/// The only pointer to a T made by new; deletes it, unless it is published through an atomic_ptr. Empty only when moved
/// from.
///
/// Threads   as std::unique_ptr.
template <class T>
class [[nodiscard]] owned {
 public:
  explicit owned(std::unique_ptr<T> object) noexcept : word_(detail::to_word(object.release(), 0)) {}
  owned(owned&& other) noexcept : word_(std::exchange(other.word_, 0)) {}
  owned& operator=(owned&& other) noexcept {
    owned taken(std::move(other));
    std::swap(word_, taken.word_);
    return *this;
  }
  ~owned() { delete get(); }

  [[nodiscard]] T& operator*() const noexcept { return *get(); }
  [[nodiscard]] T* operator->() const noexcept { return get(); }
  [[nodiscard]] T* get() const noexcept { return detail::to_pointer<T>(word_); }

  [[nodiscard]] std::uintptr_t tag() const noexcept { return word_ & detail::tag_bits<T>; }
  /// The same object with another tag; bits beyond the alignment of T are dropped.
  owned with_tag(std::uintptr_t tag) && noexcept {
    word_ = detail::to_word(get(), tag);
    return std::move(*this);
  }

  [[nodiscard]] std::unique_ptr<T> into_unique() && noexcept {
    return std::unique_ptr<T>(detail::to_pointer<T>(std::exchange(word_, 0)));
  }
  /// Gives up ownership, to publish the object by a shared<T> and later to retire it.
  [[nodiscard]] shared<T> into_shared(const guard& pinned) && noexcept;

 private:
  friend class atomic_ptr<T>;
  friend class shared<T>;
  explicit owned(std::uintptr_t raw) noexcept : word_(raw) {}
  [[nodiscard]] std::uintptr_t release() noexcept { return std::exchange(word_, 0); }

  std::uintptr_t word_;
};

/// An owned T, made in place.
template <class T, class... Args>
[[nodiscard]] owned<T> make_owned(Args&&... args) {
  return owned<T>(std::make_unique<T>(std::forward<Args>(args)...));
}

}  // namespace weft::inline WEFT_ABI::epoch
