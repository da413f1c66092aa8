// collector and participant: a world of its own for epochs, and a thread's place in it.
#pragma once

#include <weft/atomic/abi.hpp>
#include <weft/epoch/collector_options.hpp>
#include <weft/epoch/detail/domain.hpp>
#include <weft/epoch/guard.hpp>

#include <utility>

namespace weft::inline WEFT_ABI::epoch {

/// A handle on one world of epochs: garbage waits for the participants of its own collector only. Copies are the same
/// collector.
///
/// When the last copy, participant and guard are gone, all deferred functions that are left have run.
/// Threads   any.
/// Errors    bad_alloc at construction, register_thread() and pin().
///
///     weft::epoch::collector world;
///     weft::epoch::participant me = world.register_thread();
///     auto pinned = me.pin();
///     pinned.retire(new int(7));
class collector {
 public:
  collector() : collector(collector_options{}) {}
  explicit collector(collector_options options) : domain_(new detail::domain(std::move(options))) {}
  collector(const collector& other) noexcept : domain_(other.domain_) { domain_->retain(); }
  collector& operator=(const collector& other) noexcept {
    collector copy(other);
    std::swap(domain_, copy.domain_);
    return *this;
  }
  ~collector() { domain_->release_reference(); }

  /// A place for the calling thread, to pin from as often as it likes.
  [[nodiscard]] participant register_thread() const;

  /// Pins without a participant: registers for the life of the guard. 30 ns; register_thread() is for those who pin often.
  guard pin() const;

  /// Tries to move the epoch on and to free garbage that belongs to no thread any more, as when its threads have gone.
  void collect() const;

  /// How much garbage waits, and for whom.
  ///
  /// Cost      a walk over all participants.
  [[nodiscard]] garbage_gauge gauge() const noexcept { return domain_->gauge(); }

  [[nodiscard]] friend bool operator==(const collector&, const collector&) noexcept = default;

 private:
  friend class guard;
  friend class participant;
  friend collector default_collector();
  // Takes over a reference.
  explicit collector(detail::domain& domain) noexcept : domain_(&domain) {}

  detail::domain* domain_;
};

/// One thread's place in a collector.
///
/// Threads   one at a time, and the same one while a guard of it lives. Outlives its collector's handles; its guards outlive
///           it.
class [[nodiscard]] participant {
 public:
  participant(participant&& other) noexcept : record_(std::exchange(other.record_, nullptr)) {}
  participant& operator=(participant&& other) noexcept {
    participant taken(std::move(other));
    std::swap(record_, taken.record_);
    return *this;
  }
  ~participant() {
    if (record_ != nullptr) record_->abandon();
  }

  /// Pins the calling thread. Not on a moved-from participant.
  guard pin() const noexcept { return guard(*record_); }
  [[nodiscard]] bool is_pinned() const noexcept { return record_->is_pinned(); }
  [[nodiscard]] epoch::collector collector() const noexcept {
    record_->home().retain();
    return epoch::collector(record_->home());
  }

 private:
  friend class epoch::collector;
  explicit participant(detail::record& record) noexcept : record_(&record) {}

  detail::record* record_;
};

inline participant collector::register_thread() const { return participant(domain_->acquire_record()); }

inline guard collector::pin() const {
  detail::record& passing = domain_->acquire_record();
  passing.enter_abandoned();
  return guard(passing);
}

inline void collector::collect() const { pin().flush(); }

inline collector guard::collector() const noexcept {
  record_->home().retain();
  return epoch::collector(record_->home());
}

}  // namespace weft::inline WEFT_ABI::epoch
