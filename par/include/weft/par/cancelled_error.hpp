// cancelled_error: what a call says that was stopped before it was done.
#pragma once

#include <weft/atomic/abi.hpp>

#include <stdexcept>

namespace weft::inline WEFT_ABI::par {

/// Comes out of a parallel call that a stop request has cut short, and out of wait(), poll() and co_await of a task that was
/// cancelled before it gave a result.
class cancelled_error : public std::runtime_error {
 public:
  cancelled_error();
};

namespace detail {
[[noreturn]] void throw_cancelled();
}  // namespace detail

}  // namespace weft::inline WEFT_ABI::par

namespace weft::inline WEFT_ABI {
using par::cancelled_error;
}  // namespace weft::inline WEFT_ABI
