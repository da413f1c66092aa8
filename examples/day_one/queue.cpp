// A lock-free queue that any number of threads push into and pop from.
#include <weft/weft.hpp>

#include <atomic>
#include <iostream>
#include <thread>

int main() {
  weft::channel::seg_queue<int> queue;
  std::atomic<int> sum = 0;
  {
    std::jthread producer([&] {
      for (int i = 1; i <= 1000; ++i) queue.push(i);
    });
    std::jthread consumer([&] {
      for (int taken = 0; taken < 1000;) {
        if (auto next = queue.pop()) {
          sum += *next;
          ++taken;
        } else {
          std::this_thread::yield();
        }
      }
    });
  }
  std::cout << "1 + 2 + … + 1000 = " << sum << '\n';
  return sum == 500'500 ? 0 : 1;
}
