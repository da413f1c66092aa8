// Any two steps after one another do what they would do in a serial loop.
#include "iter_support.hpp"

#include <algorithm>

using namespace weft;
using namespace iter_test;

namespace {

// A step as a pair: on a pipeline of ints, and on a vector of ints.
struct doubled {
  static auto on(auto p) {
    return std::move(p).map([](int i) { return 2 * i; });
  }
  static std::vector<int> serial(std::vector<int> v) {
    for (int& i : v) i *= 2;
    return v;
  }
};
struct reversed {
  static auto on(auto p) { return std::move(p).rev(); }
  static std::vector<int> serial(std::vector<int> v) {
    std::reverse(v.begin(), v.end());
    return v;
  }
};
struct middle {
  static auto on(auto p) { return std::move(p).skip(2).take(5000); }
  static std::vector<int> serial(std::vector<int> v) {
    v.erase(v.begin(), v.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(2, v.size())));
    v.resize(std::min<std::size_t>(5000, v.size()));
    return v;
  }
};
struct strided {
  static auto on(auto p) { return std::move(p).step_by(3); }
  static std::vector<int> serial(const std::vector<int>& v) {
    std::vector<int> out;
    for (std::size_t i = 0; i < v.size(); i += 3) out.push_back(v[i]);
    return out;
  }
};
struct numbered {
  static auto on(auto p) {
    return std::move(p).enumerate().map([](std::size_t i, int x) { return x - static_cast<int>(i); });
  }
  static std::vector<int> serial(std::vector<int> v) {
    for (std::size_t i = 0; i < v.size(); ++i) v[i] -= static_cast<int>(i);
    return v;
  }
};
struct zipped {
  static auto on(auto p) {
    return std::move(p).zip(indices(3000)).map([](int x, std::size_t i) { return x + static_cast<int>(i); });
  }
  static std::vector<int> serial(std::vector<int> v) {
    v.resize(std::min<std::size_t>(3000, v.size()));
    for (std::size_t i = 0; i < v.size(); ++i) v[i] += static_cast<int>(i);
    return v;
  }
};
struct chained {
  static auto on(auto p) { return std::move(p).copied().chain(range(0, 100)); }
  static std::vector<int> serial(std::vector<int> v) {
    for (int i = 0; i < 100; ++i) v.push_back(i);
    return v;
  }
};
struct chunked {
  static auto on(auto p) {
    return std::move(p).copied().chunks(7).map(
        [](const std::vector<int>& c) { return std::accumulate(c.begin(), c.end(), 0); });
  }
  static std::vector<int> serial(const std::vector<int>& v) {
    std::vector<int> out;
    for (std::size_t i = 0; i < v.size(); ++i) {
      if (i % 7 == 0) out.push_back(0);
      out.back() += v[i];
    }
    return out;
  }
};
struct filtered {
  static auto on(auto p) {
    return std::move(p).filter([](int i) { return i % 2 == 0; });
  }
  static std::vector<int> serial(std::vector<int> v) {
    v.erase(std::remove_if(v.begin(), v.end(), [](int i) { return i % 2 != 0; }), v.end());
    return v;
  }
};
struct multiplied {
  static auto on(auto p) {
    return std::move(p).flat_map([](int i) { return std::vector<int>(static_cast<std::size_t>(i & 1), i); });
  }
  static std::vector<int> serial(std::vector<int> v) {
    v.erase(std::remove_if(v.begin(), v.end(), [](int i) { return (i & 1) == 0; }), v.end());
    return v;
  }
};

template <class First, class Second>
void check_two(std::size_t n) {
  const auto numbers = counting(n);
  const auto expected = Second::serial(First::serial(numbers));
  for (const std::size_t grain : grains) {
    CAPTURE(grain);
    REQUIRE(Second::on(First::on(cut(par_iter(numbers), grain))).collect() == expected);
  }
}

template <class First, class... Second>
void check_with_each() {
  for (const std::size_t threads : {std::size_t{1}, std::size_t{8}}) {
    for (const std::size_t n : sizes) {
      CAPTURE(threads, n);
      pool_of(threads).install([&] { (check_two<First, Second>(n), ...); });
    }
  }
}
template <class First>
void check_indexed_then_any() {
  check_with_each<First, doubled, reversed, middle, strided, numbered, zipped, chained, chunked, filtered, multiplied>();
}
template <class First>
void check_unindexed_then_any() {
  check_with_each<First, doubled, chained, filtered, multiplied>();
}

}  // namespace

TEST_CASE("iter map then any") { check_indexed_then_any<doubled>(); }
TEST_CASE("iter rev then any") { check_indexed_then_any<reversed>(); }
TEST_CASE("iter skip take then any") { check_indexed_then_any<middle>(); }
TEST_CASE("iter step_by then any") { check_indexed_then_any<strided>(); }
TEST_CASE("iter enumerate then any") { check_indexed_then_any<numbered>(); }
TEST_CASE("iter zip then any") { check_indexed_then_any<zipped>(); }
TEST_CASE("iter chain then any") { check_indexed_then_any<chained>(); }
TEST_CASE("iter chunks then any") { check_indexed_then_any<chunked>(); }
TEST_CASE("iter filter then any") { check_unindexed_then_any<filtered>(); }
TEST_CASE("iter flat_map then any") { check_unindexed_then_any<multiplied>(); }
