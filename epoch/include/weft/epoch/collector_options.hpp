// What a collector can be told at its birth, and what it can be asked.
#pragma once

#include <weft/atomic/abi.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>

namespace weft::inline WEFT_ABI::epoch {

/// A moment's view of a collector; the parts are read one after the other.
struct garbage_gauge {
  std::size_t objects = 0;       ///< deferred functions that have not run
  std::size_t bytes = 0;         ///< sizeof of what retire() was given among them
  std::size_t participants = 0;  ///< threads and handles that are registered
  std::size_t pinned = 0;        ///< of those, how many are pinned
  std::size_t lagging = 0;       ///< of those, how many hold up the epoch
  std::uint64_t epoch = 0;       ///< how far it has come
};

/// A budget for garbage. Nothing can bound what a stalled reader keeps alive; but it must not happen in silence.
struct collector_options {
  std::size_t most_objects = std::size_t{64} * 1024;  ///< deferred functions in sealed bags
  std::size_t most_bytes = std::size_t{16} * 1024 * 1024;
  /// Called, by the thread that has just retired something, each time that a bag is sealed while the budget is exceeded.
  /// From any thread, also at the same time; it may pin and retire; it must not throw.
  std::function<void(const garbage_gauge&)> on_overflow;
};

}  // namespace weft::inline WEFT_ABI::epoch
