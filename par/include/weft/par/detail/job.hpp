// job: the intrusive header of everything that the pool can run.
#pragma once

#include <weft/atomic/abi.hpp>

namespace weft::inline WEFT_ABI::par::detail {

/// What deques and the injector carry: a pointer to something that begins with this. The pool never owns a job's memory;
/// run() is called once, and from then on the job belongs to itself.
struct job {
  using entry = void(job&) noexcept;
  entry* run;
};

}  // namespace weft::inline WEFT_ABI::par::detail
