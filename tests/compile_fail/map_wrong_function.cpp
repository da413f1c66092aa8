// map's function takes the future's value.
// expect: \[weft\] map takes a function that is called with the future.s value
#include <weft/futures.hpp>
#include <string>
#include <utility>

auto longer(weft::futures::task<int> number) {
#ifdef FIXED
  return weft::futures::map(std::move(number), [](int value) { return value + 1; });
#else
  return weft::futures::map(std::move(number), [](const std::string& text) { return text.size(); });
#endif
}
