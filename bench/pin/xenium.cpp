// xenium: the region guard of new_epoch_based, and for epoch_based and debra, whose regions are the life of a guard pointer,
// a guard pointer to a node that is there already.
#include <array>  // the next header forgets it

#include <xenium/reclamation/generic_epoch_based.hpp>

#include "problem.hpp"

namespace {

template <class Reclaimer>
struct node : Reclaimer::template enable_concurrent_ptr<node<Reclaimer>> {
  explicit node(std::size_t round) noexcept : inside(round) {}
  pin::probe inside;
};

template <class Reclaimer>
struct by_guard_pointer {
  using pointer = typename Reclaimer::template concurrent_ptr<node<Reclaimer>>;
  using marked = typename pointer::marked_ptr;
  using guard = typename pointer::guard_ptr;

  template <class Check>
  static void retire(std::size_t round, Check check) {
    guard outer{marked{new node<Reclaimer>(round)}};
    guard inner{outer};
    inner.reclaim();
    check();
  }
  static void pin() {
    static node<Reclaimer>* const resident = new node<Reclaimer>(pin::most_rounds - 1);
    node<Reclaimer>* p = resident;
    race::keep(p);
    guard g{marked{p}};
    race::forget();
  }
};

template <class Reclaimer>
struct by_region : by_guard_pointer<Reclaimer> {
  static void pin() {
    typename Reclaimer::region_guard region;
    race::forget();
  }
};

}  // namespace

int main(int argc, char** argv) {
  using namespace xenium::reclamation;
  return race::contest(
      argc, argv,
      {{"xenium new_epoch_based", "", race::role::peer, pin::pin_work, 1, pin::measure<by_region<new_epoch_based<>>>},
       {"xenium epoch_based", "", race::role::peer, pin::pin_work, 1, pin::measure<by_guard_pointer<epoch_based<>>>},
       {"xenium debra", "", race::role::peer, pin::pin_work, 1, pin::measure<by_guard_pointer<debra<>>>}});
}
