// Every end gives what a serial loop would, at every size and in every pool, over indexed and unindexed pipelines.
#include "iter_support.hpp"

#include <algorithm>
#include <atomic>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <unordered_set>

using namespace weft;
using namespace iter_test;

namespace {

/// Calls check(make, expected) where make() gives a pipeline of ints and expected are its items: all of 0 … n-1, mixed up, and the
/// even ones of them.
template <class Check>
void check(Check check_end) {
  everywhere([&](std::size_t n) {
    std::vector<int> items = counting(n);
    for (std::size_t i = 0; i < n; ++i) std::swap(items[i], items[(i * 7919) % n]);
    std::vector<int> even;
    std::copy_if(items.begin(), items.end(), std::back_inserter(even), [](int i) { return i % 2 == 0; });
    for (const std::size_t grain : grains) {
      CAPTURE(grain);
      check_end([&] { return cut(par_iter(items), grain); }, items);
      check_end([&] { return cut(par_iter(items), grain).map([](int i) { return i; }); }, items);
      check_end([&] { return cut(par_iter(items), grain).filter([](int i) { return i % 2 == 0; }); }, even);
    }
  });
}

template <class It>
std::optional<int> value_or_nothing(It found, It end) {
  return found == end ? std::nullopt : std::optional<int>(*found);
}

}  // namespace

TEST_CASE("iter for_each") {
  check([](auto make, const std::vector<int>& items) {
    std::atomic<std::int64_t> sum{0};
    make().for_each([&](int i) { sum.fetch_add(i + 1, std::memory_order_relaxed); });
    REQUIRE(sum == std::accumulate(items.begin(), items.end(), static_cast<std::int64_t>(items.size())));
  });
}

TEST_CASE("iter sum, product and count") {
  check([](auto make, const std::vector<int>& items) {
    const auto sum = std::accumulate(items.begin(), items.end(), std::int64_t{0});
    REQUIRE(make().template sum<std::int64_t>() == sum);
    REQUIRE(make().map([](int i) { return std::uint32_t(i); }).sum() == static_cast<std::uint32_t>(sum));
    REQUIRE(make().map([](int i) { return double(i); }).sum() == double(sum));
    REQUIRE(make().map([](int i) { return 2U * std::uint32_t(i) + 1U; }).product() ==
            std::accumulate(items.begin(), items.end(), 1U,
                            [](std::uint32_t p, int i) { return p * (2U * std::uint32_t(i) + 1U); }));
    REQUIRE(make().count() == items.size());
  });
}

