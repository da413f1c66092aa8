// bag: a fixed room for deferred functions, filled by one thread, later run by one thread.
//
// Data             may be touched by
//   words_, used_  the owner until it seals the bag, then whoever holds it: bags change hands through domain's orphans only
// Invariants
//   B1  words_[0, used_) is a row of entries: a function word, then as many words as that function says that it has read.
#pragma once

#include <weft/atomic/abi.hpp>
#include <weft/atomic/seam.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

namespace weft::inline WEFT_ABI::epoch::detail {

using word = std::uintptr_t;
using bag_word = plain<word>;

/// Runs one deferred function; returns how many words after its own it has read.
using entry_function = std::size_t (*)(const bag_word* payload) noexcept;

/// An entry takes at most so many words, the function's own included.
inline constexpr std::size_t largest_entry = 4;

/// The entry that deletes a T.
template <class T>
std::size_t delete_entry(const bag_word* payload) noexcept {
  delete reinterpret_cast<T*>(payload[0].read());
  return 1;
}

/// The entry that gives a T to a stateless deleter.
template <class T, class Deleter>
std::size_t deleter_entry(const bag_word* payload) noexcept {
  Deleter{}(reinterpret_cast<T*>(payload[0].read()));
  return 1;
}

/// Closures that travel in the bag itself: a few words that may be copied as bytes.
template <class F>
inline constexpr bool is_small_closure = std::is_trivially_copyable_v<F>&& std::is_trivially_destructible_v<F> &&
                                         sizeof(F) <= (largest_entry - 1) * sizeof(word) && alignof(F) <= alignof(word);

template <class F>
inline constexpr std::size_t closure_words = std::is_empty_v<F> ? 0 : (sizeof(F) + sizeof(word) - 1) / sizeof(word);

template <class F>
std::size_t small_closure_entry(const bag_word* payload) noexcept {
  alignas(F) std::byte raw[sizeof(F)];
  word words[largest_entry - 1] = {};
  for (std::size_t i = 0; i < closure_words<F>; ++i) words[i] = payload[i].read();
  std::memcpy(raw, words, sizeof(F));
  F& function = *std::launder(reinterpret_cast<F*>(raw));
  std::move(function)();
  return closure_words<F>;
}

template <class F>
std::size_t boxed_closure_entry(const bag_word* payload) noexcept {
  const std::unique_ptr<F> function(reinterpret_cast<F*>(payload[0].read()));
  std::move (*function)();
  return 1;
}

/// What a garbage bag or many of them hold.
struct load {
  std::size_t objects = 0;
  std::size_t bytes = 0;
};

class bag {
 public:
#if defined(WEFT_MODEL)
  static constexpr std::size_t capacity = 4;  // two retired objects
#elif defined(WEFT_TSAN) || defined(WEFT_ASAN)
  static constexpr std::size_t capacity = 8;
#else
  static constexpr std::size_t capacity = 128;  // 64 retired objects, 1 KiB
#endif
  static_assert(capacity >= largest_entry);

  [[nodiscard]] bag_word* begin() noexcept { return words_.data(); }
  [[nodiscard]] bag_word* end() noexcept { return words_.data() + words_.size(); }

  /// No more entries: [begin, used_end) may be run once the epoch has reached `ready`.
  void seal(const bag_word* used_end, load contents, std::uint64_t ready) noexcept {
    head_.write() = {nullptr, ready, contents, static_cast<std::size_t>(used_end - words_.data())};
  }
  [[nodiscard]] std::uint64_t ready() const noexcept { return head_.read().ready; }
  [[nodiscard]] load contents() const noexcept { return head_.read().contents; }
  [[nodiscard]] bag* next() const noexcept { return head_.read().next; }
  void set_next(bag* next) noexcept { head_.write().next = next; }

  /// Runs every entry, in the order in which they came.
  void run() noexcept {
    const std::size_t used = head_.read().used;
    for (std::size_t at = 0; at < used;) {
      const auto function = reinterpret_cast<entry_function>(words_[at].read());
      at += 1 + function(&words_[at + 1]);
    }
  }

 private:
  struct label {
    bag* next = nullptr;
    std::uint64_t ready = 0;
    load contents;
    std::size_t used = 0;
  };
  plain<label> head_;
  std::array<bag_word, capacity> words_;
};

/// Sealed bags in the order of their `ready`.
class bag_queue {
 public:
  [[nodiscard]] bool is_empty() const noexcept { return first_ == nullptr; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bag* front() const noexcept { return first_; }
  [[nodiscard]] bag* back() const noexcept { return last_; }
  void push(bag* it) noexcept {
    it->set_next(nullptr);
    if (first_ == nullptr) {
      first_ = it;
    } else {
      last_->set_next(it);
    }
    last_ = it;
    ++size_;
  }
  bag* pop() noexcept {
    bag* const it = first_;
    first_ = it->next();
    if (first_ == nullptr) last_ = nullptr;
    --size_;
    return it;
  }

 private:
  bag* first_ = nullptr;
  bag* last_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace weft::inline WEFT_ABI::epoch::detail
