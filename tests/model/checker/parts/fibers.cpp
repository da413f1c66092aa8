// A switch between fibers keeps what a function may rely on across a call, and each fiber has its own stack and exceptions.
#include "fiber.hpp"

#include <array>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <exception>

namespace {

using weft::model::fiber;

int failed = 0;
void expect(bool condition, const char* what) {
  if (condition) return;
  ++failed;
  std::printf("FAILED: %s\n", what);
}

/// Two fibers and the host, which take turns.
struct stage {
  fiber host;
  std::array<fiber, 2> fibers;

  void begin(unsigned which, void (*entry)(void*), void* argument) { fibers[which].prepare(entry, argument); }
  void resume(unsigned which) { fiber::switch_between(host, fibers[which]); }
  void pause(unsigned which) { fiber::switch_between(fibers[which], host); }
};

// ---------------------------------------------------------------------------------------------- registers

/// More sums than there are registers that a call preserves, whole and floating, all alive across each pause.
template <class Pause>
double run_sums(std::uint64_t seed, Pause pause) {
  std::uint64_t a = seed, b = seed * 3, c = seed * 5, d = seed * 7, e = seed * 11, f = seed * 13, g = seed * 17;
  double p = 0.5 + static_cast<double>(seed), q = p * 2, r = p * 3, s = p * 4, t = p * 5, u = p * 6, v = p * 7, w = p * 8;
  for (unsigned i = 0; i < 100; ++i) {
    pause();
    a += b ^ i, b += c, c += d, d += e, e += f, f += g, g += a;
    p += q / 3, q += r / 3, r += s / 3, s += t / 3, t += u / 3, u += v / 3, v += w / 3, w = p / 9;
  }
  const std::uint64_t whole = a ^ b ^ c ^ d ^ e ^ f ^ g;
  return p + q + r + s + t + u + v + w + static_cast<double>(whole >> 12);
}

struct summing {
  stage* on;
  unsigned which;
  double sum = 0;
  bool done = false;

  static void run(void* pointer) {
    auto& it = *static_cast<summing*>(pointer);
    it.sum = run_sums(it.which + 1, [&] { it.on->pause(it.which); });
    it.done = true;
    it.on->pause(it.which);
  }
};

void test_registers() {
  stage on;
  std::array<summing, 2> sums{summing{&on, 0}, summing{&on, 1}};
  for (unsigned i = 0; i < 2; ++i) on.begin(i, &summing::run, &sums[i]);
  while (!sums[0].done || !sums[1].done) {
    for (unsigned i = 0; i < 2; ++i) {
      if (!sums[i].done) on.resume(i);
    }
  }
  for (unsigned i = 0; i < 2; ++i)
    expect(sums[i].sum == run_sums(i + 1, [] {}), "what a call preserves, a switch preserves");
}

// ---------------------------------------------------------------------------------------------- exceptions

struct throwing {
  stage* on;
  unsigned which;
  int rethrown = -1;
  int in_flight = -1;

  struct pauses_in_flight {
    throwing* it;
    ~pauses_in_flight() {
      it->on->pause(it->which);
      it->in_flight = std::uncaught_exceptions();
    }
  };

  static void run(void* pointer) {
    auto& it = *static_cast<throwing*>(pointer);
    try {
      try {
        const pauses_in_flight leaving{&it};
        throw static_cast<int>(it.which);
      } catch (int) {
        it.on->pause(it.which);
        throw;
      }
    } catch (int which) {
      it.rethrown = which;
    }
    it.on->pause(it.which);
  }
};

// Each fiber pauses while an exception unwinds it, and again in the handler.
void test_exceptions() {
  stage on;
  std::array<throwing, 2> fibers{throwing{&on, 0}, throwing{&on, 1}};
  for (unsigned i = 0; i < 2; ++i) on.begin(i, &throwing::run, &fibers[i]);
  for (unsigned round = 0; round < 3; ++round) {
    for (unsigned i = 0; i < 2; ++i) on.resume(i);
    expect(std::uncaught_exceptions() == 0, "the host has no exception in flight");
  }
  for (const throwing& it : fibers) {
    expect(it.in_flight == 1, "an exception is in flight in its own fiber");
    expect(it.rethrown == static_cast<int>(it.which), "a handler throws its own fiber's exception again");
  }
}

// ---------------------------------------------------------------------------------------------- stacks

struct counting {
  stage* on;
  int begun = 0;
  bool aligned = false;
  bool holds = false;

  static void run(void* pointer) {
    auto& it = *static_cast<counting*>(pointer);
    ++it.begun;
    alignas(16) volatile std::byte local{};
    const auto address = reinterpret_cast<std::uintptr_t>(&local);
    it.aligned = address % 16 == 0 && reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0)) % 16 == 0;
    it.holds =
        it.on->fibers[0].holds(const_cast<std::byte*>(&local)) && !it.on->fibers[1].holds(const_cast<std::byte*>(&local));
    for (;;) it.on->pause(0);
  }
};

void test_stacks() {
  stage on;
  counting it{&on};
  for (int i = 0; i < 2; ++i) {
    on.begin(0, &counting::run, &it);
    on.resume(0);
    on.resume(0);
  }
  expect(it.begun == 2, "prepare() begins anew");
  expect(it.aligned, "a fiber's frames are aligned");
  expect(it.holds, "a fiber knows its stack");
}

struct overflowing {
  stage on;
  bool in_guard = false;

  static overflowing* now;
  static int recurse(int depth) {
    volatile char room[1000];
    room[depth % 1000] = 1;
    return depth < 0 ? 0 : recurse(depth + 1) + room[depth % 1000];
  }
  static void run(void*) { std::printf("%d\n", recurse(0)); }
  // As the runner does it: away from the broken stack, never back.
  static void on_signal(int, siginfo_t* info, void*) {
    now->in_guard = now->on.fibers[0].is_guard(info->si_addr) && !now->on.fibers[1].is_guard(info->si_addr);
    now->on.pause(0);
  }
};
overflowing* overflowing::now = nullptr;

void test_overflow() {
  static std::array<char, 64 * 1024> room;
  stack_t stack{};
  stack.ss_sp = room.data();
  stack.ss_size = room.size();
  struct sigaction action {};
  action.sa_sigaction = &overflowing::on_signal;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
  expect(::sigaltstack(&stack, nullptr) == 0 && ::sigaction(SIGSEGV, &action, nullptr) == 0, "signals are caught");
  overflowing it;
  overflowing::now = &it;
  it.on.begin(1, &overflowing::run, nullptr);
  it.on.begin(0, &overflowing::run, nullptr);
  it.on.resume(0);
  expect(it.in_guard, "an overflowing stack meets its guard");
}

}  // namespace

int main() {
  test_registers();
  test_exceptions();
  test_stacks();
  test_overflow();
  std::printf("fibers: %d failed\n", failed);
  return failed == 0 ? 0 : 1;
}
