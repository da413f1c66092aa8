// The same function with both closures simply called: the useful work itself.
#include "problem.hpp"

namespace {
struct serial_fork {
  template <class F, class G>
  static auto both(F f, G g) {
    const auto a = f();
    return std::pair{a, g()};
  }
};
}  // namespace

int main(int argc, char** argv) {
  return race::contest(argc, argv, {{"sequential", "", race::role::sequential, fib::fib_work, 1, [](const race::pace& how) {
                                       return fib::measure(how, [](unsigned n) { return fib::compute<serial_fork>(n); });
                                     }}});
}
