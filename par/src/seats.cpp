// The seats of a pool beyond its workers': guests take and leave theirs, spares' and isolated ones are shown for good.
#include <weft/par/detail/processors.hpp>
#include <weft/par/detail/registry.hpp>
#include <weft/par/detail/watch.hpp>

#include <bit>
#include <new>

namespace weft::inline WEFT_ABI::par::detail {

participant* registry::take_seat() {
  thread_record& me = thread_record::mine();
  // relaxed(hint): the CAS checks it.
  std::uint64_t free = free_seats_.load(relaxed);
  while (free != 0) {
    // order(par.seat): acquire; pairs with leave_seat().
    //   carries the seat as its last guest left it.
    if (!free_seats_.compare_exchange_weak(free, free & (free - 1), acquire, relaxed)) continue;
    const auto index = static_cast<std::size_t>(std::countr_zero(free));
    // relaxed(owner): a seat is made once, by who holds its bit.
    participant* seat = seats_[index].load(relaxed);
    if (seat == nullptr) seat = make_seat(index);
    if (seat == nullptr) {
      // relaxed(under par.seat): nothing was done with the seat.
      free_seats_.fetch_or(std::uint64_t{1} << index, relaxed);
      break;
    }
    seat->thread_ = &me;
    seat->settle_promises();
    if (near_ != nullptr) seat->seen_on(current_processor());
    rest_.word.add_guest();
    seat->note(happening::visit_begin);
    return seat;
  }
  participant* const alone = new participant(*this, seat_kind::serial, guest_seats);
  alone->thread_ = &me;
  rest_.word.add_guest();
  return alone;
}

participant* registry::make_seat(std::size_t index) noexcept {
  participant* const seat = new (std::nothrow) participant(*this, seat_kind::guest, index);
  if (seat == nullptr) return nullptr;
  seat->watch_ = watching_.try_make();
  // order(par.seats): release; pairs with each_guest_seat().
  //   carries the new participant.
  seats_[index].store(seat, atomic::release);
  // relaxed(hint): read again below by the CAS.
  std::size_t made = seats_made_.load(relaxed);
  // relaxed(under par.sleep): this guest's pushes come later, and who must not miss one looks behind a fence.
  while (made <= index && !seats_made_.compare_exchange_weak(made, index + 1, relaxed, relaxed)) {
  }
  return seat;
}

void registry::leave_seat(participant& seat) noexcept {
  if (is_orphaned()) return;
  if (seat.kind() == seat_kind::isolated) return leave_isolated_seat(seat);
  // A core is free now: what others offer in vain until then may be worth a wake-up. A miss costs parallelism, nothing else.
  const sleep_word::view before = rest_.word.remove_guest();
  if (before.room() == 0 && before.searching() == 0) rest_.wake_one(visible_work());
  if (seat.kind() == seat_kind::serial) {
    delete &seat;
    return;
  }
  seat.note(happening::visit_end);
  // order(par.seat): release; pairs with take_seat().
  free_seats_.fetch_or(std::uint64_t{1} << seat.index(), atomic::release);
}

void registry::show_extra_seat(participant& seat) noexcept {
  // relaxed(hint): the exchange checks it.
  seat.next_extra_ = extra_seats_.load(relaxed);
  // order(par.seats): release; pairs with newest_extra_seat().
  //   carries the new seat, and through the exchanges of a release sequence those below it.
  while (!extra_seats_.compare_exchange_weak(seat.next_extra_, &seat, atomic::release, relaxed)) {
  }
}

}  // namespace weft::inline WEFT_ABI::par::detail
