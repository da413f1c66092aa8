// A stream can be walked only once, by one thread.
// expect: \[weft\] par_iter needs a range that can be walked twice
#include <weft/par.hpp>

#include <istream>
#include <iterator>
#include <vector>

struct numbers {
  std::istream& in;
  [[nodiscard]] auto begin() const { return std::istream_iterator<int>(in); }
  [[nodiscard]] auto end() const { return std::istream_iterator<int>(); }
};

auto add(const numbers& all) {
#ifdef FIXED
  return weft::par_iter(std::vector<int>(all.begin(), all.end())).sum();
#else
  return weft::par_iter(all).sum();
#endif
}
