// fork_watch: tells a pool that it has come into a forked child, without its threads.
//
// Words            states                                   moved by
//   generation     how many forks lie between this process   the child's only thread, before fork() returns in it
//                  and the first one that made a pool
// Invariants
//   F1  At a fork nobody else holds the lock of the thread records: so the child may take it.
//   F2  Of a pool that is orphaned nothing is touched that another thread may have been changing at the fork: its locks, its
//       injector, its workers' threads.
#pragma once

#include <weft/atomic/abi.hpp>

#include <cstdint>
#include <memory>

namespace weft::inline WEFT_ABI::par::detail {

class fork_watch {
 public:
  /// Begins to count, at the process's first pool.
  fork_watch() noexcept : born_(now()) {}
  /// True in a child of the process that made this, or what this is a copy of.
  [[nodiscard]] bool is_orphaned() const noexcept { return born_ != count(); }
  /// Throws fork_error then.
  void check() const;

 private:
  [[nodiscard]] static std::uint32_t now() noexcept;
  [[nodiscard]] static std::uint32_t count() noexcept;
  std::uint32_t born_;
};

/// A T that is destroyed only in the process that made it.
template <class T>
class homebound {
 public:
  homebound() : value_() {}
  homebound(const homebound&) = delete;
  homebound& operator=(const homebound&) = delete;
  ~homebound() {
    if (!made_in_.is_orphaned()) std::destroy_at(&value_);
  }
  [[nodiscard]] T* operator->() noexcept { return &value_; }
  [[nodiscard]] const T* operator->() const noexcept { return &value_; }

 private:
  const fork_watch made_in_;
  union {
    T value_;
  };
};

/// Ends the process: a job's wait in a child for what another thread had taken before the fork.
[[noreturn]] void die_orphaned() noexcept;

}  // namespace weft::inline WEFT_ABI::par::detail
