// The seam's names as the model checker gives them: the same calls as in the plain build, each of them seen and chosen for.
//
// Included by weft/atomic/seam.hpp when WEFT_MODEL is defined, never directly. Meaning and contracts stand there.
#pragma once

#include <weft/atomic/abi.hpp>
#include <weft/atomic/orders.hpp>
#include <weft_model/runtime.hpp>
#include <weft_model/site.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <mutex>
#include <new>
#include <string>
#include <system_error>
#include <type_traits>
#include <utility>

namespace weft::inline WEFT_ABI::atomic {

using model::site;

// ---------------------------------------------------------------------------------------------- atomics

template <class T>
class atom {
  static_assert(std::is_trivially_copyable_v<T>, "[weft] atom<T> needs a trivially copyable T");
  static_assert(std::atomic<T>::is_always_lock_free, "[weft] atom<T> needs a T that the processor handles in one word");
  static_assert(sizeof(T) <= 8);

 public:
  constexpr atom(site where = site::here()) noexcept { register_word(where); }  // NOLINT: the default constructor
  constexpr explicit atom(T value, site where = site::here()) noexcept : word_(value) { register_word(where); }
  atom(const atom&) = delete;
  atom& operator=(const atom&) = delete;
  constexpr ~atom() {
    if (!std::is_constant_evaluated()) model::runtime::died(&word_, site::here());
  }

  template <load_order O>
  [[nodiscard]] T load(O, site where = site::here()) const noexcept {
    return to_value(model::runtime::load(&word_, sizeof(T), O::value, where));
  }
  template <store_order O>
  void store(T value, O, site where = site::here()) noexcept {
    model::runtime::store(&word_, sizeof(T), to_bits(value), O::value, where);
  }
  template <any_order O>
  T exchange(T value, O, site where = site::here()) noexcept {
    return modify(model::runtime::change::exchange, value, O::value, where);
  }
  template <any_order Success, load_order Failure>
  [[nodiscard]] bool compare_exchange_strong(T& expected, T desired, Success, Failure, site where = site::here()) noexcept {
    return compare_exchange(expected, desired, Success::value, Failure::value, false, where);
  }
  template <any_order Success, load_order Failure>
  [[nodiscard]] bool compare_exchange_weak(T& expected, T desired, Success, Failure, site where = site::here()) noexcept {
    return compare_exchange(expected, desired, Success::value, Failure::value, true, where);
  }
  template <any_order O>
  T fetch_add(T value, O, site where = site::here()) noexcept requires std::is_integral_v<T> {
    return modify(model::runtime::change::add, value, O::value, where);
  }
  template <any_order O>
  T fetch_sub(T value, O, site where = site::here()) noexcept requires std::is_integral_v<T> {
    return modify(model::runtime::change::subtract, value, O::value, where);
  }
  template <any_order O>
  T fetch_and(T value, O, site where = site::here()) noexcept requires std::is_integral_v<T> {
    return modify(model::runtime::change::bit_and, value, O::value, where);
  }
  template <any_order O>
  T fetch_or(T value, O, site where = site::here()) noexcept requires std::is_integral_v<T> {
    return modify(model::runtime::change::bit_or, value, O::value, where);
  }
  template <any_order O>
  T fetch_xor(T value, O, site where = site::here()) noexcept requires std::is_integral_v<T> {
    return modify(model::runtime::change::bit_xor, value, O::value, where);
  }

 private:
  friend struct kernel_word;

  static std::uint64_t to_bits(const T& value) noexcept {
    std::uint64_t bits = 0;
    std::memcpy(&bits, &value, sizeof(T));
    return bits;
  }
  static T to_value(std::uint64_t bits) noexcept {
    alignas(T) unsigned char raw[sizeof(T)];
    std::memcpy(raw, &bits, sizeof(T));
    return *std::launder(reinterpret_cast<T*>(raw));
  }
  constexpr void register_word(site where) noexcept {
    if (!std::is_constant_evaluated()) model::runtime::born(&word_, sizeof(T), where);
  }
  T modify(model::runtime::change how, const T& operand, std::memory_order order, site where) noexcept {
    return to_value(model::runtime::modify(&word_, sizeof(T), how, to_bits(operand), order, where));
  }
  bool compare_exchange(T& expected, const T& desired, std::memory_order success, std::memory_order failure, bool weak,
                        site where) noexcept {
    std::uint64_t seen = to_bits(expected);
    const bool done =
        model::runtime::compare_exchange(&word_, sizeof(T), seen, to_bits(desired), success, failure, weak, where);
    if (!done) expected = to_value(seen);
    return done;
  }

