// liburcu's memb flavour with its read side inlined: read sections without a fence, paid for by membarrier on the other
// side.
#define RCU_MEMBARRIER
#define _LGPL_SOURCE
#include <urcu/urcu-memb.h>

#include "problem.hpp"

namespace {

struct memb {
  /// The grace period is waited for after the section, in the same thread: an object must outlive the section itself.
  template <class Check>
  static void retire(std::size_t round, Check check) {
    auto* const victim = new pin::probe(round);
    urcu_memb_read_lock();
    check();
    urcu_memb_read_unlock();
    urcu_memb_synchronize_rcu();
    delete victim;
  }
  static void pin() {
    urcu_memb_read_lock();
    race::forget();
    urcu_memb_read_unlock();
  }
};

double registered(const race::pace& how) {
  urcu_memb_register_thread();
  const double figure = pin::measure<memb>(how);
  urcu_memb_unregister_thread();
  return figure;
}

}  // namespace

int main(int argc, char** argv) {
  return race::contest(argc, argv, {{"liburcu memb", "", race::role::peer, pin::pin_work, 1, registered}});
}
