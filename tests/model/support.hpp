// What several models share.
#pragma once

#include <weft/atomic/seam.hpp>
#include <weft_model/model.hpp>

#include <array>
#include <cstddef>

namespace model_support {

/// Who has been taken how often. Plain memory of the test: the model's threads take turns.
class tally {
 public:
  void add(std::size_t item) noexcept {
    weft::model::check(item < counts_.size(), "an item that was never put in came out");
    weft::model::check(++counts_[item] == 1, "an item came out twice");
  }
  void expect_each_once(std::size_t count) const noexcept {
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      weft::model::check(counts_[i] == (i < count ? 1 : 0),
                         i < count ? "an item was lost" : "an item that was never put in came out");
    }
  }
  [[nodiscard]] bool has(std::size_t item) const noexcept { return counts_[item] != 0; }

 private:
  std::array<int, 8> counts_{};
};

}  // namespace model_support
