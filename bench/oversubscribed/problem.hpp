// The unbalanced tree of bench/uts with 64 threads, whatever the machine, beside 2: what does it cost to have too many?
#pragma once

#include "../uts/problem.hpp"

namespace oversubscribed {

struct problem : uts::problem {
  static race::work what() { return {"oversubscribed", "ns per node", true}; }
};

inline const std::vector<unsigned> threads{2, 64};

}  // namespace oversubscribed
