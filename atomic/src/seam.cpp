// The cold half of the seam: system calls and thread start.
#include <weft/atomic/seam.hpp>

#ifndef WEFT_MODEL

#include <weft/atomic/assert.hpp>

#include <cerrno>
#include <climits>
#include <cstdlib>
#include <ctime>
#include <linux/futex.h>
#include <linux/membarrier.h>
#include <pthread.h>
#include <sched.h>
#include <sys/syscall.h>
#include <system_error>
#include <unistd.h>

#ifdef WEFT_TSAN
extern "C" {
void __tsan_acquire(void* address);
void __tsan_release(void* address);
}
#endif

// What the compiler itself calls for a thread_local object.
extern "C" int __cxa_thread_atexit(void (*destructor)(void*), void* object, void* library) noexcept;
extern "C" [[gnu::visibility("hidden")]] void* __dso_handle;

namespace weft::inline WEFT_ABI::atomic {

// The one place that may look inside an atom: the kernel needs the address of its word.
struct kernel_word {
  static void* address(const atom<std::uint32_t>& word) noexcept {
    return const_cast<std::atomic<std::uint32_t>*>(&word.word_);
  }
};

static_assert(sizeof(atom<std::uint32_t>) == 4, "the kernel's futex is a 32-bit word");

// ---------------------------------------------------------------------------------------------- asymmetric fences

namespace {
long membarrier(int command) noexcept { return ::syscall(SYS_membarrier, command, 0, 0); }

bool register_membarrier() noexcept {
  if (::secure_getenv("WEFT_NO_MEMBARRIER") != nullptr) return false;
  const long offered = membarrier(MEMBARRIER_CMD_QUERY);
  if (offered < 0 || (offered & MEMBARRIER_CMD_PRIVATE_EXPEDITED) == 0) return false;
  return membarrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED) == 0 && membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED) == 0;
}
}  // namespace

namespace detail {
// Before this has run, both halves of the pair are real fences: slower, and wrong beside a half that has seen it run. So it runs
// before any object is made that could use a pool.
constinit bool asymmetric_fences = false;
}  // namespace detail

namespace {
struct registration {
  registration() noexcept { detail::asymmetric_fences = register_membarrier(); }
};
[[gnu::init_priority(101)]] const registration registered;
}  // namespace

void fence_heavy() noexcept {
  fence(seq_cst);
  if (!detail::asymmetric_fences) return;
  WEFT_ASSERT(membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED) == 0,
              "the kernel withdrew membarrier after promising it (a seccomp filter set late?): set WEFT_NO_MEMBARRIER=1");
}

// ---------------------------------------------------------------------------------------------- stacks and forks

stack_extent thread_stack() noexcept {
  pthread_attr_t attributes;
  if (::pthread_getattr_np(::pthread_self(), &attributes) != 0) return {};
  void* end = nullptr;
  std::size_t size = 0;
  const bool known = ::pthread_attr_getstack(&attributes, &end, &size) == 0;
  ::pthread_attr_destroy(&attributes);
  if (!known) return {};
  const auto lowest = reinterpret_cast<std::uintptr_t>(end);
  return {lowest, lowest + size};
}

bool at_fork(void (*before)(), void (*in_parent)(), void (*in_child)()) noexcept {
  return ::pthread_atfork(before, in_parent, in_child) == 0;
}

// ---------------------------------------------------------------------------------------------- pauses and futex

void yield_thread() noexcept { ::sched_yield(); }

futex_outcome futex_wait(const atom<std::uint32_t>& word, std::uint32_t expected, clock::time_point deadline) noexcept {
  timespec until{};
  const bool bounded = deadline != clock::time_point::max();
  if (bounded) {
    const auto since_boot = std::max(deadline.time_since_epoch(), clock::duration::zero());
    const auto seconds = std::chrono::floor<std::chrono::seconds>(since_boot);
    until.tv_sec = static_cast<std::time_t>(seconds.count());
    until.tv_nsec = static_cast<long>(std::chrono::nanoseconds(since_boot - seconds).count());
  }
  void* const address = kernel_word::address(word);
  const long rc = ::syscall(SYS_futex, address, FUTEX_WAIT_BITSET | FUTEX_PRIVATE_FLAG, expected, bounded ? &until : nullptr,
                            nullptr, FUTEX_BITSET_MATCH_ANY);
  const int error = rc == 0 ? 0 : errno;
#ifdef WEFT_TSAN
  __tsan_acquire(address);
#endif
  if (error == ETIMEDOUT) return futex_outcome::timed_out;
  return error == EAGAIN ? futex_outcome::changed : futex_outcome::woken;
}

int futex_wake(const atom<std::uint32_t>& word, int count) noexcept {
  void* const address = kernel_word::address(word);
#ifdef WEFT_TSAN
  __tsan_release(address);
#endif
  const long rc = ::syscall(SYS_futex, address, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, count, nullptr, nullptr, 0);
  return rc < 0 ? 0 : static_cast<int>(rc);
}

// ---------------------------------------------------------------------------------------------- threads

void at_thread_end(void (*f)(void*), void* data) noexcept {
  WEFT_ASSERT(::__cxa_thread_atexit(f, data, &__dso_handle) == 0, "no memory to register what a thread does at its end");
}

static_assert(sizeof(pthread_t) <= sizeof(std::uintptr_t));

namespace {
void check(int error, const char* what) {
  if (error != 0) throw std::system_error(error, std::generic_category(), what);
}

struct attributes {
  attributes() { check(::pthread_attr_init(&value), "weft: pthread_attr_init"); }
  ~attributes() { ::pthread_attr_destroy(&value); }
  attributes(const attributes&) = delete;
  attributes& operator=(const attributes&) = delete;
  pthread_attr_t value{};
};

std::size_t usable_stack(std::size_t wanted) {
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  const auto least = static_cast<std::size_t>(::sysconf(_SC_THREAD_STACK_MIN));
  return (std::max(wanted, least) + page - 1) / page * page;
}
}  // namespace

std::uintptr_t thread::start(const thread_options& options, std::unique_ptr<entry> main) {
  attributes attr;
  if (options.stack_size != 0) {
    check(::pthread_attr_setstacksize(&attr.value, usable_stack(options.stack_size)), "weft: thread stack size");
  }
  pthread_t handle{};
  check(::pthread_create(&handle, &attr.value, &thread::trampoline, main.get()), "weft: the system gave no thread");
  static_cast<void>(main.release());  // the new thread has it
  if (!options.name.empty()) ::pthread_setname_np(handle, options.name.substr(0, 15).c_str());
  return static_cast<std::uintptr_t>(handle);
}

void* thread::trampoline(void* main) {
  const std::unique_ptr<entry> owned(static_cast<entry*>(main));
  owned->run();
  return nullptr;
}

void thread::join() {
  WEFT_ASSERT(joinable_, "a thread is joined once, and only if it was started");
  joinable_ = false;
  check(::pthread_join(static_cast<pthread_t>(handle_), nullptr), "weft: thread join");
}

thread& thread::operator=(thread&& other) noexcept {
  WEFT_ASSERT(!joinable_, "a running thread must be joined before its handle is assigned to");
  handle_ = other.handle_;
  joinable_ = std::exchange(other.joinable_, false);
  return *this;
}

thread::~thread() { WEFT_ASSERT(!joinable_, "a thread must be joined before its handle dies"); }

}  // namespace weft::inline WEFT_ABI::atomic

#endif  // WEFT_MODEL
