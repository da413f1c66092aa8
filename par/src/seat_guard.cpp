#include <weft/par/detail/registry.hpp>

namespace weft::inline WEFT_ABI::par::detail {

participant* seat_guard::find(const registry& pool) noexcept {
  if (participant* const home = participant::home(); home != nullptr && &home->owner() == &pool) return home;
  for (const seat_guard* guard = innermost(); guard != nullptr; guard = guard->below_) {
    if (&guard->here_->owner() == &pool) return guard->here_;
  }
  return nullptr;
}

void seat_guard::enter(registry& pool) {
  here_ = find(pool);
  if (here_ == nullptr) {
    here_ = pool.take_seat();
    taken_ = true;
  }
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
