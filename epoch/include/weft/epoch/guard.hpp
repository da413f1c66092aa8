// guard: while one lives, nothing that its thread can reach is freed.
#pragma once

#include <weft/atomic/abi.hpp>
#include <weft/epoch/detail/record.hpp>

#include <array>
#include <cstddef>
#include <cstring>
#include <functional>
#include <memory>
#include <type_traits>
#include <utility>

namespace weft::inline WEFT_ABI::epoch {

class collector;
class participant;
template <class T>
class shared;

/// The proof that the calling thread is pinned: whatever it loads from an atomic_ptr stays alive until the guard dies.
///
/// Stays where it was made, on its thread; made by pin(), participant::pin() and collector::pin().
/// Threads   the one that made it. Guards of one thread may nest and die in any order; only the first pins, only the last
///           unpins.
/// Progress  wait-free to make and to drop, once the thread is registered.
/// Cost      un-nested 1 ns, nested 0.6 ns (make and drop together).
/// Order     what a guard's thread did before dropping it is visible to whoever frees what it could see.
///
///     weft::epoch::atomic_ptr<int> slot{weft::epoch::make_owned<int>(7)};
///     auto pinned = weft::epoch::pin();
///     auto seven = slot.exchange(weft::epoch::make_owned<int>(8), weft::acq_rel, pinned);
///     pinned.retire(seven);  // freed once nobody can be looking at it any more
///     pinned.retire(slot.exchange(weft::epoch::shared<int>{}, weft::acq_rel, pinned));
class [[nodiscard]] guard {
 public:
  guard(const guard&) = delete;
  guard& operator=(const guard&) = delete;
  constexpr ~guard() {
    if (record_ != nullptr) record_->leave(is_head_);
  }
  static void* operator new(std::size_t) = delete;
  static void* operator new[](std::size_t) = delete;

  /// Deletes the object once every thread that is pinned now has unpinned. It must be unreachable for threads that pin from
  /// now on.
  ///
  /// Errors    bad_alloc when a new bag is needed and there is no memory; then the object is still the caller's. After
  /// reserve(): none. Cost      2 ns, and every 64th time what the freeing of 64 objects costs.
  template <class T>
  void retire(T* object) const {
    static_assert(sizeof(T) > 0, "[weft] retire needs a complete type");
    static_assert(std::is_nothrow_destructible_v<T>, "[weft] what is retired must not throw from its destructor");
    if (record_ == nullptr) {
      delete object;
    } else {
      record_->defer(&detail::delete_entry<T>, std::array{reinterpret_cast<detail::word>(object)}, sizeof(T));
    }
  }
  /// As above, by way of the tagged pointer that an atomic_ptr gave out. Null: nothing.
  template <class T>
  void retire(shared<T> object) const {
    if (object) retire(object.get());
  }
  /// As above, with a deleter of the caller's: `deleter(object)` runs on some thread and must not throw.
  template <class T, class Deleter>
  requires std::invocable<Deleter&, T*>
  void retire(T* object, Deleter deleter) const {
    if (record_ == nullptr) {
      std::invoke(deleter, object);
    } else if constexpr (std::is_empty_v<Deleter> && std::is_default_constructible_v<Deleter>) {
      record_->defer(&detail::deleter_entry<T, Deleter>, std::array{reinterpret_cast<detail::word>(object)}, sizeof(T));
    } else {
      defer_closure([object, run = std::move(deleter)]() mutable { std::invoke(run, object); }, sizeof(T));
    }
  }

  /// Runs f() once every thread that is pinned now has unpinned; on some thread, or never if the process ends before. It
  /// must not throw. It may pin, retire and defer.
  ///
  /// Cost      none beyond retire() for up to three words that may be copied as bytes; else an allocation.
  /// Errors    bad_alloc; then f has not been taken.
  template <class F>
  requires std::invocable<std::decay_t<F>>
  void defer(F&& f) const {
    if (record_ == nullptr) {
      std::invoke(std::forward<F>(f));
    } else {
      defer_closure(std::decay_t<F>(std::forward<F>(f)), 0);
    }
  }

  /// After this, the next retire() can't fail. Ask before unlinking what can't be linked again.
  void reserve() const {
    if (record_ != nullptr) record_->reserve();
  }

  /// Makes this thread's garbage known and tries to free some: for a thread that won't retire for a while.
  void flush() const noexcept {
    if (record_ != nullptr) record_->flush();
  }

  /// As if dropped and made anew, unless another guard of this thread lives: then nothing. What was loaded before is lost.
  void repin() noexcept { record_->repin(is_head_); }

  /// Runs f() with this guard dropped, unless another guard of this thread lives; then pins again, also if f throws.
  template <class F>
  decltype(auto) repin_after(F&& f) {
    struct back {
      guard& self;
      bool stepped_aside;
      ~back() {
        if (stepped_aside) self.is_head_ = self.record_->step_back();
      }
    };
    const back at_end{*this, record_->step_aside(is_head_)};
    return std::invoke(std::forward<F>(f));
  }

  /// The collector that it pins. Not for unprotected().
  [[nodiscard]] epoch::collector collector() const noexcept;

 private:
  friend class epoch::collector;
  friend class participant;
  friend guard pin();
  friend struct unprotected_guard;

  constexpr guard() noexcept = default;
  explicit guard(detail::record& record) noexcept : record_(&record), is_head_(record.enter()) {}

  template <class F>
  void defer_closure(F f, std::size_t bytes) const {
    if constexpr (detail::is_small_closure<F>) {
      std::array<detail::word, detail::closure_words<F>> payload{};
      if constexpr (detail::closure_words < F >> 0) std::memcpy(payload.data(), static_cast<const void*>(&f), sizeof(F));
      record_->defer(&detail::small_closure_entry<F>, payload, bytes);
    } else {
      auto boxed = std::make_unique<F>(std::move(f));
      record_->defer(&detail::boxed_closure_entry<F>, std::array{reinterpret_cast<detail::word>(boxed.get())}, bytes);
      static_cast<void>(boxed.release());
    }
  }

  detail::record* record_ = nullptr;
  bool is_head_ = false;
};

/// Holder of the one guard that pins nothing.
struct unprotected_guard {
  constexpr unprotected_guard() noexcept {}
  guard nobody;
};
inline constexpr unprotected_guard unprotected_instance{};

/// A guard that pins nothing and frees at once: for constructors and destructors, where no other thread can look.
[[nodiscard]] inline const guard& unprotected() noexcept { return unprotected_instance.nobody; }

}  // namespace weft::inline WEFT_ABI::epoch
