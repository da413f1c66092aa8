// Messages that tell on whoever loses, doubles or mishandles them, and a waker that counts.
#pragma once

#include <weft/atomic/waker.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

namespace payload {

/// Counts how many of its kind are alive.
class counted {
 public:
  explicit counted(std::atomic<int>& alive, int id = 0) noexcept : alive_(&alive), id_(id) { ++*alive_; }
  counted(counted&& other) noexcept : alive_(other.alive_), id_(std::exchange(other.id_, -1)) { ++*alive_; }
  counted& operator=(counted&& other) noexcept {
    id_ = std::exchange(other.id_, -1);
    return *this;
  }
  ~counted() { --*alive_; }
  [[nodiscard]] int id() const noexcept { return id_; }

 private:
  std::atomic<int>* alive_;
  int id_;
};

/// Must lie at multiples of 256 bytes.
struct alignas(256) wide {
  explicit wide(int v) noexcept : value(v) {}
  [[nodiscard]] bool is_aligned() const noexcept { return reinterpret_cast<std::uintptr_t>(this) % 256 == 0; }
  int value;
};

using move_only = std::unique_ptr<int>;

/// A waker that counts its wakes, and how many of it exist.
class bell {
 public:
  [[nodiscard]] weft::waker waker() noexcept {
    ++alive;
    return weft::waker(vtable, this);
  }
  std::atomic<int> wakes{0};
  std::atomic<int> alive{0};

 private:
  static bell& self(void* data) noexcept { return *static_cast<bell*>(data); }
  static const weft::atomic::waker_vtable vtable;
};

inline constexpr weft::atomic::waker_vtable bell::vtable{
    .clone = [](void* data) noexcept -> void* {
      ++self(data).alive;
      return data;
    },
    .wake =
        [](void* data) noexcept {
          ++self(data).wakes;
          --self(data).alive;
        },
    .wake_by_ref = [](void* data) noexcept { ++self(data).wakes; },
    .drop = [](void* data) noexcept { --self(data).alive; },
};

}  // namespace payload
