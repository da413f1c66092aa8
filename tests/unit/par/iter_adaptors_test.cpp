// Every step does to the items what a serial loop would, at every size and in every pool.
#include "iter_support.hpp"

#include <algorithm>
#include <functional>
#include <optional>
#include <span>
#include <string>

using namespace weft;
using namespace iter_test;

namespace {

/// Runs `steps` on a pipeline over const int& of a vector, over int of a range and over int&& of an owned vector, and compares
/// what is collected with serial(counting(n)).
template <class Steps, class Serial>
void check(Steps steps, Serial serial) {
  everywhere([&](std::size_t n) {
    const auto numbers = counting(n);
    const auto expected = serial(numbers);
    for (const std::size_t grain : grains) {
      CAPTURE(grain);
      REQUIRE(steps(cut(par_iter(numbers), grain)).collect() == expected);
      REQUIRE(steps(cut(par_iter(range(0, static_cast<int>(n))), grain)).collect() == expected);
      REQUIRE(steps(cut(par_iter(counting(n)), grain)).collect() == expected);
      REQUIRE(steps(cut(par_iter(numbers), grain)).count() == expected.size());
    }
  });
}

std::vector<int> sliced(const std::vector<int>& v, std::size_t first, std::size_t length) {
  first = std::min(first, v.size());
  const auto from = v.begin() + static_cast<std::ptrdiff_t>(first);
  return {from, from + static_cast<std::ptrdiff_t>(std::min(length, v.size() - first))};
}

}  // namespace

TEST_CASE("iter map") {
  check([](auto p) { return std::move(p).map([](int i) { return std::to_string(i); }); },
        [](const std::vector<int>& v) {
          std::vector<std::string> out;
          for (const int i : v) out.push_back(std::to_string(i));
          return out;
        });
}

