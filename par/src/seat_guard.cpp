#include <weft/par/detail/registry.hpp>

#include <new>

namespace weft::inline WEFT_ABI::par::detail {

participant* seat_guard::find(const registry& pool, std::uint64_t region) noexcept {
  participant* const home = participant::home();
  if (region == 0 && home != nullptr && &home->owner() == &pool) return home;
  for (const seat_guard* guard = innermost(); guard != nullptr; guard = guard->below_) {
    if (&guard->here_->owner() == &pool && guard->here_->region() == region) return guard->here_;
  }
  return nullptr;
}

bool seat_guard::is_inside(const registry& pool) noexcept {
  if (participant* const home = participant::home(); home != nullptr && &home->owner() == &pool) return true;
  for (const seat_guard* guard = innermost(); guard != nullptr; guard = guard->below_) {
    if (&guard->here_->owner() == &pool) return true;
  }
  return false;
}

seat_guard::seat_guard(participant& apart) noexcept : before_(participant::current()), here_(&apart), taken_(true) {
  link();
}

void seat_guard::enter(registry& pool) {
  pool.check_threads();
  const std::uint64_t region = before_ == nullptr ? 0 : before_->region();
  here_ = find(pool, region);
  if (here_ == nullptr) {
    here_ = region == 0 ? pool.take_seat() : pool.take_isolated_seat(region, !is_inside(pool));
    if (here_ == nullptr) throw std::bad_alloc();
    taken_ = true;
  }
  link();
}

void seat_guard::link() noexcept {
  below_ = innermost();
  innermost() = this;
  participant::current_word() = here_;
}

void seat_guard::leave() noexcept {
  participant::current_word() = before_;
  innermost() = below_;
  if (taken_) here_->owner().leave_seat(*here_);
}

}  // namespace weft::inline WEFT_ABI::par::detail
