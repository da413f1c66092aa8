// waker and context: how whoever completes something tells whoever polls for it, without knowing what a task is.
#pragma once

#include <weft/atomic/abi.hpp>

#include <utility>

namespace weft::inline WEFT_ABI::atomic {

/// What a kind of waker can do with its data word. All four may be called from any thread and must not throw.
struct waker_vtable {
  void* (*clone)(void* data) noexcept;       ///< one more reference; returns the data of the new waker
  void (*wake)(void* data) noexcept;         ///< wakes and gives up this reference
  void (*wake_by_ref)(void* data) noexcept;  ///< wakes, keeps the reference
  void (*drop)(void* data) noexcept;         ///< gives up this reference
};

/// A handle that wakes one task. Copies wake the same task; a woken task is polled again at least once afterwards.
///
/// Threads   distinct wakers: any. One waker object: one at a time, as with every value.
/// Progress  as the task's executor says; never blocks. Never wake, copy or destroy one under a lock.
/// Order     what a thread did before wake() is visible to the poll that follows it.
class waker {
 public:
  /// Wakes nobody.
  constexpr waker() noexcept = default;
  constexpr waker(const waker_vtable& vtable, void* data) noexcept : vtable_(&vtable), data_(data) {}
  waker(const waker& other) noexcept : vtable_(other.vtable_), data_(vtable_ ? vtable_->clone(other.data_) : nullptr) {}
  waker(waker&& other) noexcept : vtable_(std::exchange(other.vtable_, nullptr)), data_(other.data_) {}
  waker& operator=(waker other) noexcept {
    std::swap(vtable_, other.vtable_);
    std::swap(data_, other.data_);
    return *this;
  }
  ~waker() {
    if (vtable_) vtable_->drop(data_);
  }

  /// Wakes and spends this waker.
  void wake() && noexcept {
    if (const waker_vtable* vtable = std::exchange(vtable_, nullptr)) vtable->wake(data_);
  }
  void wake_by_ref() const noexcept {
    if (vtable_) vtable_->wake_by_ref(data_);
  }
  /// True when both wake the same task: then a registered waker needn't be replaced. May say no for equal ones.
  [[nodiscard]] bool will_wake(const waker& other) const noexcept {
    return vtable_ == other.vtable_ && data_ == other.data_;
  }
  /// True when there is a task to wake.
  [[nodiscard]] explicit operator bool() const noexcept { return vtable_ != nullptr; }

 private:
  const waker_vtable* vtable_ = nullptr;
  void* data_ = nullptr;
};

/// What a poll is given: the waker of the task that asks.
class context {
 public:
  explicit context(const waker& who) noexcept : waker_(&who) {}
  [[nodiscard]] const waker& get_waker() const noexcept { return *waker_; }

 private:
  const waker* waker_;
};

}  // namespace weft::inline WEFT_ABI::atomic

namespace weft::inline WEFT_ABI {
using atomic::context;
using atomic::waker;
}  // namespace weft::inline WEFT_ABI
