// weft::epoch::pin().
#include <weft/epoch.hpp>

#include "problem.hpp"

namespace {

struct scheme {
  template <class Check>
  static void retire(std::size_t round, Check check) {
    auto guard = weft::epoch::pin();
    guard.retire(new pin::probe(round));
    guard.flush();
    check();
  }
  static void pin() {
    auto guard = weft::epoch::pin();
    race::forget();
  }
};

}  // namespace

int main(int argc, char** argv) {
  return race::contest(argc, argv, {{"weft", "", race::role::weft, pin::pin_work, 1, pin::measure<scheme>}});
}
