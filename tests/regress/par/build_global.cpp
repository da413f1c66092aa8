// build_global() makes the global pool as its options say, once, and before anybody has used it: a program of its own, because
// there is one such pool in a process. The argument says who comes first.
#include <weft/par/thread_pool.hpp>

#include <cstdio>
#include <cstring>
#include <stdexcept>
#include <string>

namespace {

bool comes_too_late() {
  try {
    weft::par::build_global({});
    return false;
  } catch (const weft::par::global_pool_error& error) {
    return std::string(error.what()).find("too late") != std::string::npos;
  }
}

bool built_first() {
  weft::par::pool_options options;
  options.threads = 1'000'000;
  try {
    weft::par::build_global(options);
    return false;
  } catch (const std::length_error&) {  // and nothing was built
  }
  options.threads = 3;
  options.use_current_thread = true;
  weft::par::build_global(options);
  if (weft::par::global_pool().num_threads() != 3 || weft::par::current_num_threads() != 3) return false;
  if (weft::par::current_thread_index() != 0u) return false;
  if (weft::spawn([] { return weft::par::current_num_threads(); }).wait() != 3) return false;
  return comes_too_late();
}

bool used_first() {
  static_cast<void>(weft::join([] {}, [] {}));
  return comes_too_late();
}

}  // namespace

int main(int argc, char** argv) {
  const bool first = argc == 2 && std::strcmp(argv[1], "first") == 0;
  const bool good = first ? built_first() : used_first();
  std::puts(good ? "as promised" : "not as promised");
  return good ? 0 : 1;
}
