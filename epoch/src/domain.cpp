// The shared half of a collector: registering, advancing, orphans.
#include <weft/epoch/detail/domain.hpp>

#include <bit>
#include <memory>
#include <utility>

namespace weft::inline WEFT_ABI::epoch::detail {

domain::domain(collector_options options) : options_(std::move(options)) {}

// ---------------------------------------------------------------------------------------------- life

void domain::retain() noexcept {
  // relaxed(count): whoever retains holds a reference already.
  references_.fetch_add(1, relaxed);
}

void domain::release_reference() noexcept {
  // order(epoch.references): acq_rel; pairs with release_reference().
  //   weaker: the last holder runs and frees what another one is still handing over.
  if (references_.fetch_sub(1, acq_rel) == 1) delete this;
}

// Nobody is left who could be pinned: everything is ready (D3).
domain::~domain() {
  bag_queue& rest = adopted_.write();
  // relaxed(quiet): release_reference() has acquired all that was done here.
  for (bag* it = incoming_.load(relaxed); it != nullptr;) rest.push(std::exchange(it, it->next()));
  while (!rest.is_empty()) {
    const std::unique_ptr<bag> last_run(rest.pop());
    last_run->run();
  }
  // relaxed(quiet): as above.
  for (block* it = blocks_.load(relaxed); it != nullptr;) delete std::exchange(it, it->next.read());
}

// ---------------------------------------------------------------------------------------------- records

record& domain::acquire_record() {
  if (record* const free = find_free_record()) return hand_out(*free);
  auto fresh = std::make_unique<block>();
  for (record& it : fresh->records) {
    it.clock_ = &*clock_;
    it.home_ = this;
  }
  // relaxed(quiet): the block is ours until it is pushed.
  fresh->used.store(1, relaxed);
  // relaxed(hint): the compare-exchange checks it.
  block* head = blocks_.load(relaxed);
  do {
    fresh->next.write() = head;
    // order(epoch.blocks): release; pairs with has_laggard(), find_free_record() and gauge().
    //   weaker: a walker finds records that have not been built.
  } while (!blocks_.compare_exchange_weak(head, fresh.get(), release, relaxed));
  return hand_out(fresh.release()->records[0]);
}

record& domain::hand_out(record& it) noexcept {
  retain();
  // relaxed(count): a statistic, and the rhythm of advances.
  participants_.fetch_add(1, relaxed);
  return it;
}

record* domain::find_free_record() noexcept {
  // order(epoch.blocks): acquire; pairs with acquire_record().
  for (block* at = blocks_.load(acquire); at != nullptr; at = at->next.read()) {
    // relaxed(hint): the compare-exchange checks it.
    std::uint32_t used = at->used.load(relaxed);
    while (std::countr_one(used) < static_cast<int>(records_per_block)) {
      const auto index = static_cast<unsigned>(std::countr_one(used));
      // order(epoch.used): acquire; pairs with release_record().
      //   weaker: the new owner and the old one write the record at the same time.
      if (at->used.compare_exchange_weak(used, used | (1u << index), acquire, relaxed)) return &at->records[index];
    }
  }
  return nullptr;
}

void domain::release_record(record& it) noexcept {
  // order(epoch.blocks): acquire; pairs with acquire_record().
  for (block* at = blocks_.load(acquire); at != nullptr; at = at->next.read()) {
    const std::less<const record*> before;
    if (before(&it, at->records.data()) || !before(&it, at->records.data() + records_per_block)) continue;
    const auto index = static_cast<unsigned>(&it - at->records.data());
    // order(epoch.used): release; pairs with find_free_record() and has_laggard().
    //   weaker: an advancer that no longer sees the record misses what its pins have read.
    at->used.fetch_and(~(1u << index), release);
    break;
  }
  // relaxed(count): a statistic, and the rhythm of advances.
  participants_.fetch_sub(1, relaxed);
  release_reference();
}

// ---------------------------------------------------------------------------------------------- the epoch

bool domain::has_laggard(std::uint64_t epoch) const noexcept {
  // order(epoch.blocks): acquire; pairs with acquire_record().
  for (const block* at = blocks_.load(acquire); at != nullptr; at = at->next.read()) {
    // order(epoch.used): acquire; pairs with release_record().
    for (std::uint32_t used = at->used.load(acquire); used != 0; used &= used - 1) {
      // order(epoch.state): acquire; pairs with pin() and unpin().
      //   weaker: an object is freed while its last reader's loads are still under way.
      const std::uint64_t state = at->records[static_cast<unsigned>(std::countr_zero(used))].state_.load(acquire);
      if (state != 0 && state != epoch) return true;
    }
  }
  return false;
}

std::uint64_t domain::try_advance() noexcept {
  // order(epoch.advance): acquire; pairs with try_advance().
  //   weaker: the step from e to e + 1 doesn't carry what the step before it has seen.
  std::uint64_t epoch = clock_->now.load(acquire);
  // Saves the fence when the answer is no already; the look that counts follows the fence.
  if (has_laggard(epoch)) return epoch;
  // order(epoch.pin): heavy fence; twin in pin(); pairs with pin().
  //   forbids: a reader loads a pointer that was unlinked before this AND is found unpinned below.
  //   model: tests/model/epoch_reclaim.cpp
  fence_heavy();
  if (has_laggard(epoch)) return epoch;
  // order(epoch.advance): release; pairs with pin(), now() and try_advance().
  //   carries what the readers found gone by has_laggard() have done, to those who free.
  if (clock_->now.compare_exchange_strong(epoch, epoch + 1, release, relaxed)) return epoch + 1;
  return now();
}

unsigned domain::seals_per_advance() const noexcept {
#ifdef WEFT_MODEL
  return 1;
#else
  // relaxed(count): any value will do.
  return 4 + participants_.load(relaxed) / 4;
#endif
}

// ---------------------------------------------------------------------------------------------- orphans

void domain::orphan(bag_queue& bags) noexcept {
  if (bags.is_empty()) return;
  // relaxed(count): tells adopt() whether to look.
  orphans_.fetch_add(bags.size(), relaxed);
  // relaxed(hint): the compare-exchange checks it.
  bag* head = incoming_.load(relaxed);
  do {
    bags.back()->set_next(head);
    // order(epoch.orphans): release; pairs with adopt().
    //   weaker: the adopter runs half-written entries.
  } while (!incoming_.compare_exchange_weak(head, bags.front(), release, relaxed));
  bags = {};
}

bag_queue domain::adopt(std::uint64_t epoch) noexcept {
  constexpr std::size_t most = 8;
  bag_queue found;
  // relaxed(hint): what comes later is for a later call.
  if (orphans_.load(relaxed) == 0) return found;
  // order(epoch.adopting): acquire; pairs with adopt().
  //   weaker: two threads move the same bags.
  if (adopting_.exchange(1, acquire) != 0) return found;
  bag_queue& waiting = adopted_.write();
  // order(epoch.orphans): acquire; pairs with orphan().
  for (bag* it = incoming_.exchange(nullptr, acquire); it != nullptr;) waiting.push(std::exchange(it, it->next()));
  while (found.size() < most && !waiting.is_empty() && waiting.front()->ready() <= epoch) found.push(waiting.pop());
  // order(epoch.adopting): release; pairs with adopt().
  adopting_.store(0, release);
  // relaxed(count): as above.
  orphans_.fetch_sub(found.size(), relaxed);
  return found;
}

// ---------------------------------------------------------------------------------------------- the gauge

void domain::count_sealed(load contents) noexcept {
  // relaxed(count): a statistic.
  sealed_objects_.fetch_add(contents.objects, relaxed);
  // relaxed(count): a statistic.
  sealed_bytes_.fetch_add(contents.bytes, relaxed);
}

void domain::count_run(load contents) noexcept {
  // relaxed(count): a statistic.
  sealed_objects_.fetch_sub(contents.objects, relaxed);
  // relaxed(count): a statistic.
  sealed_bytes_.fetch_sub(contents.bytes, relaxed);
}

void domain::watch_budget() const noexcept {
  if (!options_.on_overflow) return;
  // relaxed(count): a statistic.
  const bool over =
      sealed_objects_.load(relaxed) > options_.most_objects || sealed_bytes_.load(relaxed) > options_.most_bytes;
  if (over) options_.on_overflow(gauge());
}

garbage_gauge domain::gauge() const noexcept {
  garbage_gauge seen;
  seen.epoch = now();
  // relaxed(count): a statistic, as all that follow.
  seen.objects = sealed_objects_.load(relaxed);
  seen.bytes = sealed_bytes_.load(relaxed);
  seen.participants = participants_.load(relaxed);
  // order(epoch.blocks): acquire; pairs with acquire_record().
  for (const block* at = blocks_.load(acquire); at != nullptr; at = at->next.read()) {
    for (const record& it : at->records) {
      // relaxed(count): a statistic, as the two that follow.
      const std::uint64_t state = it.state_.load(relaxed);
      seen.objects += it.open_objects_.load(relaxed);
      seen.bytes += it.open_bytes_.load(relaxed);
      if (state != 0) ++seen.pinned;
      if (state != 0 && state < seen.epoch) ++seen.lagging;
    }
  }
  return seen;
}

}  // namespace weft::inline WEFT_ABI::epoch::detail
