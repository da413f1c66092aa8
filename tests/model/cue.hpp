// cue: whether another thread has come to a certain place, told without ordering any memory.
#pragma once

#include <weft/atomic/seam.hpp>

namespace model_support {

/// Puts steps of several threads in a row: `if (!unlinked.given()) return;`. What stands before give() may still be unseen
/// after given(). So a model can go straight to the moment of interest, and no order that it looks for is carried by the
/// test.
class cue {
 public:
  void give() noexcept { word_.store(1, weft::relaxed); }
  [[nodiscard]] bool given() const noexcept { return word_.load(weft::relaxed) != 0; }

 private:
  weft::atom<int> word_{0};
};

}  // namespace model_support
