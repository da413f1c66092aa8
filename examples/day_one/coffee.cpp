// A result that is worked out in the background while this thread does something else.
#include <weft/weft.hpp>

#include <algorithm>
#include <iostream>
#include <string>
#include <utility>

// fib(100) needs 69 bits.
__extension__ using uint128 = unsigned __int128;

uint128 fibonacci(int n) {
  uint128 a = 0;
  uint128 b = 1;
  for (int i = 0; i < n; ++i) a = std::exchange(b, a + b);
  return a;
}

std::string to_string(uint128 value) {
  std::string digits;
  do {
    digits.push_back(static_cast<char>('0' + static_cast<int>(value % 10)));
    value /= 10;
  } while (value != 0);
  std::reverse(digits.begin(), digits.end());
  return digits;
}

int main() {
  weft::thread_pool pool;
  auto result = pool.spawn([] { return fibonacci(100); });
  std::cout << "One coffee, please.\n";
  const std::string answer = to_string(std::move(result).wait());
  std::cout << "fib(100) = " << answer << '\n';
  return answer == "354224848179261915075" ? 0 : 1;
}
