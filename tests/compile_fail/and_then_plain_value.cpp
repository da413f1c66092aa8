// and_then goes on with a future; for a plain value there is map.
// expect: \[weft\] and_then takes a function that returns a future
#include <weft/futures.hpp>
#include <utility>

auto longer(weft::futures::task<int> number) {
#ifdef FIXED
  return weft::futures::map(std::move(number), [](int value) { return value + 1; });
#else
  return weft::futures::and_then(std::move(number), [](int value) { return value + 1; });
#endif
}
