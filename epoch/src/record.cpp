// The cold half of a record: sealing bags, freeing what is ready, coming and going.
#include <weft/epoch/detail/domain.hpp>
#include <weft/epoch/detail/record.hpp>

#include <limits>
#include <utility>

namespace weft::inline WEFT_ABI::epoch::detail {

namespace {
#ifdef WEFT_MODEL
constexpr std::size_t most_spares = 1;
constexpr std::size_t most_pending = 3;
constexpr std::size_t bags_per_seal = 2;
#else
constexpr std::size_t most_spares = 16;   // 16 KiB
constexpr std::size_t most_pending = 16;  // beyond what the rhythm of advances explains
constexpr std::size_t bags_per_seal = 8;  // 512 objects: bounds the time that one retire() takes
#endif
constexpr std::size_t all_bags = std::numeric_limits<std::size_t>::max();
}  // namespace

// ---------------------------------------------------------------------------------------------- garbage

bag* record::take_bag() {
  owned& my = mine_.write();
  if (my.spare == nullptr) return new bag;
  --my.spares;
  return std::exchange(my.spare, my.spare->next());
}

void record::recycle(bag* emptied) noexcept {
  owned& my = mine_.write();
  if (my.spares >= most_spares) {
    delete emptied;
    return;
  }
  ++my.spares;
  emptied->set_next(std::exchange(my.spare, emptied));
}

void record::renew_bag() {
  bag* const fresh = take_bag();
  owned& my = mine_.write();
  const bool sealed = my.open != nullptr;
  if (sealed) seal_open();
  my.open = fresh;
  my.cursor = fresh->begin();
  my.limit = fresh->end();
  // May run deferred functions, which may fill the fresh bag: the caller looks again.
  if (sealed) after_seal();
}

void record::seal_open() noexcept {
  owned& my = mine_.write();
  // relaxed(owner): written by this thread alone.
  const load contents{open_objects_.load(relaxed), open_bytes_.load(relaxed)};
  // relaxed(under epoch.pin): not older than what pin() read, which is all that D2 asks for.
  my.open->seal(my.cursor, contents, clock_->now.load(relaxed) + 3);
  my.pending.push(my.open);
  home_->count_sealed(contents);
  my.open = nullptr;
  my.cursor = my.limit = nullptr;
  // relaxed(count): the gauge may see the bag twice for a moment.
  open_objects_.store(0, relaxed);
  // relaxed(count): as above.
  open_bytes_.store(0, relaxed);
}

// Thinks of advancing once in a while, and only if nobody else has done it since: so threads that all retire share the work,
// and the interrupts of the heavy fence don't grow with their number.
void record::after_seal() noexcept {
  owned& my = mine_.write();
  if (my.reclaiming) return;
  std::uint64_t epoch = home_->now();
  const unsigned rhythm = home_->seals_per_advance();
  if (++my.seals >= rhythm) {
    my.seals = 0;
    if (epoch == my.last_seen) epoch = home_->try_advance();
    my.last_seen = epoch;
  }
  reclaim(epoch, bags_per_seal);
  // A reader stalls. Whoever sees the end of it first shall free this, not only this thread, which may be idle by then.
  if (my.pending.size() > most_pending + std::size_t{4} * rhythm) home_->orphan(my.pending);
  home_->watch_budget();
}

void record::reclaim(std::uint64_t epoch, std::size_t most_bags) noexcept {
  owned& my = mine_.write();
  my.reclaiming = true;
  for (; most_bags > 0 && !my.pending.is_empty() && my.pending.front()->ready() <= epoch; --most_bags) run(my.pending.pop());
  for (bag_queue found = home_->adopt(epoch); !found.is_empty();) run(found.pop());
  my.reclaiming = false;
}

void record::run(bag* ready) noexcept {
  const load contents = ready->contents();
  ready->run();
  home_->count_run(contents);
  recycle(ready);
}

void record::flush() noexcept {
  owned& my = mine_.write();
  if (my.open != nullptr && my.cursor != my.open->begin()) seal_open();
  if (my.reclaiming) return;
  my.seals = 0;
  my.last_seen = home_->try_advance();
  reclaim(my.last_seen, all_bags);
}

// ---------------------------------------------------------------------------------------------- pins

bool record::is_only_guard(bool is_head) const noexcept {
  return (mine_.read().nested & most_nested) == (is_head ? 0 : 1) && (is_head || mine_.read().nested < 0);
}

void record::repin(bool is_head) noexcept {
  // relaxed(owner): written by this thread alone.
  if (is_only_guard(is_head) && state_.load(relaxed) != home_->now()) pin();
}

bool record::step_aside(bool is_head) noexcept {
  if (!is_only_guard(is_head)) return false;
  owned& my = mine_.write();
  my.nested &= abandoned;  // it will be the head, or be counted anew
  ++my.aside;
  unpin();
  return true;
}

bool record::step_back() noexcept {
  --mine_.write().aside;
  return enter();
}

// The head dies, but there is more to think of than its pin.
void record::leave_head() noexcept {
  owned& my = mine_.write();
  if ((my.nested & most_nested) == 0) {
    unpin_last();
  } else {
    my.nested -= headless;
  }
}

// One of the guards that have survived the head dies.
void record::leave_headless() noexcept {
  owned& my = mine_.write();
  if ((my.nested & most_nested) != 0) return;
  my.nested += headless;
  unpin_last();
}

void record::unpin_last() noexcept {
  const owned& my = mine_.read();
  unpin();
  if (my.nested == abandoned && my.aside == 0) give_back();
}

// ---------------------------------------------------------------------------------------------- the end

void record::abandon() noexcept {
  owned& my = mine_.write();
  if (!is_pinned() && my.aside == 0) {
    give_back();
  } else {
    my.nested += abandoned;
  }
}

void record::enter_abandoned() noexcept {
  mine_.write().nested = abandoned - headless;
  pin();
}

void record::give_back() noexcept {
  owned& my = mine_.write();
  if (my.open != nullptr) {
    if (my.cursor != my.open->begin()) {
      seal_open();
    } else {
      delete my.open;
    }
  }
  home_->orphan(my.pending);
  while (my.spare != nullptr) delete std::exchange(my.spare, my.spare->next());
  my = owned{};
  home_->release_record(*this);
}

}  // namespace weft::inline WEFT_ABI::epoch::detail
