#include <weft/par/cancelled_error.hpp>

namespace weft::inline WEFT_ABI::par {

cancelled_error::cancelled_error() : std::runtime_error("weft: the work was cancelled before it was done") {}

namespace detail {
void throw_cancelled() { throw cancelled_error(); }
}  // namespace detail

}  // namespace weft::inline WEFT_ABI::par
