// A stolen<T> says exactly one of empty, retry and success, and gives its value only on success.
#include <weft/deque/stolen.hpp>

#include "weft_catch.hpp"

#include <memory>

using weft::deque::steal_outcome;
using weft::deque::stolen;

TEST_CASE("stolen empty", "[deque][stolen]") {
  const auto s = stolen<int>::empty();
  CHECK(s.is_empty());
  CHECK_FALSE(s.is_retry());
  CHECK_FALSE(static_cast<bool>(s));
  CHECK(s.outcome() == steal_outcome::empty);
}

TEST_CASE("stolen retry", "[deque][stolen]") {
  const auto s = stolen<int>::retry();
  CHECK(s.is_retry());
  CHECK_FALSE(s.is_empty());
  CHECK_FALSE(s.is_success());
}

TEST_CASE("stolen success", "[deque][stolen]") {
  auto s = stolen<int>::success(7);
  CHECK(s.is_success());
  CHECK(*s == 7);
  CHECK(std::move(s).take() == 7);
  CHECK_FALSE(stolen<int>::empty().into_optional().has_value());
  CHECK(stolen<int>::success(3).into_optional() == 3);
}

TEST_CASE("stolen move_only", "[deque][stolen]") {
  auto s = stolen<std::unique_ptr<int>>::success(std::make_unique<int>(5));
  const std::unique_ptr<int> value = std::move(s).take();
  CHECK(*value == 5);
}
