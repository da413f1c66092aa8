// A task's result outlives its frame.
// expect: \[weft\] a task can.t give an rvalue reference
#include <weft/futures.hpp>
#include <utility>

int global = 1;

#ifdef FIXED
weft::futures::task<int> look() { co_return global; }
#else
weft::futures::task<int&&> look() { co_return std::move(global); }
#endif
