#include <weft/par/detail/watch.hpp>

#include <new>
#include <utility>

namespace weft::inline WEFT_ABI::par::detail {

namespace {
static_assert(sizeof(timeline_event) == 16, "as pool_options::timeline_events says");

std::uint64_t nanoseconds_since(clock::time_point birth) noexcept {
  return static_cast<std::uint64_t>(std::chrono::nanoseconds(clock::now() - birth).count());
}
bool is_kept(happening what) noexcept { return what < happening::found_nothing; }
}  // namespace

void watch::note(happening what, std::uint32_t whom) noexcept {
  if (keeps_ && is_kept(what)) log_.add({.at = nanoseconds_since(birth_), .what = what, .whom = whom});
  atom<std::uint64_t>& count = counts_[static_cast<std::size_t>(what)];
  // relaxed(owner): only this thread writes it (W1); relaxed(count): nothing hangs on it (W2).
  count.store(count.load(relaxed) + 1, relaxed);
}

// The counts are read one by one while the thread goes on, so that this is a hint.
activity watch::doing() const noexcept {
  const auto is_inside = [this](happening begin, happening end) { return count_of(end) < count_of(begin); };
  if (is_inside(happening::sleep_begin, happening::sleep_end)) return activity::asleep;
  if (is_inside(happening::search_begin, happening::search_end)) return activity::searching;
  return is_inside(happening::visit_begin, happening::visit_end) ? activity::working : activity::absent;
}

thread_statistics watch::statistics(std::string name) const {
  return {.name = std::move(name),
          .doing = doing(),
          .jobs = count_of(happening::run_begin),
          .injected = count_of(happening::injected),
          .steals_near = count_of(happening::stole_near),
          .steals_far = count_of(happening::stole_far),
          .failed_searches = count_of(happening::found_nothing),
          .parks = count_of(happening::sleep_begin),
          .wakes = count_of(happening::woken),
          .splits = count_of(happening::split),
          .exceptions_dropped = count_of(happening::exception_dropped)};
}

pool_timeline::lane watch::lane(std::string name) const {
  // The count first: what was dropped came after what was kept.
  const std::uint64_t dropped = log_.dropped();
  return {.name = std::move(name), .events = log_.read(), .dropped = dropped};
}

std::unique_ptr<watch> watch_plan::try_make() const noexcept {
  return std::unique_ptr<watch>(wanted_ ? new (std::nothrow) watch(events_, birth_) : nullptr);
}

std::uint64_t watch_plan::now() const noexcept { return nanoseconds_since(birth_); }

}  // namespace weft::inline WEFT_ABI::par::detail
