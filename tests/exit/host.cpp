// Loads a library that uses weft, and unloads it again in the midst of things. The first argument is the library, the second what
// is done with it.
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <thread>

namespace {

void require(bool kept, const char* promise) {
  if (kept) return;
  std::fprintf(stderr, "broken: %s\n", promise);
  std::_Exit(1);
}

const char* path = nullptr;

class library {
 public:
  library() : handle_(::dlopen(path, RTLD_NOW | RTLD_LOCAL)) {
    if (handle_ == nullptr) std::fprintf(stderr, "%s\n", ::dlerror());
    require(handle_ != nullptr, "the library can be loaded");
  }
  library(const library&) = delete;
  library& operator=(const library&) = delete;
  ~library() { require(::dlclose(handle_) == 0, "the library can be closed"); }

  template <class R = void>
  R call(const char* name) const {
    auto* const function = reinterpret_cast<R (*)()>(::dlsym(handle_, name));
    require(function != nullptr, "the library has the function");
    return function();
  }

  template <class T>
  T& variable(const char* name) const {
    void* const found = ::dlsym(handle_, name);
    require(found != nullptr, "the library has the variable");
    return *static_cast<T*>(found);
  }

  static bool is_loaded() {
    void* const found = ::dlopen(path, RTLD_NOW | RTLD_NOLOAD);
    if (found != nullptr) ::dlclose(found);
    return found != nullptr;
  }

 private:
  void* handle_;
};

void on_another_thread(void (*what)(const library&), const library& where) {
  std::thread([&] { what(where); }).join();
}

// Used by a thread that ends: nothing of it is left, so the library goes and comes anew.
void local_pool_again_and_again() {
  for (int i = 0; i < 5; ++i) {
    {
      const library loaded;
      require(loaded.call<int>("module_count_use") == 1, "a library that has used only pools of its own is loaded anew");
      on_another_thread([](const library& it) { it.call("module_use_local_pool"); }, loaded);
    }
    require(!library::is_loaded(), "a library that has used only pools of its own is unloaded");
  }
}

// The thread outlives the close of the library whose pools it has used, and ends later.
void local_pool_on_a_thread_that_goes_on() {
  for (int i = 0; i < 5; ++i) {
    std::atomic<int> step{0};
    std::thread other;
    {
      const library loaded;
      other = std::thread([&] {
        loaded.call("module_use_local_pool");
        step = 1;
        while (step != 2) std::this_thread::yield();
      });
      while (step != 1) std::this_thread::yield();
    }
    step = 2;
    other.join();
  }
}

void local_pool_on_the_main_thread() {
  for (int i = 0; i < 5; ++i) {
    const library loaded;
    loaded.call("module_use_local_pool");
  }
}

// What its workers run stays where it is.
void global_pool() {
  const void* first = nullptr;
  {
    const library loaded;
    on_another_thread([](const library& it) { it.call("module_use_global_pool"); }, loaded);
    loaded.call("module_start_endless_job");
    first = loaded.call<const void*>("module_global_pool");
  }
  require(library::is_loaded(), "a library that has used the global pool stays");
  const library again;
  require(again.call<const void*>("module_global_pool") == first, "it has the same pool as before");
  const auto turns = again.call<std::size_t>("module_turns");
  while (again.call<std::size_t>("module_turns") < turns + 100) std::this_thread::yield();
  again.call("module_use_global_pool");
}

// All its threads sleep in its code.
void global_pool_at_rest() {
  for (int i = 0; i < 5; ++i) {
    {
      const library loaded;
      on_another_thread([](const library& it) { it.call("module_use_global_pool"); }, loaded);
    }
    require(library::is_loaded(), "a library that has used the global pool stays");
  }
}

void nothing() {
  for (int i = 0; i < 5; ++i) {
    { const library loaded; }
    require(!library::is_loaded(), "a library that has used no pool is unloaded");
  }
}

// What the library's own static objects do is done while it is loaded and unloaded.
void statics() {
  int ends = 0;
  for (int i = 0; i < 5; ++i) {
    {
      const library loaded;
      loaded.variable<int*>("module_ends") = &ends;
    }
    require(!library::is_loaded(), "a library whose pools have ended is unloaded");
    require(ends == i + 1, "its static objects have been destroyed");
  }
}
void calls_in_statics() {
  for (int i = 0; i < 5; ++i) {
    const library loaded;
    loaded.call("module_use_local_pool");
  }
}

struct choice {
  const char* name;
  void (*run)();
};
constexpr choice stories[] = {
    {"local_pool_again_and_again", local_pool_again_and_again},
    {"local_pool_on_a_thread_that_goes_on", local_pool_on_a_thread_that_goes_on},
    {"local_pool_on_the_main_thread", local_pool_on_the_main_thread},
    {"global_pool", global_pool},
    {"global_pool_at_rest", global_pool_at_rest},
    {"nothing", nothing},
    {"statics", statics},
    {"calls_in_statics", calls_in_statics},
};

}  // namespace

int main(int argc, char** argv) {
  require(argc == 3, "there are two arguments");
  path = argv[1];
  for (const choice& each : stories) {
    if (std::strcmp(each.name, argv[2]) == 0) return each.run(), 0;
  }
  require(false, "the second argument names a story");
}
