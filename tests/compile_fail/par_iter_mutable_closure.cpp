// A closure that changes its own captures isn't shared by threads.
// expect: \[weft\] a closure that changes its own captures
#include <weft/par.hpp>
#include <vector>

void count(const std::vector<int>& numbers) {
  int seen = 0;
#ifdef FIXED
  weft::par_iter(numbers).for_each([seen](int number) { static_cast<void>(number + seen); });
#else
  weft::par_iter(numbers).for_each([seen](int number) mutable { seen += number; });
#endif
}
