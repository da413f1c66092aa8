// atomic_ptr<T>: the shared word through which threads publish, find and unlink objects.
#pragma once

#include <weft/atomic/abi.hpp>
#include <weft/atomic/seam.hpp>
#include <weft/epoch/guard.hpp>
#include <weft/epoch/owned.hpp>
#include <weft/epoch/shared.hpp>

#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace weft::inline WEFT_ABI::epoch {

/// What a compare-exchange with a shared<T> did: true if it put the new pointer in; `current` is what the word then held.
template <class T>
struct [[nodiscard]] exchanged {
  bool done;
  shared<T> current;
  [[nodiscard]] explicit operator bool() const noexcept { return done; }
};

/// What a compare-exchange with an owned<T> did. A refusal hands the goods back.
template <class T>
class [[nodiscard]] published {
 public:
  [[nodiscard]] explicit operator bool() const noexcept { return !refused_.has_value(); }
  /// What the word holds: the object now published, or the one that was in the way.
  [[nodiscard]] shared<T> current() const noexcept { return current_; }
  /// The object that wasn't published; only after a refusal.
  owned<T> take() && {
    WEFT_ASSERT(refused_.has_value(), "published::take() is for refusals: this object has been published");
    return std::move(*refused_);
  }

 private:
  friend class atomic_ptr<T>;
  explicit published(shared<T> current) noexcept : current_(current) {}
  published(shared<T> current, owned<T> refused) noexcept : current_(current), refused_(std::move(refused)) {}
  shared<T> current_;
  std::optional<owned<T>> refused_;
};

/// An atomic pointer with a tag, to objects that are reclaimed by epochs. Doesn't free what it points to when it dies.
///
/// Threads   any.
/// Progress  as atom.
/// Order     as said at each call. What is loaded is read with acquire if it is to be looked into.
///
///     weft::epoch::atomic_ptr<int> slot{weft::epoch::make_owned<int>(7)};
///     {
///       auto pinned = weft::epoch::pin();
///       auto seen = slot.load(weft::acquire, pinned);
///       auto sent = slot.compare_exchange(seen, weft::epoch::make_owned<int>(8), weft::acq_rel, weft::acquire, pinned);
///       if (sent) pinned.retire(seen);
///     }
///     auto last = std::move(slot).into_owned();
template <class T>
class atomic_ptr {
 public:
  using value_type = T;

  constexpr atomic_ptr() noexcept = default;
  constexpr atomic_ptr(std::nullptr_t) noexcept {}
  atomic_ptr(owned<T> object) noexcept : word_(object.release()) {}
  explicit atomic_ptr(shared<T> object) noexcept : word_(object.word_) {}
  atomic_ptr(const atomic_ptr&) = delete;
  atomic_ptr& operator=(const atomic_ptr&) = delete;

  template <atomic::load_order O>
  [[nodiscard]] shared<T> load(O order, const guard&) const noexcept {
    return wrap(word_.load(order));
  }
  // The pointer would outlive its guard.
  template <atomic::load_order O>
  shared<T> load(O, const guard&&) const = delete;

  template <atomic::store_order O>
  void store(shared<T> object, O order) noexcept {
    word_.store(object.word_, order);
  }
  template <atomic::store_order O>
  void store(owned<T> object, O order) noexcept {
    word_.store(object.release(), order);
  }

  /// Puts an object in and gives the one that was there: if nothing else links it, retire it.
  template <atomic::any_order O>
  [[nodiscard]] shared<T> exchange(shared<T> object, O order, const guard&) noexcept {
    return wrap(word_.exchange(object.word_, order));
  }
  template <atomic::any_order O>
  [[nodiscard]] shared<T> exchange(owned<T> object, O order, const guard&) noexcept {
    return wrap(word_.exchange(object.release(), order));
  }
  template <class Object, atomic::any_order O>
  shared<T> exchange(Object&&, O, const guard&&) = delete;

