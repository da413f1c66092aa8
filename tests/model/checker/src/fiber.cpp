#include "fiber.hpp"

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <cxxabi.h>
#include <sys/mman.h>

// Where no assembler of ours stands below; or wanted, to test it elsewhere.
#if !defined(WEFT_MODEL_UCONTEXT) && !defined(__x86_64__) && !defined(__aarch64__)
#define WEFT_MODEL_UCONTEXT
#endif
#ifdef WEFT_MODEL_UCONTEXT
#include <ucontext.h>
#endif

namespace weft::inline WEFT_ABI::model {

namespace {
constexpr std::size_t stack_size = 256 * 1024;
constexpr std::size_t guard_size = 16 * 1024;

exception_state& current_exceptions() noexcept { return *reinterpret_cast<exception_state*>(abi::__cxa_get_globals()); }

[[noreturn]] void no_memory() {
  std::perror("weft model: no memory for a stack");
  std::abort();
}

char* map_stack() {
  void* const room = ::mmap(nullptr, stack_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (room == MAP_FAILED || ::mprotect(room, guard_size, PROT_NONE) != 0) no_memory();
  return static_cast<char*>(room);
}
}  // namespace

#ifndef WEFT_MODEL_UCONTEXT

// Global, if hidden: a local symbol is its section and an offset, and an entry of the GOT of AArch64 has no place for offsets.
extern "C" void weft_model_switch(void** save, void* load) noexcept;
extern "C" void weft_model_first() noexcept;

#if defined(__x86_64__)
// Saves what the callee owes the caller, exchanges stacks. A new stack starts in weft_model_first with rbx, r12 set.
__asm__(R"(
.text
.p2align 4
.globl weft_model_switch
.hidden weft_model_switch
.type weft_model_switch,@function
weft_model_switch:
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  movq %rsp, (%rdi)
  movq %rsi, %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  ret
.size weft_model_switch,.-weft_model_switch
.p2align 4
.globl weft_model_first
.hidden weft_model_first
.type weft_model_first,@function
weft_model_first:
  movq %r12, %rdi
  call *%rbx
  ud2
.size weft_model_first,.-weft_model_first
)");

void fiber::prepare(void (*entry)(void*), void* argument) {
#else
__asm__(R"(
.text
.p2align 4
.globl weft_model_switch
.hidden weft_model_switch
.type weft_model_switch,%function
weft_model_switch:
  sub sp, sp, #160
  stp x19, x20, [sp, #0]
  stp x21, x22, [sp, #16]
  stp x23, x24, [sp, #32]
  stp x25, x26, [sp, #48]
  stp x27, x28, [sp, #64]
  stp x29, x30, [sp, #80]
  stp d8, d9, [sp, #96]
  stp d10, d11, [sp, #112]
  stp d12, d13, [sp, #128]
  stp d14, d15, [sp, #144]
  mov x9, sp
  str x9, [x0]
  mov sp, x1
  ldp x19, x20, [sp, #0]
  ldp x21, x22, [sp, #16]
  ldp x23, x24, [sp, #32]
  ldp x25, x26, [sp, #48]
  ldp x27, x28, [sp, #64]
  ldp x29, x30, [sp, #80]
  ldp d8, d9, [sp, #96]
  ldp d10, d11, [sp, #112]
  ldp d12, d13, [sp, #128]
  ldp d14, d15, [sp, #144]
  add sp, sp, #160
  ret
.size weft_model_switch,.-weft_model_switch
.p2align 4
.globl weft_model_first
.hidden weft_model_first
.type weft_model_first,%function
weft_model_first:
  mov x0, x20
  blr x19
  brk #1
.size weft_model_first,.-weft_model_first
)");

void fiber::prepare(void (*entry)(void*), void* argument) {
#endif
  if (memory_ == nullptr) memory_ = map_stack();
  auto* top = reinterpret_cast<void**>(memory_ + stack_size);
#if defined(__x86_64__)
  // At a function's first instruction the stack is 8 off 16; weft_model_first is entered by ret, calls with it aligned.
  top -= 2;
  *--top = reinterpret_cast<void*>(&weft_model_first);  // where `ret` goes
  *--top = nullptr;                                     // rbp
  *--top = reinterpret_cast<void*>(entry);              // rbx
  *--top = argument;                                    // r12
  *--top = nullptr;                                     // r13
  *--top = nullptr;                                     // r14
  *--top = nullptr;                                     // r15
#else
  top -= 20;
  std::memset(top, 0, 160);
  top[0] = reinterpret_cast<void*>(entry);               // x19
  top[1] = argument;                                     // x20
  top[11] = reinterpret_cast<void*>(&weft_model_first);  // x30
#endif
  stack_pointer_ = top;
  exceptions_ = {};
}

void fiber::switch_between(fiber& from, fiber& to) noexcept {
  exception_state& now = current_exceptions();
  from.exceptions_ = now;
  now = to.exceptions_;
  weft_model_switch(&from.stack_pointer_, to.stack_pointer_);
}

#else

namespace {
struct portable {
  ucontext_t context;
  void (*entry)(void*);
  void* argument;
};
void start(unsigned high, unsigned low) {
  auto* self = reinterpret_cast<portable*>((static_cast<std::uintptr_t>(high) << 16 << 16) | low);
  self->entry(self->argument);
}
portable* context_of(void*& room) {
  if (room == nullptr) room = std::calloc(1, sizeof(portable));
  if (room == nullptr) no_memory();
  return static_cast<portable*>(room);
}
}  // namespace

void fiber::prepare(void (*entry)(void*), void* argument) {
  if (memory_ == nullptr) memory_ = map_stack();
  portable* const self = context_of(stack_pointer_);
  self->entry = entry;
  self->argument = argument;
  ::getcontext(&self->context);
  self->context.uc_stack.ss_sp = memory_ + guard_size;
  self->context.uc_stack.ss_size = stack_size - guard_size;
  self->context.uc_link = nullptr;
  const auto bits = reinterpret_cast<std::uintptr_t>(self);
  ::makecontext(&self->context, reinterpret_cast<void (*)()>(&start), 2, static_cast<unsigned>(bits >> 16 >> 16),
                static_cast<unsigned>(bits));
  exceptions_ = {};
}

void fiber::switch_between(fiber& from, fiber& to) noexcept {
  exception_state& now = current_exceptions();
  from.exceptions_ = now;
  now = to.exceptions_;
  ::swapcontext(&context_of(from.stack_pointer_)->context, &context_of(to.stack_pointer_)->context);
}

#endif

fiber::~fiber() {
  if (memory_ != nullptr) ::munmap(memory_, stack_size);
#ifdef WEFT_MODEL_UCONTEXT
  std::free(stack_pointer_);
#endif
}

bool fiber::is_guard(const void* address) const noexcept {
  const auto* at = static_cast<const char*>(address);
  return memory_ != nullptr && at >= memory_ && at < memory_ + guard_size;
}

bool fiber::holds(const void* address) const noexcept {
  const auto* at = static_cast<const char*>(address);
  return memory_ != nullptr && at >= memory_ && at < memory_ + stack_size;
}

}  // namespace weft::inline WEFT_ABI::model
