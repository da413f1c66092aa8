// The seam: the one header through which weft touches atomics, threads, thread-local storage, the clock and the kernel.
//
// Everything else in weft says `atom<T>`, `fence(seq_cst)`, `futex_wait`, `thread`, `clock` and so on. A lint rejects the
// std:: names anywhere else. Three builds share these names:
//   plain          thin wrappers; the assembly equals that of std::atomic
//   TSan           fences become read-modify-writes of one word and futexes are annotated, so that the tool sees them
//   WEFT_MODEL     the same names from the model checker, in another inline namespace, so that mixing fails at link time
#pragma once

#include <weft/atomic/abi.hpp>
#include <weft/atomic/orders.hpp>

#ifdef WEFT_MODEL
#include <weft_model/seam.hpp>
#else

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <new>
#include <string>
#include <type_traits>
#include <utility>

namespace weft::inline WEFT_ABI::atomic {

// ---------------------------------------------------------------------------------------------- atomics

/// An atomic word without a default memory order: a forgotten or senseless order doesn't compile.
///
/// Threads   any.
/// Progress  wait-free for load and store; read-modify-writes as the processor gives them.
/// Order     as said at each call: `relaxed acquire release acq_rel seq_cst`; a load takes no release, a store no acquire.
/// Errors    none. Needs T trivially copyable and always lock-free (checked).
template <class T>
class atom {
  static_assert(std::is_trivially_copyable_v<T>, "[weft] atom<T> needs a trivially copyable T");
  static_assert(std::atomic<T>::is_always_lock_free, "[weft] atom<T> needs a T that the processor handles in one word");

 public:
  constexpr atom() noexcept = default;
  constexpr explicit atom(T value) noexcept : word_(value) {}
  atom(const atom&) = delete;
  atom& operator=(const atom&) = delete;

  template <load_order O>
  [[nodiscard]] T load(O) const noexcept {
    return word_.load(O::value);
  }
  template <store_order O>
  void store(T value, O) noexcept {
    word_.store(value, O::value);
  }
  template <any_order O>
  T exchange(T value, O) noexcept {
    return word_.exchange(value, O::value);
  }
  template <any_order Success, load_order Failure>
  [[nodiscard]] bool compare_exchange_strong(T& expected, T desired, Success, Failure) noexcept {
    return word_.compare_exchange_strong(expected, desired, Success::value, Failure::value);
  }
  template <any_order Success, load_order Failure>
  [[nodiscard]] bool compare_exchange_weak(T& expected, T desired, Success, Failure) noexcept {
    return word_.compare_exchange_weak(expected, desired, Success::value, Failure::value);
  }
  template <any_order O>
  T fetch_add(T value, O) noexcept requires std::is_integral_v<T> {
    return word_.fetch_add(value, O::value);
  }
  template <any_order O>
  T fetch_sub(T value, O) noexcept requires std::is_integral_v<T> {
    return word_.fetch_sub(value, O::value);
  }
  template <any_order O>
  T fetch_and(T value, O) noexcept requires std::is_integral_v<T> {
    return word_.fetch_and(value, O::value);
  }
  template <any_order O>
  T fetch_or(T value, O) noexcept requires std::is_integral_v<T> {
    return word_.fetch_or(value, O::value);
  }
  template <any_order O>
  T fetch_xor(T value, O) noexcept requires std::is_integral_v<T> {
    return word_.fetch_xor(value, O::value);
  }

