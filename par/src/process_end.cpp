#include <weft/par/detail/process_end.hpp>

#ifndef WEFT_MODEL
#include <weft/atomic/orders.hpp>
#include <weft/atomic/seam.hpp>

#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <unwind.h>
#endif

namespace weft::inline WEFT_ABI::par::detail {

#ifdef WEFT_MODEL  // whose processes end by themselves

bool is_within_exit() noexcept { return false; }
bool is_being_unloaded() noexcept { return false; }
void keep_loaded() noexcept {}

#else

namespace {
struct search {
  void* function;
  const char* name;  // for where the program has given the function another address than its library
  bool found = false;
};

bool is_wanted(const search& wanted, void* function) noexcept {
  if (function == wanted.function) return true;
  Dl_info known{};
  return ::dladdr(function, &known) != 0 && known.dli_saddr == function && std::strcmp(known.dli_sname, wanted.name) == 0;
}

_Unwind_Reason_Code look_at(_Unwind_Context* frame, void* data) {
  search& wanted = *static_cast<search*>(data);
  // The call, not what comes after it: exit() doesn't return, and so may end there.
  void* const function = ::_Unwind_FindEnclosingFunction(reinterpret_cast<void*>(::_Unwind_GetIP(frame) - 1));
  if (function == nullptr || !is_wanted(wanted, function)) return _URC_NO_REASON;
  wanted.found = true;
  return _URC_END_OF_STACK;
}

bool is_beneath(search wanted) noexcept {
  ::_Unwind_Backtrace(&look_at, &wanted);
  return wanted.found;
}

constinit bool being_unloaded = false;
// Comes before the destructors of static objects, beneath which the stack can't be walked down to dlclose().
[[gnu::destructor]] void note_unloading() noexcept {
  being_unloaded = is_beneath({reinterpret_cast<void*>(&::dlclose), "dlclose"});
}
}  // namespace

bool is_within_exit() noexcept { return is_beneath({reinterpret_cast<void*>(&::exit), "exit"}); }
bool is_being_unloaded() noexcept { return being_unloaded; }

void keep_loaded() noexcept {
  static constinit atom<bool> is_done{false};
  // relaxed(hint): twice does no harm.
  if (is_done.load(relaxed)) return;
  static const char part_of_it = 0;
  Dl_info library{};
  if (::dladdr(&part_of_it, &library) != 0) {
    // In vain for the program itself, which isn't loaded in this way and needs nothing.
    static_cast<void>(::dlopen(library.dli_fname, RTLD_NOW | RTLD_NOLOAD | RTLD_NODELETE));
    static_cast<void>(::dlerror());
  }
  // relaxed(hint): as above.
  is_done.store(true, relaxed);
}

#endif

}  // namespace weft::inline WEFT_ABI::par::detail
