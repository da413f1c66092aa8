// thread_record: where a thread sleeps, at an address that is never freed.
//
// Data       may be touched by
//   bed_     the thread that has the record
//   bell_    anybody, for ever
//   next_    whoever holds the list's lock
// Invariants
//   T1  A record's memory lives as long as the process, or as its library. When its thread ends, the next new thread gets it.
//       So waking a thread that has gone is harmless: at worst another one looks once around for nothing.
//   T2  A thread keeps its record while it has a seat in a pool, also when it has called exit() there: seats name it.
// Source  own; type-stable memory, as in the Linux kernel's SLAB_TYPESAFE_BY_RCU.
#pragma once

#include <weft/atomic/abi.hpp>
#include <weft/atomic/parker.hpp>
#include <weft/atomic/seam.hpp>
#include <weft/atomic/waker.hpp>

#include <chrono>

namespace weft::inline WEFT_ABI::par::detail {

class thread_record {
 public:
  /// The calling thread's record. Errors: bad_alloc, only at a thread's first call.
  [[nodiscard]] static thread_record& mine() {
    if (thread_record* const known = current()) [[likely]]
      return *known;
    return adopt();
  }

  /// Sleeps until unpark(), or returns at once if it came first. May return for no reason. Only the record's own thread.
  void park() noexcept { bed_.park(); }
  /// As park(), but gives up after a while. True: it was unparked.
  bool park_for(std::chrono::microseconds while_) noexcept { return bed_.park_for(while_); }
  /// Any thread, at any time, even after the record's thread has ended.
  void unpark() noexcept { bell_.unpark(); }
  /// For fork: no record is lent or given back until unlock_all(), by the same thread or its copy in the child.
  static void lock_all();
  static void unlock_all();
  /// Wakes this record's thread; costs nothing to copy.
  [[nodiscard]] waker make_waker() noexcept;

 private:
  friend struct thread_record_lender;
  friend struct thread_record_list;
  friend class spare_record;
  struct tag;
  thread_record() : bell_(bed_.unparker()) {}
  [[nodiscard]] static thread_record*& current() noexcept { return atomic::thread_word<tag, thread_record*>::get(); }
  [[nodiscard]] static thread_record& adopt();

  atomic::parker bed_;
  atomic::unparker bell_;
  thread_record* next_ = nullptr;
};

/// A record put by for a thread that must not fail to have one, and must not wait for the loader's lock to have it returned.
class spare_record {
 public:
  /// Errors    bad_alloc.
  spare_record();
  spare_record(const spare_record&) = delete;
  spare_record& operator=(const spare_record&) = delete;
  ~spare_record();
  /// The calling thread's record: the one that it has, else this one until take_back() by the same thread. At most once.
  [[nodiscard]] thread_record& lend() noexcept;
  void take_back() noexcept;

 private:
  thread_record* record_;
};

}  // namespace weft::inline WEFT_ABI::par::detail
