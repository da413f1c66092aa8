// Uses something of every compiled room, so that a missing library doesn't link.
#include <weft/weft.hpp>

#include <iostream>
#include <utility>

int main() {
  const auto [a, b] = weft::join([] { return 20; }, [] { return 22; });

  auto [tx, rx] = weft::channel::bounded<int>(1);
  const bool sent = static_cast<bool>(tx.send(a + b));

  weft::epoch::pin().flush();

  weft::thread_pool pool;
  auto answer = pool.spawn([&rx] { return rx.recv().take(); });
  const bool right = sent && std::move(answer).wait() == 42;

  std::cout << (right ? "weft works\n" : "weft doesn't work\n");
  return right ? 0 : 1;
}
