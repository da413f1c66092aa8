// A detached task that throws, in a pool without on_exception, ends the process: with a sentence that says what to do, and with
// the exception still at hand for the terminate handler.
#include <weft/par/handle.hpp>
#include <weft/par/thread_pool.hpp>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <stdexcept>

namespace {
[[noreturn]] void say_what_and_leave() {
  try {
    std::rethrow_exception(std::current_exception());
  } catch (const std::runtime_error& error) {
    std::fprintf(stderr, "terminated by: %s\n", error.what());
  }
  std::_Exit(0);
}
}  // namespace

int main() {
  std::set_terminate(say_what_and_leave);
  {
    weft::thread_pool pool(1);
    pool.spawn([] { throw std::runtime_error("nobody waits for this"); }).detach();
  }
  std::fputs("the exception was lost\n", stderr);
  return 1;
}
