// domain: what all participants of one collector share: the epoch, the table of records, and the garbage that nobody owns.
//
// Words            states                                         moved by
//   clock_.now     the epoch, from 1 up                           try_advance: e → e + 1
//   references_    collectors, and records in use                 their holders
//   blocks_        the newest block of records                    acquire_record; blocks go only with the domain
//   block::used    a bit per record: somebody owns it             acquire_record sets, release_record clears
//   incoming_      stack of orphaned batches                      orphan pushes; the adopter takes all
//   adopting_      0; 1: somebody has adopted_                    adopt
//   sealed_*       what all sealed bags hold                      those who seal and run
// Data             may be touched by
//   adopted_       whoever holds adopting_
// Invariants
//   D1  The epoch moves from e to e + 1 only by a thread that read e, fenced heavily, and then found every participant
//       unpinned or pinned at e.
//   D2  A sealed bag's `ready` is at least three above an epoch that was read after its last entry came.
//   D3  A bag is run only by a thread that has read an epoch >= its `ready`, or when no participant is left.
// Why that is enough: README.md, Proof.
#pragma once

#include <weft/atomic/abi.hpp>
#include <weft/atomic/padded.hpp>
#include <weft/atomic/seam.hpp>
#include <weft/epoch/collector_options.hpp>
#include <weft/epoch/detail/record.hpp>

#include <array>
#include <cstddef>
#include <cstdint>

namespace weft::inline WEFT_ABI::epoch::detail {

class domain {
 public:
  explicit domain(collector_options options);
  domain(const domain&) = delete;
  domain& operator=(const domain&) = delete;

  void retain() noexcept;
  void release_reference() noexcept;

  /// A record for the calling thread alone; holds a reference. Errors: bad_alloc.
  record& acquire_record();
  /// The record, which must be clean, is anybody's again; gives up its reference.
  void release_record(record& it) noexcept;

  /// Moves the epoch on by one, if nobody is in the way. Returns the epoch afterwards.
  std::uint64_t try_advance() noexcept;
  /// The epoch; after it, whatever is ready at it may be run.
  [[nodiscard]] std::uint64_t now() const noexcept {
    // order(epoch.advance): acquire; pairs with try_advance().
    return clock_->now.load(acquire);
  }

  /// Sealed bags whose owner won't run them; the queue ends up empty.
  void orphan(bag_queue& bags) noexcept;
  /// Takes some orphans that are ready at the epoch, if there are any and nobody else is at it.
  bag_queue adopt(std::uint64_t epoch) noexcept;

  void count_sealed(load contents) noexcept;
  void count_run(load contents) noexcept;
  /// Calls on_overflow if there is more garbage than the budget allows.
  void watch_budget() const noexcept;
  [[nodiscard]] garbage_gauge gauge() const noexcept;

  /// How many bags a thread seals for each time that it thinks of advancing: more when more threads do the same.
  [[nodiscard]] unsigned seals_per_advance() const noexcept;

 private:
#ifdef WEFT_MODEL
  static constexpr unsigned records_per_block = 2;
#else
  static constexpr unsigned records_per_block = 16;
#endif
  struct block {
    atom<std::uint32_t> used{0};
    plain<block*> next{nullptr};
    std::array<record, records_per_block> records;
  };

  ~domain();
  [[nodiscard]] bool has_laggard(std::uint64_t epoch) const noexcept;
  record* find_free_record() noexcept;
  record& hand_out(record& it) noexcept;

  padded<epoch_clock> clock_;
  atom<block*> blocks_{nullptr};
  atom<std::uint32_t> references_{1};
  atom<std::uint32_t> participants_{0};
  atom<std::size_t> sealed_objects_{0};
  atom<std::size_t> sealed_bytes_{0};
  atom<bag*> incoming_{nullptr};
  atom<std::uint32_t> adopting_{0};
  atom<std::size_t> orphans_{0};
  plain<bag_queue> adopted_;
  collector_options options_;
};

}  // namespace weft::inline WEFT_ABI::epoch::detail
