// A single consumer is one.
// expect: deleted
#include <weft/channel.hpp>

#include <utility>

void share() {
  auto [tx, rx] = weft::channel::mpsc<int>();
#ifdef FIXED
  const auto other = std::move(rx);
#else
  const auto other = rx;
#endif
}