  T word_{};  // only the value that it was born with; what happens later lives in the checker
};

// ---------------------------------------------------------------------------------------------- fences

template <any_order O>
inline void fence(O, site where = site::here()) noexcept {
  model::runtime::fence(O::value, where);
}
inline void fence_light(site where = site::here()) noexcept { model::runtime::fence_light(where); }
inline void fence_heavy(site where = site::here()) noexcept { model::runtime::fence_heavy(where); }
[[nodiscard]] inline bool has_asymmetric_fences() noexcept { return model::runtime::has_asymmetric_fences(); }

// ---------------------------------------------------------------------------------------------- shared plain memory

template <class T>
class plain {
 public:
  constexpr plain(site where = site::here()) : value_() { born(where); }  // NOLINT: the default constructor
  template <class... Args>
  constexpr explicit plain(std::in_place_t, Args&&... args) : value_(std::forward<Args>(args)...) {
    born(site::here());
  }
  constexpr explicit plain(T value, site where = site::here()) : value_(std::move(value)) { born(where); }
  plain(const plain& other) : value_(other.read()) { born(site::here()); }
  plain(plain&& other) noexcept(std::is_nothrow_move_constructible_v<T>) : value_(std::move(other.write())) {
    born(site::here());
  }
  plain& operator=(const plain& other) {
    write() = other.read();
    return *this;
  }
  plain& operator=(plain&& other) noexcept(std::is_nothrow_move_assignable_v<T>) {
    write() = std::move(other.write());
    return *this;
  }
  constexpr ~plain() {
    if (!std::is_constant_evaluated()) model::runtime::cell_died(this, site::here());
  }

  [[nodiscard]] const T& read(site where = site::here()) const noexcept {
    model::runtime::cell_touched(this, model::runtime::touch::read, false, true, where);
    return value_;
  }
  [[nodiscard]] T& write(site where = site::here()) noexcept {
    model::runtime::cell_touched(this, model::runtime::touch::write, false, true, where);
    return value_;
  }

 private:
  constexpr void born(site where) noexcept {
    if (!std::is_constant_evaluated()) model::runtime::cell_born(this, false, where);
  }
  T value_;
};

template <class T>
class slot {
 public:
  slot(site where = site::here()) noexcept {
    model::runtime::cell_born(this, true, where);
  }  // NOLINT: as in the plain build
  ~slot() noexcept { model::runtime::cell_died(this, site::here()); }
  slot(const slot&) = delete;
  slot& operator=(const slot&) = delete;

  template <class... Args>
  T& construct(Args&&... args) noexcept(std::is_nothrow_constructible_v<T, Args...>) {
    touched(model::runtime::touch::construct, site::here());
    return *std::construct_at(std::addressof(value_), std::forward<Args>(args)...);
  }
  [[nodiscard]] T& write(site where = site::here()) noexcept {
    touched(model::runtime::touch::write, where);
    return value_;
  }
  [[nodiscard]] const T& read(site where = site::here()) const noexcept {
    touched(model::runtime::touch::read, where);
    return value_;
  }
  void destroy(site where = site::here()) noexcept {
    touched(model::runtime::touch::destroy, where);
    std::destroy_at(std::addressof(value_));
  }
  [[nodiscard]] T take(site where = site::here()) noexcept {
    static_assert(std::is_nothrow_move_constructible_v<T>, "[weft] a T kept in a slot needs a noexcept move constructor");
    touched(model::runtime::touch::write, where);
    struct ender {
      slot* self;
      site where;
      ~ender() { self->destroy(where); }
    } end{this, where};
    return std::move(value_);
  }

