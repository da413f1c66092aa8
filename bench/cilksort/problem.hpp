// A merge sort whose quarters are sorted at once and whose merges are split too. Pieces of 32 are sorted by insertion, so
// that everybody, in whichever language, sorts the same way and the forks are many.
#pragma once

#include <span>

#include "fork.hpp"

namespace cilksort {

using keys = std::span<std::uint32_t>;
using sorted_keys = std::span<const std::uint32_t>;

inline constexpr std::size_t count = 500'000, small = 32, short_merge = 512;

inline void insertion_sort(keys data) {
  for (std::size_t i = 1; i < data.size(); ++i) {
    const std::uint32_t key = data[i];
    std::size_t j = i;
    for (; j > 0 && data[j - 1] > key; --j) data[j] = data[j - 1];
    data[j] = key;
  }
}

inline void merge_here(sorted_keys a, sorted_keys b, keys out) {
  std::size_t i = 0, j = 0;
  for (std::uint32_t& each : out) each = j == b.size() || (i < a.size() && a[i] <= b[j]) ? a[i++] : b[j++];
}

/// The longer run is cut in the middle, the other where that key would stand.
template <class Fork>
void merge(sorted_keys a, sorted_keys b, keys out) {
  if (a.size() < b.size()) std::swap(a, b);
  if (out.size() <= short_merge) return merge_here(a, b, out);
  const std::size_t cut = a.size() / 2;
  const auto there = static_cast<std::size_t>(std::lower_bound(b.begin(), b.end(), a[cut]) - b.begin());
  race::both<Fork>([=] { merge<Fork>(a.first(cut), b.first(there), out.first(cut + there)); },
                   [=] { merge<Fork>(a.subspan(cut), b.subspan(there), out.subspan(cut + there)); });
}

/// Sorts data; spare is as long.
template <class Fork>
void sort(keys data, keys spare) {
  if (data.size() <= small) return insertion_sort(data);
  const std::size_t quarter = data.size() / 4;
  const auto sort_part = [=](std::size_t from, std::size_t length) {
    sort<Fork>(data.subspan(from, length), spare.subspan(from, length));
  };
  race::both<Fork>([=] { race::both<Fork>([=] { sort_part(0, quarter); }, [=] { sort_part(quarter, quarter); }); },
                   [=] {
                     race::both<Fork>([=] { sort_part(2 * quarter, quarter); },
                                      [=] { sort_part(3 * quarter, data.size() - 3 * quarter); });
                   });
  race::both<Fork>(
      [=] { merge<Fork>(data.first(quarter), data.subspan(quarter, quarter), spare.first(2 * quarter)); },
      [=] { merge<Fork>(data.subspan(2 * quarter, quarter), data.subspan(3 * quarter), spare.subspan(2 * quarter)); });
  merge<Fork>(spare.first(2 * quarter), spare.subspan(2 * quarter), data);
}

class problem {
 public:
  static race::work what() { return {"cilksort", "ns per key", true}; }
  problem() : spare_(count) {
    std::uint64_t state = 7;
    for (std::size_t i = 0; i < count; ++i) {
      state = state * 6364136223846793005 + 1442695040888963407;
      input_.push_back(static_cast<std::uint32_t>(state >> 32));
    }
    answer_ = input_;
    std::sort(answer_.begin(), answer_.end());
  }
  void prepare() { data_ = input_; }
  template <class Fork>
  void solve() {
    sort<Fork>(data_, spare_);
  }
  void check() const { race::check("sorted", data_ == answer_, true); }
  [[nodiscard]] double units() const { return static_cast<double>(count); }

 private:
  std::vector<std::uint32_t> input_, data_, spare_, answer_;
};

}  // namespace cilksort
