// A task's result outlives the task.
// expect: \[weft\] a task can.t return an rvalue reference
#include <weft/par.hpp>
#include <utility>

int global = 1;

void start() {
#ifdef FIXED
  weft::spawn([] { return global; }).detach();
#else
  weft::spawn([]() -> int&& { return std::move(global); }).detach();
#endif
}
