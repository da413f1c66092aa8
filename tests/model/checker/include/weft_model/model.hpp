// How a model is written: MODEL("name") { … model::threads(a, b); model::check(cond, "sentence"); }
//
// The body runs once per execution as thread 0. Everything it makes dies with the execution. See tests/model/README.md.
#pragma once

#include <weft/atomic/seam.hpp>
#include <weft_model/site.hpp>

#include <array>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace weft::inline WEFT_ABI::model {

/// What a model asks of the checker. All budgets are per thread and execution.
struct options {
  unsigned spurious_cas = 1;         ///< compare_exchange_weak failures without a reason
  unsigned spurious_wakes = 0;       ///< futex sleeps that end without a wake
  unsigned timeouts = 1;             ///< deadlines that pass while other threads could still run
  unsigned allocation_failures = 0;  ///< operator new that throws
  unsigned thread_failures = 0;      ///< threads that the system refuses
  bool reuse_memory = false;         ///< operator new may give back the block freed last (ABA)
  bool asymmetric_fences = true;     ///< false: fence_light and fence_heavy are fence(seq_cst)
  unsigned max_steps = 5000;         ///< more in one execution: reported as a livelock
  bool exhaustive = true;            ///< false: too large for that; the runner walks it at random for a while
  unsigned walks = 20000;            ///< random walks of a model that is not exhaustive
  bool by_priorities = false;  ///< its walks follow random priorities (PCT): better where something must come very late
};

using body_function = void (*)();

struct registration {
  registration(const char* name, body_function body, options wanted, site where) noexcept;
};

/// Fails the execution with the sentence unless the condition holds.
inline void check(bool condition, const char* sentence, site where = site::here()) noexcept {
  if (!condition) runtime::failed("check failed", sentence, where);
}

/// One of 0 … count-1: every one of them is tried.
[[nodiscard]] unsigned choose(unsigned count, site where = site::here()) noexcept;

/// Gives up this execution as of no interest.
[[noreturn]] void discard() noexcept;

/// Adds what the execution saw to the set of outcomes.
void outcome(std::initializer_list<std::int64_t> values) noexcept;

/// How the trace calls the word at this address.
void name(const void* word, const char* text) noexcept;
template <class T>
void name(const atomic::atom<T>& word, const char* text) noexcept {
  name(static_cast<const void*>(&word), text);
}

/// A place in a thread's program: after all that it has done so far, before what it does next.
struct moment {
  std::array<std::int16_t, 16> known{};  ///< how many events of each thread happen before it
  std::uint32_t number = 0;              ///< counts the moments of an execution
  std::uint8_t thread = 0;
};
[[nodiscard]] moment now() noexcept;

/// True if `a` happens before `b`. In another thread: only if something that came after `a` is known there, for what came
/// just before `a` may be known before `a` is reached.
[[nodiscard]] inline bool happens_before(const moment& a, const moment& b) noexcept {
  return a.thread == b.thread ? a.number < b.number : b.known[a.thread] > a.known[a.thread];
}

/// A thread that is joined when it goes out of scope.
class running {
 public:
  explicit running(atomic::thread&& started) noexcept : thread_(std::move(started)) {}
  running(running&&) noexcept = default;
  ~running() { join(); }
  void join() {
    if (thread_.joinable()) thread_.join();
  }

 private:
  atomic::thread thread_;
};

template <class F>
[[nodiscard]] running spawn(F function, site where = site::here()) {
  return running(atomic::thread(atomic::thread_options{}, std::move(function), where));
}

/// Runs the bodies as threads and joins them all.
template <class... Bodies>
void threads(Bodies... bodies) {
  running all[] = {spawn(std::move(bodies))...};
  for (running& one : all) one.join();
}

}  // namespace weft::inline WEFT_ABI::model

namespace model = weft::model;

#define WEFT_MODEL_CAT_(a, b) a##b
#define WEFT_MODEL_CAT(a, b) WEFT_MODEL_CAT_(a, b)

/// MODEL("room part: what happens") { body }, or MODEL("…", .spurious_wakes = 1, .timeouts = 0) { body }.
#define MODEL(...) WEFT_MODEL_DEFINE(__COUNTER__, __VA_ARGS__)
#define WEFT_MODEL_DEFINE(id, ...) WEFT_MODEL_DEFINE_(id, __VA_ARGS__)
#define WEFT_MODEL_DEFINE_(id, title, ...)                                                                             \
  static void WEFT_MODEL_CAT(weft_model_body_, id)();                                                                  \
  static const ::weft::model::registration WEFT_MODEL_CAT(weft_model_registration_, id)(                               \
      title, &WEFT_MODEL_CAT(weft_model_body_, id), ::weft::model::options{__VA_ARGS__}, ::weft::model::site::here()); \
  static void WEFT_MODEL_CAT(weft_model_body_, id)()
