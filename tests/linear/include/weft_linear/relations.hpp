// What no sequential object can say, because it is about operations that overlap.
#pragma once

#include <weft_linear/history.hpp>
#include <weft_linear/wing_gong.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <unordered_map>

namespace weft_linear {

namespace detail {

/// True if some operation of another thread that neither precedes `it` nor comes after it satisfies `wanted`.
template <class Moment, class Precedes, class Wanted>
bool overlaps_one(history<Moment> of, std::size_t thread, const operation<Moment>& it, Precedes precedes, Wanted wanted) {
  for (std::size_t other = 0; other < of.size(); ++other) {
    if (other == thread) continue;
    const auto& those = of[other];
    auto at = std::partition_point(those.begin(), those.end(), [&](const auto& each) { return precedes(each, it); });
    for (; at != those.end() && !precedes(it, *at); ++at) {
      if (wanted(*at)) return true;
    }
  }
  return false;
}

}  // namespace detail

/// A steal may say `retry` only because another thread took something meanwhile.
template <class Moment, class Precedes>
verdict uncontended_retry(history<Moment> of, Precedes precedes) {
  const auto takes = [](const auto& each) {
    return each.said == answer::ok && (each.what == action::steal || each.what == action::pop);
  };
  for (std::size_t t = 0; t < of.size(); ++t) {
    for (const auto& it : of[t]) {
      if (it.said == answer::retry && !detail::overlaps_one(of, t, it, precedes, takes)) {
        return {false, "thread " + std::to_string(t) + " was told to retry, and nobody else took anything meanwhile"};
      }
    }
  }
  return {};
}

/// At a rendezvous the push and the pop of a value overlap: neither is over before the other begins.
template <class Moment, class Precedes>
verdict apart(history<Moment> of, Precedes precedes) {
  std::unordered_map<std::int64_t, const operation<Moment>*> pushes;
  for (const auto& thread : of) {
    for (const auto& it : thread) {
      if (it.what == action::push && it.said == answer::ok) pushes[it.value] = &it;
    }
  }
  for (const auto& thread : of) {
    for (const auto& it : thread) {
      if (it.what != action::pop || it.said != answer::ok) continue;
      const auto push = pushes.find(it.value);
      if (push == pushes.end()) return {false, describe(it) + ": from nowhere"};
      if (precedes(*push->second, it) || precedes(it, *push->second)) {
        return {false, describe(it) + ": its push didn't overlap with it"};
      }
    }
  }
  return {};
}

}  // namespace weft_linear
