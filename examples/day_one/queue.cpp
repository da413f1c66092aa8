// A lock-free queue that any number of threads push into and pop from.
#include <weft/weft.hpp>

#include <iostream>
#include <optional>
#include <thread>
#include <utility>

int main() {
  weft::channel::seg_queue<int> queue;
  auto producer = weft::spawn([&queue] {
    for (int i = 1; i <= 1000; ++i) queue.push(i);
  });

  int sum = 0;
  for (int taken = 0; taken < 1000;) {
    if (const std::optional<int> next = queue.pop()) {
      sum += *next;
      ++taken;
    } else {
      std::this_thread::yield();
    }
  }
  std::move(producer).wait();

  std::cout << "1 + 2 + … + 1000 = " << sum << '\n';
  return sum == 500'500 ? 0 : 1;
}
