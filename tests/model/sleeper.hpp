// A task's bed: it sleeps until one of its wakers is woken.
#pragma once

#include <weft/atomic/seam.hpp>
#include <weft/atomic/waker.hpp>
#include <weft_model/model.hpp>

#include <cstdint>

namespace model_support {

/// Smaller than a parker, and without the fence that a futex brings along: what a wake-up carries, it carries by the waker
/// alone. The counts are the test's own.
class sleeper {
 public:
  sleeper() = default;
  sleeper(const sleeper&) = delete;
  sleeper& operator=(const sleeper&) = delete;
  ~sleeper() { weft::model::check(wakers_ == 0, "every copy of a waker is woken or dropped, once"); }

  void sleep() noexcept {
    while (word_.load(weft::relaxed) == 0) weft::atomic::yield_thread();
    word_.exchange(0, weft::acquire);
  }
  [[nodiscard]] bool was_woken() const noexcept { return woken_; }
  [[nodiscard]] weft::waker make_waker() noexcept {
    static constexpr weft::atomic::waker_vtable functions{[](void* data) noexcept {
                                                            ++of(data).wakers_;
                                                            return data;
                                                          },
                                                          [](void* data) noexcept {
                                                            of(data).ring();
                                                            --of(data).wakers_;
                                                          },
                                                          [](void* data) noexcept { of(data).ring(); },
                                                          [](void* data) noexcept { --of(data).wakers_; }};
    ++wakers_;
    return weft::waker(functions, this);
  }

 private:
  static sleeper& of(void* data) noexcept { return *static_cast<sleeper*>(data); }
  void ring() noexcept {
    woken_ = true;
    word_.exchange(1, weft::release);
  }

  weft::atom<std::uint32_t> word_{0};
  int wakers_ = 0;
  bool woken_ = false;
};

}  // namespace model_support
