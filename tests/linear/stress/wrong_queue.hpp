// A queue behind a lock that is wrong now and then, in a way that can be chosen.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>

enum class fault { none, out_of_order, false_empty, doubled, lost };

class wrong_queue {
 public:
  explicit wrong_queue(fault what) : fault_(what) {}

  void push(std::int64_t value) {
    const std::lock_guard held(lock_);
    if (fault_ == fault::lost && is_time()) return;
    items_.push_back(value);
  }
  std::optional<std::int64_t> pop() {
    const std::lock_guard held(lock_);
    if (items_.empty()) return std::nullopt;
    const bool now = is_time();
    if (fault_ == fault::false_empty && now) return std::nullopt;
    const bool at_back = fault_ == fault::out_of_order && now;
    const std::int64_t value = at_back ? items_.back() : items_.front();
    if (at_back) {
      items_.pop_back();
    } else if (fault_ != fault::doubled || !now) {
      items_.pop_front();
    }
    return value;
  }

 private:
  bool is_time() { return ++calls_ % 50 == 0; }

  const fault fault_;
  std::mutex lock_;
  std::deque<std::int64_t> items_;
  std::size_t calls_ = 0;
};
