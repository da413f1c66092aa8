// fork_error: a pool's threads don't come along into a forked child.
#pragma once

#include <weft/atomic/abi.hpp>

#include <stdexcept>

namespace weft::inline WEFT_ABI::par {

/// Comes out of a call that needs the threads of a pool which was made before fork(), in the child: there are none. A pool made in
/// the child works. Destroying the old one there frees nothing and waits for nobody.
class fork_error : public std::logic_error {
 public:
  fork_error();
};

}  // namespace weft::inline WEFT_ABI::par

namespace weft::inline WEFT_ABI {
using par::fork_error;
}  // namespace weft::inline WEFT_ABI