 private:
  friend struct kernel_word;
  std::atomic<T> word_{};
};

// Builds that a sanitizer watches.
#if defined(__SANITIZE_THREAD__)
#define WEFT_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define WEFT_TSAN 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define WEFT_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WEFT_ASAN 1
#endif
#endif

// ---------------------------------------------------------------------------------------------- fences

namespace detail {
/// True once the kernel has promised membarrier(PRIVATE_EXPEDITED) to this process. Written before any object with
/// static storage duration is made but those of an init_priority below 102.
extern constinit bool asymmetric_fences;
/// What a fence becomes under TSan, which doesn't model atomic_thread_fence.
inline constinit std::atomic<std::uint32_t> tsan_fence_word{0};
}  // namespace detail

/// Orders this thread's accesses around it, as std::atomic_thread_fence does.
///
/// Cost      acquire, release: nothing on x86-64; seq_cst: one locked instruction (2 ns), never an mfence (16 ns).
template <any_order O>
inline void fence([[maybe_unused]] O order) noexcept {
#ifdef WEFT_TSAN
  detail::tsan_fence_word.fetch_add(0, std::memory_order_acq_rel);
#elif defined(__x86_64__)
  if constexpr (std::is_same_v<O, seq_cst_t>) {
    __asm__ __volatile__("lock orl $0, (%%rsp)" ::: "memory", "cc");
  } else {
    std::atomic_thread_fence(O::value);
  }
#else
  std::atomic_thread_fence(O::value);
#endif
}

/// The cheap half of an asymmetric seq_cst fence pair: orders like fence(seq_cst) against every fence_heavy().
///
/// Two fence_light() do not order anything against each other.
/// Cost      a compiler barrier where the kernel has membarrier, else fence(seq_cst).
/// Source    Dice, Huang & Yang, "Asymmetric Dekker synchronization", 2001; Linux membarrier(2).
inline void fence_light() noexcept {
#ifdef WEFT_TSAN
  fence(seq_cst);
#else
  if (detail::asymmetric_fences) [[likely]] {
    std::atomic_signal_fence(std::memory_order_seq_cst);
  } else {
    fence(seq_cst);
  }
#endif
}

/// The dear half: a seq_cst fence on this thread and on every running thread of the process.
///
/// Cost      0.4 µs and an interrupt to each core that runs this process; fence(seq_cst) where membarrier is missing.
/// Errors    ends the process with a sentence if the kernel takes membarrier away again after having promised it.
void fence_heavy() noexcept;

/// True when fence_light() costs nothing here. Always true or always false within a process, also before main:
/// the first static objects find it so.
[[nodiscard]] inline bool has_asymmetric_fences() noexcept { return detail::asymmetric_fences; }

// ---------------------------------------------------------------------------------------------- shared plain memory

/// A T that is not atomic but guarded by some protocol: the model checker sees each access and reports a race.
///
/// Cost      none: in plain builds it is a T.
template <class T>
class plain {
 public:
  constexpr plain() = default;
  template <class... Args>
  constexpr explicit plain(std::in_place_t, Args&&... args) : value_(std::forward<Args>(args)...) {}
  constexpr explicit plain(T value) : value_(std::move(value)) {}

  /// For reading; as a race sees it, a read of the whole.
  [[nodiscard]] const T& read() const noexcept { return value_; }
  /// For changing; as a race sees it, a write of the whole.
  [[nodiscard]] T& write() noexcept { return value_; }

 private:
  T value_{};
};

/// Raw room for one T whose life is ruled by some protocol.
///
/// Cost      none: sizeof(slot<T>) == sizeof(T); never constructs or destroys by itself.
template <class T>
class slot {
 public:
  slot() noexcept {}   // NOLINT: leaves the bytes as they are
  ~slot() noexcept {}  // NOLINT: whoever rules the protocol destroys the T
  slot(const slot&) = delete;
  slot& operator=(const slot&) = delete;

  /// Starts the T's life. A write.
  template <class... Args>
  T& construct(Args&&... args) noexcept(std::is_nothrow_constructible_v<T, Args...>) {
    return *std::construct_at(std::addressof(value_), std::forward<Args>(args)...);
  }
  /// The living T, to be changed. A write.
  [[nodiscard]] T& write() noexcept { return value_; }
  /// The living T, to be looked at. A read.
  [[nodiscard]] const T& read() const noexcept { return value_; }
  /// Ends the T's life. A write.
  void destroy() noexcept { std::destroy_at(std::addressof(value_)); }
  /// Moves the T out and ends its life. A write.
  [[nodiscard]] T take() noexcept {
    static_assert(std::is_nothrow_move_constructible_v<T>, "[weft] a T kept in a slot needs a noexcept move constructor");
    struct ender {
      slot* self;
      ~ender() { self->destroy(); }
    } end{this};
    return std::move(value_);
  }

 private:
  union {
    T value_;
  };
};

// ---------------------------------------------------------------------------------------------- clock and pauses

using clock = std::chrono::steady_clock;

/// Tells the processor that this is a spin loop. 25 ns on the reference machine.
inline void cpu_relax() noexcept {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ __volatile__("yield");
#endif
}

/// Gives the rest of this thread's time slice to another runnable thread.
void yield_thread() noexcept;

/// now + duration without overflow: what lies beyond the clock's range becomes clock::time_point::max(), that is, "never".
template <class Rep, class Period>
[[nodiscard]] clock::time_point deadline_after(std::chrono::duration<Rep, Period> duration) noexcept {
  const clock::time_point now = clock::now();
  if (duration <= duration.zero()) return now;
  const std::chrono::duration<long double> room = clock::time_point::max() - now;
  if (std::chrono::duration<long double>(duration) >= room) return clock::time_point::max();
  return now + std::chrono::ceil<clock::duration>(duration);
}

// ---------------------------------------------------------------------------------------------- futex

enum class futex_outcome {
  woken,     ///< by futex_wake, a signal, or for no reason: look at the word again
  changed,   ///< the word didn't hold `expected`
  timed_out  ///< the deadline passed
};

/// Sleeps until woken while word == expected, or until the deadline (clock::time_point::max(): none).
///
/// Threads   any. Progress: blocks. Order: none by itself; read the word again with acquire.
[[nodiscard]] futex_outcome futex_wait(const atom<std::uint32_t>& word, std::uint32_t expected,
                                       clock::time_point deadline = clock::time_point::max()) noexcept;

/// Wakes up to `count` sleepers of the word; returns how many. The word may be dead already: it is only an address.
int futex_wake(const atom<std::uint32_t>& word, int count) noexcept;

// ---------------------------------------------------------------------------------------------- mutex

/// A plain lock without data, for cold paths. Never held while user code runs.
class bare_mutex {
 public:
  void lock() { mutex_.lock(); }
  [[nodiscard]] bool try_lock() { return mutex_.try_lock(); }
  void unlock() { mutex_.unlock(); }

