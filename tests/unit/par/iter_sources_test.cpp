// Every source gives each of its items once, in order, at every size and in every pool.
#include "iter_support.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <forward_list>
#include <list>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

using namespace weft;
using namespace iter_test;

namespace {

/// Checks a source that yields 0 … n-1, made anew for each use, by collect, sum and a count of visits.
template <class Make>
void check(std::size_t n, Make make) {
  const auto expected = counting(n);
  for (const std::size_t grain : grains) {
    CAPTURE(grain);
    REQUIRE(cut(par_iter(make()).copied(), grain).collect() == expected);
    REQUIRE(cut(par_iter(make()), grain).template sum<std::int64_t>() ==
            std::accumulate(expected.begin(), expected.end(), std::int64_t{0}));
    std::vector<unsigned char> visits(n);
    cut(par_iter(make()), grain).for_each([&](const int& i) { ++visits[static_cast<std::size_t>(i)]; });
    REQUIRE(visits == std::vector<unsigned char>(n, 1));
  }
}

template <class C>
void check_container(std::size_t n) {
  const auto numbers = counting(n);
  C items(numbers.begin(), numbers.end());
  check(n, [&]() -> C& { return items; });
  check(n, [&]() -> const C& { return items; });
  check(n, [&] { return C(items); });
}

}  // namespace

TEST_CASE("iter source vector") {
  everywhere([](std::size_t n) { check_container<std::vector<int>>(n); });
}
TEST_CASE("iter source deque") {
  everywhere([](std::size_t n) { check_container<std::deque<int>>(n); });
}
TEST_CASE("iter source list") {
  everywhere([](std::size_t n) { check_container<std::list<int>>(n); });
}
TEST_CASE("iter source forward_list") {
  everywhere([](std::size_t n) { check_container<std::forward_list<int>>(n); });
}
TEST_CASE("iter source set") {
  everywhere([](std::size_t n) { check_container<std::set<int>>(n); });
}

TEST_CASE("iter source span") {
  everywhere([](std::size_t n) {
    auto v = counting(n);
    check(n, [&] { return std::span(v); });
    check(n, [&] { return std::span(std::as_const(v)); });
  });
}

TEST_CASE("iter source integers") {
  everywhere([](std::size_t n) {
    const int last = static_cast<int>(n);
    check(n, [=] { return range(0, last); });
    check(n, [=] { return par_iter(range(0, last)); });
    REQUIRE(par_iter(indices(n)).count() == n);
    REQUIRE(par_iter(range(-last, last)).count() == 2 * n);
    REQUIRE(par_iter(range(last, 0)).count() == 0);
  });
}

// A mutable container's items can be changed in place.
TEST_CASE("iter source writes through") {
  everywhere([](std::size_t n) {
    for (const std::size_t grain : grains) {
      auto v = counting(n);
      cut(par_iter(v), grain).for_each([](int& x) { x += 1; });
      auto expected = counting(n + 1);
      expected.erase(expected.begin());
      REQUIRE(v == expected);
      std::list<int> l(v.begin(), v.end());
      cut(par_iter(l), grain).for_each([](int& x) { x -= 1; });
      REQUIRE(std::vector<int>(l.begin(), l.end()) == counting(n));
    }
  });
}

// Maps give their pairs, whose mapped values may be changed, as one parameter or as two.
TEST_CASE("iter source maps") {
  std::map<int, std::string> ordered{{1, "one"}, {2, "two"}, {3, "three"}};
  std::unordered_map<int, std::string> hashed(ordered.begin(), ordered.end());
  par_iter(ordered).for_each([](int key, std::string& value) { value += std::to_string(key); });
  par_iter(hashed).for_each([](auto& pair) { pair.second += std::to_string(pair.first); });
  REQUIRE(ordered == std::map<int, std::string>{{1, "one1"}, {2, "two2"}, {3, "three3"}});
  REQUIRE(std::map<int, std::string>(hashed.begin(), hashed.end()) == ordered);
  auto values = par_iter(std::move(ordered)).map([](auto&& pair) { return std::move(pair.second); }).collect();
  REQUIRE(values == std::vector<std::string>{"one1", "two2", "three3"});
  REQUIRE(par_iter(std::unordered_set<int>{1, 2, 3}).sum() == 6);
}

TEST_CASE("iter source arrays and lists in braces") {
  int plain[] = {1, 2, 3};
  std::array<int, 4> array{1, 2, 3, 4};
  par_iter(plain).for_each([](int& x) { x *= 2; });
  par_iter(array).for_each([](int& x) { x *= 2; });
  REQUIRE(par_iter(plain).sum() == 12);
  REQUIRE(par_iter(std::as_const(array)).sum() == 20);
  REQUIRE(par_iter(std::array<int, 3>{1, 2, 3}).sum() == 6);
  REQUIRE(par_iter({1, 2, 3, 4}).product() == 24);
  REQUIRE(par_iter(std::array<int, 0>{}).sum() == 0);
  REQUIRE(par_iter(std::string_view("abc")).max() == 'c');
}

TEST_CASE("iter source bits") {
  std::vector<bool> bits(1000);
  for (std::size_t i = 0; i < bits.size(); i += 3) bits[i] = true;
  REQUIRE(cut(par_iter(std::as_const(bits)), 1).filter([](bool b) { return b; }).count() == 334);
  REQUIRE(par_iter(range(0, 4)).map([](int i) { return i == 2; }).collect<std::vector<bool>>() ==
          std::vector<bool>{false, false, true, false});
}

#if !defined(__clang__) || __clang_major__ > 15
#include <ranges>

// Views, lazy and owning, random-access and not.
TEST_CASE("iter source views") {
  everywhere([](std::size_t n) {
    const int last = static_cast<int>(n);
    auto v = counting(n);
    check(n, [&] { return std::views::iota(0, last); });
    check(n, [&] { return v | std::views::transform([](int& x) { return x; }); });
    check(n, [&] { return v | std::views::take(n); });
    check(n, [&] { return v | std::views::filter([](int) { return true; }); });
    check(n, [&] { return counting(n) | std::views::transform([](int& x) { return x; }); });
    check(n, [&] { return counting(n) | std::views::filter([](int) { return true; }); });
    auto backwards = counting(n);
    std::reverse(backwards.begin(), backwards.end());
    REQUIRE(cut(par_iter(v | std::views::reverse), 1).copied().collect() == backwards);
  });
}
#endif
