// Parallel iterators: par_iter(range).map(f).filter(g).sum() and the like. The map is in par/ITER.md.
#pragma once

#include <weft/par/iter/par_iter.hpp>
#include <weft/par/iter/pipeline.hpp>

namespace weft::inline WEFT_ABI {
using par::indices;
using par::par_iter;
using par::range;
}  // namespace weft::inline WEFT_ABI
