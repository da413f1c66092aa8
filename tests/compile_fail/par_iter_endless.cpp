// A range without an end has no halves.
// expect: \[weft\] par_iter needs a range with an end
#include <weft/par.hpp>

#include <iterator>
#include <vector>

#ifdef FIXED
using last = std::vector<int>::const_iterator;
#else
using last = std::unreachable_sentinel_t;
#endif

struct numbers {
  const std::vector<int>& held;
  [[nodiscard]] auto begin() const { return held.begin(); }
  [[nodiscard]] last end() const {
#ifdef FIXED
    return held.end();
#else
    return {};
#endif
  }
};

auto add(const numbers& all) { return weft::par_iter(all).sum(); }
