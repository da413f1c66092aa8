// How a pool's watches are told of steals, and read.
#include <weft/par/detail/registry.hpp>

#include <utility>

namespace weft::inline WEFT_ABI::par::detail {

std::size_t registry::lane_of(const participant& seat) const noexcept {
  if (seat.kind() == seat_kind::worker) return seat.index();
  return num_threads() + (seat.kind() == seat_kind::spare ? guest_seats : seat.index());
}

void registry::note_search(participant& thief, const participant* victim) const noexcept {
  if (victim == nullptr) return thief.note(happening::found_nothing);
  const bool is_near = near_ == nullptr || shares_a_cache(near_->between(thief.last_processor(), victim->last_processor()));
  thief.note_to_watch(is_near ? happening::stole_near : happening::stole_far, static_cast<std::uint32_t>(lane_of(*victim)));
}

template <class Visit>
void registry::each_watch(Visit visit) const {
  for (std::size_t i = 0; i < num_threads(); ++i) {
    visit(workers_[i]->seat.watch_.get(), name_ + "-" + std::to_string(i), true);
  }
  // relaxed(hint): a guest that comes just now may be missing.
  const std::size_t guests = seats_made_.load(relaxed);
  for (std::size_t i = 0; i < guests; ++i) {
    const participant* const seat = seat_at(workers_.size() + i);
    visit(seat == nullptr ? nullptr : seat->watch_.get(), "guest-" + std::to_string(i), false);
  }
}

pool_statistics registry::statistics() const {
  pool_statistics result;
  each_watch([&](const watch* one, std::string name, bool is_worker) {
    if (one != nullptr) (is_worker ? result.workers : result.guests).push_back(one->statistics(std::move(name)));
  });
  return result;
}

// A guest's seat for whose watch there was no memory has an empty lane, so that the others keep their numbers.
pool_timeline registry::timeline() const {
  if (!watching_.keeps_events()) return {};
  std::vector<pool_timeline::lane> lanes;
  each_watch([&](const watch* one, std::string name, bool) {
    lanes.push_back(one == nullptr ? pool_timeline::lane{std::move(name), {}, 0} : one->lane(std::move(name)));
  });
  return {std::move(lanes), watching_.now()};
}

}  // namespace weft::inline WEFT_ABI::par::detail