TEST_CASE("iter sum types") {
  const std::vector<std::uint8_t> bytes(1000, 255);
  static_assert(std::is_same_v<decltype(par_iter(bytes).sum()), int>);
  static_assert(std::is_same_v<decltype(par_iter(bytes).sum<std::uint64_t>()), std::uint64_t>);
  REQUIRE(par_iter(bytes).sum() == 255'000);
  const std::vector<std::string> words{"a", "b", "c", "d"};
  REQUIRE(cut(par_iter(words), 1).sum() == "abcd");
  const std::vector<float> halves(100'000, 0.5F);
  REQUIRE(par_iter(halves).sum() == 50'000.0F);
  REQUIRE(par_iter(halves).sum<double>() == 50'000.0);
}

TEST_CASE("iter reduce") {
  check([](auto make, const std::vector<int>& items) {
    const auto join = [](std::string a, const std::string& b) { return std::move(a) + b; };
    const auto text = [](int i) { return std::to_string(i % 10); };
    std::string expected;
    for (const int i : items) expected += text(i);
    REQUIRE(make().map(text).reduce(join) == (items.empty() ? std::nullopt : std::optional(expected)));
    REQUIRE(make().map(text).reduce(std::string("<"), join) == "<" + expected);
    REQUIRE(make().map(text).reduce([] { return std::string("<"); }, join) == "<" + expected);
    REQUIRE(make().reduce(std::plus<>{}).value_or(0) == std::accumulate(items.begin(), items.end(), 0, [](int a, int b) {
              return static_cast<int>(static_cast<unsigned>(a) + static_cast<unsigned>(b));
            }));
  });
}

TEST_CASE("iter fold") {
  check([](auto make, const std::vector<int>& items) {
    using histogram = std::map<int, int>;
    histogram expected;
    for (const int i : items) ++expected[i % 5];
    const auto merge = [](histogram& into, const histogram& from) {
      for (const auto& [key, count] : from) into[key] += count;
    };
    REQUIRE(make().fold(
                histogram{}, [](histogram& h, int i) { ++h[i % 5]; }, merge) == expected);
    REQUIRE(make().fold([] { return histogram{}; }, [](histogram& h, int i) { ++h[i % 5]; }, merge) == expected);
    REQUIRE(make().fold(
                std::vector<int>{},
                [](std::vector<int> v, int i) {
                  v.push_back(i);
                  return v;
                },
                [](std::vector<int> a, const std::vector<int>& b) {
                  a.insert(a.end(), b.begin(), b.end());
                  return a;
                }) == items);
    REQUIRE(make().fold(
                std::int64_t{0}, [](std::int64_t a, int i) { return a + i; }, std::plus<>{}) ==
            std::accumulate(items.begin(), items.end(), std::int64_t{0}));
  });
}

TEST_CASE("iter min and max") {
  check([](auto make, const std::vector<int>& items) {
    REQUIRE(make().min() == value_or_nothing(std::min_element(items.begin(), items.end()), items.end()));
    REQUIRE(make().max() == value_or_nothing(std::max_element(items.begin(), items.end()), items.end()));
    const auto key = [](int i) { return i % 100; };
    const auto by_key = [=](int a, int b) { return key(a) < key(b); };
    const auto least = value_or_nothing(std::min_element(items.begin(), items.end(), by_key), items.end());
    const auto greatest = value_or_nothing(std::max_element(items.begin(), items.end(), by_key), items.end());
    REQUIRE(make().min_by(by_key) == least);
    REQUIRE(make().max_by(by_key) == greatest);
    REQUIRE(make().min_by_key(key) == least);
    REQUIRE(make().max_by_key(key) == greatest);
    const auto text = [](int i) { return std::to_string(i % 1000); };
    std::vector<std::string> texts;
    for (const int i : items) texts.push_back(text(i));
    REQUIRE(make().map(text).min() ==
            (texts.empty() ? std::nullopt : std::optional(*std::min_element(texts.begin(), texts.end()))));
  });
}

TEST_CASE("iter any, all and none") {
  check([](auto make, const std::vector<int>& items) {
    for (const int wanted : {0, 6, -1}) {
      const auto is = [=](int i) { return i == wanted; };
      const auto is_not = [=](int i) { return i != wanted; };
      REQUIRE(make().any(is) == std::any_of(items.begin(), items.end(), is));
      REQUIRE(make().all(is_not) == std::all_of(items.begin(), items.end(), is_not));
      REQUIRE(make().none(is) == std::none_of(items.begin(), items.end(), is));
    }
  });
}

TEST_CASE("iter find") {
  check([](auto make, const std::vector<int>& items) {
    const auto fits = [](int i) { return i % 50 == 6; };
    const auto first = value_or_nothing(std::find_if(items.begin(), items.end(), fits), items.end());
    REQUIRE(make().find_first(fits) == first);
    const auto some = make().find_any(fits);
    REQUIRE(some.has_value() == first.has_value());
    if (some) REQUIRE((fits(*some) && std::find(items.begin(), items.end(), *some) != items.end()));
    REQUIRE(make().find_first([](int) { return false; }) == std::nullopt);
  });
}

TEST_CASE("iter positions") {
  everywhere([](std::size_t n) {
    const auto items = counting(n);
    const auto fits = [](int i) { return i % 50 == 6; };
    std::vector<std::size_t> expected;
    for (std::size_t i = 6; i < n; i += 50) expected.push_back(i);
    for (const std::size_t grain : grains) {
      REQUIRE(cut(par_iter(items), grain).positions(fits).collect() == expected);
      REQUIRE(cut(par_iter(items), grain).position_first(fits) ==
              (expected.empty() ? std::nullopt : std::optional(expected[0])));
      const auto some = cut(par_iter(items), grain).position_any(fits);
      REQUIRE(some.has_value() == !expected.empty());
      if (some) REQUIRE(*some % 50 == 6);
    }
  });
}

TEST_CASE("iter find_last") {
  everywhere([](std::size_t n) {
    const auto items = counting(n);
    const auto fits = [](int i) { return i % 50 == 6; };
    const auto last = value_or_nothing(std::find_if(items.rbegin(), items.rend(), fits), items.rend());
    for (const std::size_t grain : grains) REQUIRE(cut(par_iter(items), grain).find_last(fits) == last);
  });
}

// Each part has a state of its own, and all items get one.
TEST_CASE("iter for_each_init") {
  check([](auto make, const std::vector<int>& items) {
    struct state {
      int seen = 0;
    };
    std::atomic<int> firsts{0};
    std::atomic<std::size_t> visits{0};
    make().for_each_init([] { return state{}; },
                         [&](state& mine, int) {
                           if (mine.seen++ == 0) ++firsts;
                           ++visits;
                         });
    REQUIRE(visits == items.size());
    REQUIRE((firsts > 0) == !items.empty());
  });
}

TEST_CASE("iter try_for_each") {
  check([](auto make, const std::vector<int>& items) {
    std::atomic<std::size_t> visits{0};
    REQUIRE_FALSE(make().try_for_each([&](int) { return visits.fetch_add(1) < items.size(); }));
    REQUIRE(visits == items.size());
    // The failure that comes back is one that happened.
    const auto failure = make().try_for_each([](int i) { return i == 6 ? std::optional<int>() : std::optional<int>(i); });
    REQUIRE(failure.has_value() == (std::find(items.begin(), items.end(), 6) != items.end()));
    if (failure) REQUIRE_FALSE(failure->has_value());
  });
}

TEST_CASE("iter collect") {
  check([](auto make, const std::vector<int>& items) {
    REQUIRE(make().collect() == items);
    REQUIRE(make().template collect<std::vector<long>>() == std::vector<long>(items.begin(), items.end()));
    if (items.size() > 1000) return;
    REQUIRE(make().template collect<std::set<int>>() == std::set<int>(items.begin(), items.end()));
    REQUIRE(make().template collect<std::unordered_multiset<int>>().size() == items.size());
    REQUIRE(make().map([](int i) { return static_cast<char>('a' + i % 26); }).template collect<std::string>().size() ==
            items.size());
    REQUIRE(make().map([](int i) { return std::pair(i, i); }).template collect<std::map<int, int>>().size() == items.size());
  });
}

// The vector's memory is used again, and what it held is gone.
TEST_CASE("iter collect_into") {
  check([](auto make, const std::vector<int>& items) {
    std::vector<int> out{1, 2, 3};
    out.reserve(items.size() + 3);
    const int* const memory = out.data();
    make().collect_into(out);
    REQUIRE(out == items);
    REQUIRE((items.empty() || out.data() == memory));
    std::vector<int> roomy;
    roomy.reserve(3 * items.size() + 3);
    make().collect_into(roomy);
    REQUIRE(roomy == items);
    std::vector<std::string> texts{"old"};
    make().map([](int i) { return std::to_string(i); }).collect_into(texts);
    REQUIRE(texts.size() == items.size());
    for (std::size_t i = 0; i < items.size(); ++i) REQUIRE(texts[i] == std::to_string(items[i]));
  });
}

TEST_CASE("iter partition and unzip") {
  check([](auto make, const std::vector<int>& items) {
    std::vector<int> small, great;
    for (const int i : items) (i < 500 ? small : great).push_back(i);
    auto [yes, no] = make().partition([](int i) { return i < 500; });
    REQUIRE(yes == small);
    REQUIRE(no == great);
    auto [numbers, texts] = make().map([](int i) { return std::pair(i, std::to_string(i)); }).unzip();
    REQUIRE(numbers == items);
    REQUIRE(texts.size() == items.size());
    REQUIRE((texts.empty() || texts.back() == std::to_string(items.back())));
  });
}