TEST_CASE("iter filter") {
  for (const int modulus : {1, 3, 1'000'000'007}) {
    check([=](auto p) { return std::move(p).filter([=](int i) { return i % modulus == modulus - 1; }); },
          [=](const std::vector<int>& v) {
            std::vector<int> out;
            std::copy_if(v.begin(), v.end(), std::back_inserter(out), [=](int i) { return i % modulus == modulus - 1; });
            return out;
          });
  }
}

TEST_CASE("iter filter_map") {
  check(
      [](auto p) {
        return std::move(p).filter_map([](int i) { return i % 3 == 0 ? std::optional(std::to_string(i)) : std::nullopt; });
      },
      [](const std::vector<int>& v) {
        std::vector<std::string> out;
        for (const int i : v) {
          if (i % 3 == 0) out.push_back(std::to_string(i));
        }
        return out;
      });
}

TEST_CASE("iter flat_map and flatten") {
  const auto serial = [](const std::vector<int>& v) {
    std::vector<int> out;
    for (const int i : v) out.insert(out.end(), static_cast<std::size_t>(i % 4), i);
    return out;
  };
  const auto repeat = [](int i) { return std::vector<int>(static_cast<std::size_t>(i % 4), i); };
  check([=](auto p) { return std::move(p).flat_map(repeat); }, serial);
  check([=](auto p) { return std::move(p).map(repeat).flatten(); }, serial);
}

TEST_CASE("iter enumerate") {
  check([](auto p) { return std::move(p).enumerate(); },
        [](const std::vector<int>& v) {
          std::vector<std::pair<std::size_t, int>> out;
          for (const int i : v) out.emplace_back(out.size(), i);
          return out;
        });
  check([](auto p) { return std::move(p).enumerate().map([](std::size_t i, int x) { return static_cast<int>(i) + x; }); },
        [](std::vector<int> v) {
          for (int& i : v) i *= 2;
          return v;
        });
}

TEST_CASE("iter rev") {
  check([](auto p) { return std::move(p).rev(); },
        [](std::vector<int> v) {
          std::reverse(v.begin(), v.end());
          return v;
        });
}

TEST_CASE("iter skip and take") {
  for (const std::size_t k : {std::size_t{0}, std::size_t{1}, std::size_t{500}, static_cast<std::size_t>(-1)}) {
    check([=](auto p) { return std::move(p).skip(k); },
          [=](const std::vector<int>& v) { return sliced(v, k, static_cast<std::size_t>(-1)); });
    check([=](auto p) { return std::move(p).take(k); }, [=](const std::vector<int>& v) { return sliced(v, 0, k); });
  }
  check([](auto p) { return std::move(p).skip(3).take(900).skip(2); },
        [](const std::vector<int>& v) { return sliced(sliced(sliced(v, 3, v.size()), 0, 900), 2, v.size()); });
}

TEST_CASE("iter step_by") {
  for (const std::size_t k : {std::size_t{1}, std::size_t{3}, std::size_t{1000}, static_cast<std::size_t>(-1)}) {
    check([=](auto p) { return std::move(p).step_by(k); },
          [=](const std::vector<int>& v) {
            std::vector<int> out;
            for (std::size_t i = 0; i < v.size(); i = k < v.size() - i ? i + k : v.size()) out.push_back(v[i]);
            return out;
          });
  }
}

TEST_CASE("iter chain") {
  check([](auto p) { return std::move(p).map([](int i) { return i; }).chain(range(0, 5)).chain(std::vector<int>{7}); },
        [](std::vector<int> v) {
          for (const int i : {0, 1, 2, 3, 4, 7}) v.push_back(i);
          return v;
        });
  check([](auto p) { return std::move(p).filter([](int i) { return i % 2 == 0; }).chain(range(0, 5)); },
        [](const std::vector<int>& v) {
          std::vector<int> out;
          std::copy_if(v.begin(), v.end(), std::back_inserter(out), [](int i) { return i % 2 == 0; });
          for (const int i : {0, 1, 2, 3, 4}) out.push_back(i);
          return out;
        });
}

// zip is as long as the shortest, of two or of more.
TEST_CASE("iter zip") {
  check([](auto p) { return std::move(p).zip(range(0, 500)).map([](int a, int b) { return a + b; }); },
        [](const std::vector<int>& v) {
          auto out = sliced(v, 0, 500);
          for (int& i : out) i *= 2;
          return out;
        });
  check([](auto p) { return std::move(p).zip(range(5, 2'000'000), range(7, 2'000'000)); },
        [](const std::vector<int>& v) {
          std::vector<std::tuple<int, int, int>> out;
          for (const int i : v) out.emplace_back(i, i + 5, i + 7);
          return out;
        });
  std::vector<int> a(1000, 1), b(1000, 2);
  par_iter(a).zip(b).for_each([](int& x, int& y) { std::swap(x, y); });
  REQUIRE(a == std::vector<int>(1000, 2));
  REQUIRE(b == std::vector<int>(1000, 1));
}

TEST_CASE("iter chunks") {
  for (const std::size_t width : {std::size_t{1}, std::size_t{3}, std::size_t{1000}, static_cast<std::size_t>(-1)}) {
    check(
        [=](auto p) {
          return std::move(p).map([](int i) { return i; }).chunks(width).map([](const std::vector<int>& c) { return c; });
        },
        [=](const std::vector<int>& v) {
          std::vector<std::vector<int>> out;
          for (std::size_t i = 0; i < v.size(); i += out.back().size()) out.push_back(sliced(v, i, width));
          return out;
        });
  }
}

// Over contiguous memory chunks are spans of it, and together they cover it.
TEST_CASE("iter chunks of memory") {
  everywhere([](std::size_t n) {
    for (const std::size_t width : {std::size_t{1}, std::size_t{3}, std::size_t{1000}, static_cast<std::size_t>(-1)}) {
      std::vector<int> v(n);
      cut(par_iter(v).chunks(width), 1).for_each([](std::span<int> chunk) {
        for (int& x : chunk) ++x;
      });
      REQUIRE(v == std::vector<int>(n, 1));
    }
  });
}

TEST_CASE("iter windows") {
  everywhere([](std::size_t n) {
    const auto v = counting(n);
    const auto sums =
        cut(par_iter(v).windows(3), 1).map([](std::span<const int> w) { return w[0] + w[1] + w[2]; }).collect();
    REQUIRE(sums.size() == (n < 3 ? 0 : n - 2));
    for (std::size_t i = 0; i < sums.size(); ++i) REQUIRE(sums[i] == 3 * static_cast<int>(i + 1));
  });
}

TEST_CASE("iter inspect and update") {
  everywhere([](std::size_t n) {
    std::vector<unsigned char> seen(n);
    auto out = cut(par_iter(range(0, static_cast<int>(n))), 1)
                   .inspect([&](const int& i) { ++seen[static_cast<std::size_t>(i)]; })
                   .update([](int& i) { i += 1; })
                   .collect();
    REQUIRE(seen == std::vector<unsigned char>(n, 1));
    auto expected = counting(n);
    for (int& i : expected) ++i;
    REQUIRE(out == expected);
  });
}

// Members and functions serve as closures.
TEST_CASE("iter callables") {
  struct point {
    int x;
    [[nodiscard]] int twice() const { return 2 * x; }
  };
  const std::vector<point> points{{1}, {2}, {3}};
  REQUIRE(par_iter(points).map(&point::x).sum() == 6);
  REQUIRE(par_iter(points).map(&point::twice).sum() == 12);
  REQUIRE(par_iter(points).map([](const point& p) { return p.x; }).map(std::negate<>()).sum() == -6);
  const std::function<int(const point&)> boxed = [](const point& p) { return p.x; };
  REQUIRE(par_iter(points).map(boxed).sum() == 6);
}

// Zero where it means nothing is refused with a sentence.
TEST_CASE("iter zero arguments") {
  const auto v = counting(10);
  REQUIRE_THROWS_AS(par_iter(v).chunks(0), std::invalid_argument);
  REQUIRE_THROWS_AS(par_iter(v).windows(0), std::invalid_argument);
  REQUIRE_THROWS_AS(par_iter(v).step_by(0), std::invalid_argument);
  REQUIRE_THROWS_AS(par_iter(v).with_min_len(0), std::invalid_argument);
  REQUIRE_THROWS_AS(par_iter(v).with_max_len(0), std::invalid_argument);
  REQUIRE_THROWS_AS(range(-1, 5U), std::invalid_argument);
}
