// Part 1: the same sum by a plain loop and by par_iter.
#include "parts.hpp"
#include "report.hpp"

#include <weft/weft.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace quickstart {

namespace {

std::int64_t by_one_thread(const std::vector<int>& numbers) {
  std::int64_t sum = 0;
  for (const int number : numbers) sum += std::int64_t{number} * number;
  return sum;
}

std::int64_t by_all(const std::vector<int>& numbers) {
  return weft::par_iter(numbers).map([](int number) { return std::int64_t{number} * number; }).sum();
}

}  // namespace

bool sum_squares(const options& chosen) {
  heading(1, "Sum of the squares of " + grouped(chosen.numbers) + " integers");
  std::vector<int> numbers(chosen.numbers);
  weft::par_iter(numbers).enumerate().for_each([](auto item) {
    auto&& [index, number] = item;
    number = static_cast<int>(index % 10'000);
  });

  std::int64_t sequential = 0;
  std::int64_t parallel = 0;
  const auto before = time_of([&] { sequential = by_one_thread(numbers); }, 3);
  const auto now = time_of([&] { parallel = by_all(numbers); }, 3);

  line("a plain loop", readable(before));
  line("par_iter", readable(now), faster(before, now));
  line("the plain loop's sum", grouped(static_cast<std::uint64_t>(sequential)));
  line("par_iter's sum", grouped(static_cast<std::uint64_t>(parallel)));
  return sequential == parallel;
}

}  // namespace quickstart
