// event_log: what has happened, appended by one thread and read by any, in bounded memory.
//
// Words        states                                       moved by
//   used_      how many events there are                    the owner, upwards
//   dropped_   how many had no room                         the owner, upwards
// Data         may be touched by
//   event i    the owner while i >= used_; afterwards nobody writes it
//   first_, a chunk's next    the owner while used_ <= the events before that chunk; afterwards nobody writes it
//   last_      the owner
// Invariants
//   V1  What lies below used_ is never written again. So a reader may copy it while the owner goes on.
#pragma once

#include <weft/atomic/abi.hpp>
#include <weft/atomic/orders.hpp>
#include <weft/atomic/seam.hpp>
#include <weft/par/timeline.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace weft::inline WEFT_ABI::par::detail {

class event_log {
 public:
  /// Keeps the first `most` events. Allocates nothing yet.
  explicit event_log(std::size_t most) noexcept : most_(most) {}
  event_log(const event_log&) = delete;
  event_log& operator=(const event_log&) = delete;
  ~event_log();

  /// Only the owner, one thread at a time. Full, or without memory: the event is counted as dropped.
  void add(const timeline_event& what) noexcept;

  /// The events so far. Any thread. Errors: bad_alloc.
  [[nodiscard]] std::vector<timeline_event> read() const;
  [[nodiscard]] std::uint64_t dropped() const noexcept {
    // relaxed(count): nothing hangs on it.
    return dropped_.load(relaxed);
  }

 private:
#ifdef WEFT_MODEL
  static constexpr std::size_t chunk_length = 2;
#else
  static constexpr std::size_t chunk_length = 1024;
#endif
  struct chunk {
    std::array<plain<timeline_event>, chunk_length> events;
    plain<chunk*> next{nullptr};
  };

  [[nodiscard]] bool make_room(std::size_t used) noexcept;

  std::size_t most_;
  atom<std::size_t> used_{0};
  atom<std::uint64_t> dropped_{0};
  plain<chunk*> first_{nullptr};
  chunk* last_ = nullptr;
};

}  // namespace weft::inline WEFT_ABI::par::detail
