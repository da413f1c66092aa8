// Items of a const range are const: two threads can't change what the type says nobody changes.
// expect: \[weft\] this closure can.t be called with the pipeline's items
#include <weft/par.hpp>
#include <vector>

void clear(std::vector<int>& numbers) {
#ifdef FIXED
  weft::par_iter(numbers).for_each([](int& number) { number = 0; });
#else
  const std::vector<int>& view = numbers;
  weft::par_iter(view).for_each([](int& number) { number = 0; });
#endif
}
