// What a pool has to know of its process's end, and of its library's.
#pragma once

#include <weft/atomic/abi.hpp>

#include <memory>
#include <utility>

namespace weft::inline WEFT_ABI::par::detail {

/// True when the caller runs beneath exit(): in the destructor of a static object, or in a handler of atexit.
///
/// Cost      walks the stack; for who would end the process else. Where the stack can't be walked: false.
[[nodiscard]] bool is_within_exit() noexcept;

/// True while the library that this copy of weft belongs to is being unloaded, not at the process's end.
[[nodiscard]] bool is_being_unloaded() noexcept;

/// The library that this copy of weft belongs to stays where it is, whoever closes it.
void keep_loaded() noexcept;

/// A static T that lives as long as the process, because threads may use it while the process ends. Only when its library is
/// unloaded is it destroyed: then no thread is left that could.
template <class T>
class until_unloaded {
 public:
  constexpr until_unloaded() : value_() {}
  explicit until_unloaded(T&& value) : value_(std::move(value)) {}
  until_unloaded(const until_unloaded&) = delete;
  until_unloaded& operator=(const until_unloaded&) = delete;
  ~until_unloaded() {
    if (is_being_unloaded()) std::destroy_at(&value_);
  }
  [[nodiscard]] T& operator*() noexcept { return value_; }

 private:
  union {
    T value_;
  };
};

}  // namespace weft::inline WEFT_ABI::par::detail