 private:
  std::mutex mutex_;
};

/// Holds a bare_mutex for a block.
using bare_lock = std::unique_lock<bare_mutex>;

// ---------------------------------------------------------------------------------------------- threads

/// One T per thread and Tag, zero at first, without a destructor: a single load to reach.
template <class Tag, class T>
struct thread_word {
  static_assert(std::is_trivially_destructible_v<T>, "[weft] thread_word<Tag, T>: T must have no destructor");
  [[nodiscard]] static T& get() noexcept { return value; }

 private:
  static inline constinit thread_local T value{};
};

/// One T per thread and Tag, made at first use, destroyed when the thread ends. For .cpp files.
template <class Tag, class T>
struct thread_object {
  [[nodiscard]] static T& get() {
    static thread_local T value;
    return value;
  }
};

/// Has f(data) called when the calling thread ends, or has called exit(), among the destructors of its thread_local objects: last
/// registered, first called. Also from within one of those. Never called where they have been destroyed by exit().
///
/// Errors    ends the process when there is no memory, as a thread_local object does.
void at_thread_end(void (*f)(void*), void* data) noexcept;

struct thread_options {
  std::string name;            ///< as the system's tools show it; cut to 15 bytes
  std::size_t stack_size = 0;  ///< bytes; 0: the system's default
};

/// A thread of the system; join() before it dies.
///
/// Errors    std::system_error when the system gives no thread; then the function object is destroyed, unrun.
class thread {
 public:
  thread() noexcept = default;
  template <class F>
  thread(const thread_options& options, F function)
      : handle_(start(options, std::make_unique<body<F> >(std::move(function)))), joinable_(true) {}
  thread(thread&& other) noexcept : handle_(other.handle_), joinable_(std::exchange(other.joinable_, false)) {}
  thread& operator=(thread&& other) noexcept;
  ~thread();

  [[nodiscard]] bool joinable() const noexcept { return joinable_; }
  /// Waits for the thread's end. What it did happens before join returns.
  void join();

 private:
  struct entry {
    virtual ~entry() = default;
    virtual void run() = 0;
  };
  template <class F>
  struct body final : entry {
    explicit body(F f) : function(std::move(f)) {}
    void run() override { function(); }
    F function;
  };
  static std::uintptr_t start(const thread_options& options, std::unique_ptr<entry> main);
  static void* trampoline(void* main);

  std::uintptr_t handle_ = 0;
  bool joinable_ = false;
};

/// Where the calling thread's stack lies: it grows from `top` down to `end`.
struct stack_extent {
  std::uintptr_t end = 0;
  std::uintptr_t top = 0;
  [[nodiscard]] bool holds(std::uintptr_t address) const noexcept { return address >= end && address < top; }
};

/// The extent of the system's stack of the calling thread; empty where the system doesn't tell.
///
/// Cost      microseconds, for the first thread of the process tens of them: ask once.
[[nodiscard]] stack_extent thread_stack() noexcept;

/// Has these called at each fork() from now on: before it; after it in the parent; after it in the child, by its only thread.
///
/// Errors    false: no memory, and nothing will be called.
[[nodiscard]] bool at_fork(void (*before)(), void (*in_parent)(), void (*in_child)()) noexcept;

}  // namespace weft::inline WEFT_ABI::atomic

#endif  // WEFT_MODEL

// The words that every room uses unqualified.
namespace weft::inline WEFT_ABI {
using atomic::atom;
using atomic::bare_lock;
using atomic::bare_mutex;
using atomic::clock;
using atomic::cpu_relax;
using atomic::deadline_after;
using atomic::fence;
using atomic::fence_heavy;
using atomic::fence_light;
using atomic::plain;
using atomic::slot;
}  // namespace weft::inline WEFT_ABI