 private:
  void touched(model::runtime::touch how, site where) const noexcept {
    model::runtime::cell_touched(this, how, true, std::is_trivially_destructible_v<T>, where);
  }
  union {
    T value_;
  };
};

// ---------------------------------------------------------------------------------------------- clock and pauses

/// Virtual and steady: stands still while threads run, moves when a deadline passes.
struct clock {
  using duration = std::chrono::nanoseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<clock>;
  static constexpr bool is_steady = true;
  [[nodiscard]] static time_point now(site where = site::here()) noexcept {
    return time_point(duration(model::runtime::now(where)));
  }
};

/// Both say: I am in a loop that only another thread's store can end.
inline void cpu_relax(site where = site::here()) noexcept { model::runtime::yield(where); }
inline void yield_thread(site where = site::here()) noexcept { model::runtime::yield(where); }

template <class Rep, class Period>
[[nodiscard]] clock::time_point deadline_after(std::chrono::duration<Rep, Period> duration) noexcept {
  const clock::time_point now = clock::now();
  if (duration <= duration.zero()) return now;
  const std::chrono::duration<long double> room = clock::time_point::max() - now;
  if (std::chrono::duration<long double>(duration) >= room) return clock::time_point::max();
  return now + std::chrono::ceil<clock::duration>(duration);
}

// ---------------------------------------------------------------------------------------------- futex

enum class futex_outcome { woken, changed, timed_out };

struct kernel_word {
  static const void* address(const atom<std::uint32_t>& word) noexcept { return &word.word_; }
};

[[nodiscard]] inline futex_outcome futex_wait(const atom<std::uint32_t>& word, std::uint32_t expected,
                                              clock::time_point deadline = clock::time_point::max(),
                                              site where = site::here()) noexcept {
  return static_cast<futex_outcome>(
      model::runtime::futex_wait(kernel_word::address(word), expected, deadline.time_since_epoch().count(), where));
}
inline int futex_wake(const atom<std::uint32_t>& word, int count, site where = site::here()) noexcept {
  return model::runtime::futex_wake(kernel_word::address(word), count, where);
}

// ---------------------------------------------------------------------------------------------- mutex

class bare_mutex {
 public:
  void lock(site where = site::here()) { model::runtime::lock(this, where); }
  [[nodiscard]] bool try_lock(site where = site::here()) { return model::runtime::try_lock(this, where); }
  void unlock(site where = site::here()) { model::runtime::unlock(this, where); }

 private:
  [[maybe_unused]] std::uint64_t room_ = 0;  // keeps the addresses of neighbours apart
};

using bare_lock = std::unique_lock<bare_mutex>;

// ---------------------------------------------------------------------------------------------- stacks and forks

struct stack_extent {
  std::uintptr_t end = 0;
  std::uintptr_t top = 0;
  [[nodiscard]] bool holds(std::uintptr_t address) const noexcept { return address >= end && address < top; }
};
/// A model's threads have the checker's stacks, and a model doesn't fork.
[[nodiscard]] inline stack_extent thread_stack() noexcept { return {}; }
[[nodiscard]] inline bool at_fork(void (*)(), void (*)(), void (*)()) noexcept { return false; }

// ---------------------------------------------------------------------------------------------- threads

template <class Tag, class T>
struct thread_word {
  static_assert(std::is_trivially_destructible_v<T>, "[weft] thread_word<Tag, T>: T must have no destructor");
  [[nodiscard]] static T& get() noexcept {
    bool fresh = false;
    void* const memory = model::runtime::thread_memory(&key, sizeof(T), alignof(T), fresh);
    if (fresh) ::new (memory) T{};
    return *static_cast<T*>(memory);
  }

 private:
  static inline char key = 0;
};

template <class Tag, class T>
struct thread_object {
  [[nodiscard]] static T& get() {
    T*& object = thread_word<thread_object, T*>::get();
    if (object == nullptr) {
      object = new T();
      model::runtime::at_thread_end(&end, object);
    }
    return *object;
  }

 private:
  static void end(void* object) {
    delete static_cast<T*>(object);
    thread_word<thread_object, T*>::get() = nullptr;
  }
};

struct thread_options {
  std::string name;
  std::size_t stack_size = 0;
};

class thread {
 public:
  thread() noexcept = default;
  template <class F>
  thread(const thread_options& options, F function, site where = site::here()) {
    auto body = std::make_unique<F>(std::move(function));
    if (model::runtime::thread_creation_fails(where)) {
      throw std::system_error(std::make_error_code(std::errc::resource_unavailable_try_again),
                              "weft: the system gave no thread");
    }
    handle_ = model::runtime::spawn(&run<F>, body.release(), options.name.c_str(), where);
    joinable_ = true;
  }
  thread(thread&& other) noexcept : handle_(other.handle_), joinable_(std::exchange(other.joinable_, false)) {}
  thread& operator=(thread&& other) noexcept {
    if (joinable_)
      model::runtime::failed("a running thread must be joined before its handle is assigned to", "", site::here());
    handle_ = other.handle_;
    joinable_ = std::exchange(other.joinable_, false);
    return *this;
  }
  ~thread() {
    if (joinable_) model::runtime::failed("a thread must be joined before its handle dies", "", site::here());
  }

  [[nodiscard]] bool joinable() const noexcept { return joinable_; }
  void join(site where = site::here()) {
    if (!joinable_) model::runtime::failed("a thread is joined once, and only if it was started", "", where);
    joinable_ = false;
    model::runtime::join(handle_, where);
  }

 private:
  template <class F>
  static void run(void* body) {
    const std::unique_ptr<F> owned(static_cast<F*>(body));
    (*owned)();
  }
  unsigned handle_ = 0;
  bool joinable_ = false;
};

}  // namespace weft::inline WEFT_ABI::atomic