  /// Puts `desired` in if the word holds `expected`, pointer and tag.
  template <atomic::any_order Success, atomic::load_order Failure>
  exchanged<T> compare_exchange(shared<T> expected, shared<T> desired, Success success, Failure failure,
                                const guard&) noexcept {
    const bool done = word_.compare_exchange_strong(expected.word_, desired.word_, success, failure);
    return {done, done ? desired : expected};
  }
  /// As above; may refuse without a reason.
  template <atomic::any_order Success, atomic::load_order Failure>
  exchanged<T> compare_exchange_weak(shared<T> expected, shared<T> desired, Success success, Failure failure,
                                     const guard&) noexcept {
    const bool done = word_.compare_exchange_weak(expected.word_, desired.word_, success, failure);
    return {done, done ? desired : expected};
  }
  /// Publishes an owned object, or gives it back.
  template <atomic::any_order Success, atomic::load_order Failure>
  published<T> compare_exchange(shared<T> expected, owned<T> desired, Success success, Failure failure,
                                const guard&) noexcept {
    const std::uintptr_t wanted = desired.word_;
    return settle(word_.compare_exchange_strong(expected.word_, wanted, success, failure), expected, std::move(desired));
  }
  template <atomic::any_order Success, atomic::load_order Failure>
  published<T> compare_exchange_weak(shared<T> expected, owned<T> desired, Success success, Failure failure,
                                     const guard&) noexcept {
    const std::uintptr_t wanted = desired.word_;
    return settle(word_.compare_exchange_weak(expected.word_, wanted, success, failure), expected, std::move(desired));
  }
  template <class Object, atomic::any_order Success, atomic::load_order Failure>
  void compare_exchange(shared<T>, Object&&, Success, Failure, const guard&&) = delete;
  template <class Object, atomic::any_order Success, atomic::load_order Failure>
  void compare_exchange_weak(shared<T>, Object&&, Success, Failure, const guard&&) = delete;

  /// Replaces what it holds by f(what it holds), as often as it takes; nullopt from f ends it.
  ///
  /// Returns   done with the pointer that was replaced, or not done with the one that f refused.
  template <atomic::any_order Success, atomic::load_order Failure, class F>
  requires std::convertible_to<std::invoke_result_t<F&, shared<T>>, std::optional<shared<T>>> exchanged<T> fetch_update(
      Success success, Failure failure, const guard& pinned, F f) {
    shared<T> seen = load(failure, pinned);
    while (true) {
      const std::optional<shared<T>> next = f(seen);
      if (!next) return {false, seen};
      const exchanged<T> tried = compare_exchange_weak(seen, *next, success, failure, pinned);
      if (tried) return {true, seen};
      seen = tried.current;
    }
  }

  /// Combine the tag with the bits given, which are cut to the tag's room. Return what was there before.
  template <atomic::any_order O>
  shared<T> fetch_and_tag(std::uintptr_t bits, O order, const guard&) noexcept {
    return wrap(word_.fetch_and(bits | ~detail::tag_bits<T>, order));
  }
  template <atomic::any_order O>
  shared<T> fetch_or_tag(std::uintptr_t bits, O order, const guard&) noexcept {
    return wrap(word_.fetch_or(bits & detail::tag_bits<T>, order));
  }
  template <atomic::any_order O>
  shared<T> fetch_xor_tag(std::uintptr_t bits, O order, const guard&) noexcept {
    return wrap(word_.fetch_xor(bits & detail::tag_bits<T>, order));
  }

  /// The object, when no other thread can reach this word any more; nullopt if it is null.
  [[nodiscard]] std::optional<owned<T>> into_owned() && noexcept {
    // relaxed(quiet): the caller has this word alone.
    const std::uintptr_t last = word_.exchange(0, relaxed);
    if (wrap(last).is_null()) return std::nullopt;
    return owned<T>(last);
  }

 private:
  [[nodiscard]] static shared<T> wrap(std::uintptr_t raw) noexcept { return shared<T>(raw, typename shared<T>::raw{}); }
  static published<T> settle(bool done, shared<T> found, owned<T> desired) noexcept {
    if (done) return published<T>(wrap(desired.release()));
    return published<T>(found, std::move(desired));
  }

  atom<std::uintptr_t> word_{0};
};

}  // namespace weft::inline WEFT_ABI::epoch
