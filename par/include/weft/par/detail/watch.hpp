// watch: what the thread in one seat does, for who looks on: how often, and, where that was asked for, when.
//
// Words        states                            moved by
//   counts_    how often each thing happened     the thread in the seat, upwards; read by anybody
// Invariants
//   W1  Each count has one writer at a time: the thread in the seat (E1); a guest's successor comes after it by par.seat.
//       So a load, an addition and a store count right.
//   W2  No other word's meaning hangs on a count: all are relaxed.
// A pool that wasn't told to keep statistics has no watch at all: its participants look at a null pointer where a job is
// run, taken from elsewhere, slept or woken for, and nowhere else.
#pragma once

#include <weft/atomic/abi.hpp>
#include <weft/atomic/orders.hpp>
#include <weft/atomic/padded.hpp>
#include <weft/atomic/seam.hpp>
#include <weft/par/detail/event_log.hpp>
#include <weft/par/statistics.hpp>
#include <weft/par/timeline.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace weft::inline WEFT_ABI::par::detail {

class alignas(atomic::interference_size) watch {
 public:
  explicit watch(std::size_t events, clock::time_point birth) noexcept : log_(events), keeps_(events != 0), birth_(birth) {}

  /// Only the thread in the seat.
  void note(happening what, std::uint32_t whom) noexcept;

  /// Any thread. Errors: bad_alloc.
  [[nodiscard]] thread_statistics statistics(std::string name) const;
  [[nodiscard]] pool_timeline::lane lane(std::string name) const;

 private:
  static constexpr std::size_t kinds = static_cast<std::size_t>(happening::exception_dropped) + 1;

  [[nodiscard]] std::uint64_t count_of(happening what) const noexcept {
    // relaxed(count): nothing hangs on it (W2).
    return counts_[static_cast<std::size_t>(what)].load(relaxed);
  }
  [[nodiscard]] activity doing() const noexcept;

  std::array<atom<std::uint64_t>, kinds> counts_{};
  event_log log_;
  bool keeps_;
  clock::time_point birth_;
};

/// What a pool's options say about watching, and the moment from which its time is counted.
class watch_plan {
 public:
  watch_plan(bool counts, std::size_t events) : events_(events), wanted_(counts || events != 0) {
    if (events_ != 0) birth_ = clock::now();
  }

  [[nodiscard]] bool is_wanted() const noexcept { return wanted_; }
  [[nodiscard]] bool keeps_events() const noexcept { return events_ != 0; }
  /// Null when none is wanted. Errors: bad_alloc.
  [[nodiscard]] std::unique_ptr<watch> make() const { return wanted_ ? std::make_unique<watch>(events_, birth_) : nullptr; }
  /// Null also when there is no memory.
  [[nodiscard]] std::unique_ptr<watch> try_make() const noexcept;
  /// Nanoseconds since the pool was made.
  [[nodiscard]] std::uint64_t now() const noexcept;

 private:
  std::size_t events_;
  bool wanted_;
  clock::time_point birth_{};
};

}  // namespace weft::inline WEFT_ABI::par::detail
