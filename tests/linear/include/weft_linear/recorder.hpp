// Records what threads do to an object, cheaply enough for millions of operations.
//
// Tickets come from one counter by sequentially consistent read-modify-writes: if a's last ticket is smaller than b's first
// one, the first happened before the second, so the interval order is never more than the language promises. The price is
// that the counter orders accesses that the object itself may have left unordered: what that hides is for the model checker
// to find.
#pragma once

#include <weft_linear/history.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <thread>
#include <vector>

namespace weft_linear {

class recorder {
 public:
  /// One thread's pen. Of the gaps between a ticket and the operation, one in `one_in` on average is held open until
  /// somebody else draws a ticket or for a while; 0: none.
  class alignas(64) scribe {
   public:
    scribe(std::atomic<std::uint64_t>& tickets, std::uint64_t seed, unsigned one_in, std::int64_t name)
        : tickets_(tickets), random_(seed * 0x9e3779b97f4a7c15ULL + 1), one_in_(one_in), next_value_(name << 32) {}

    /// Runs perform(operation&), which fills in the answer and the value.
    template <class F>
    void note(action what, F perform) {
      operation<std::uint64_t> it;
      it.what = what;
      it.began = tickets_.fetch_add(1, std::memory_order_seq_cst);
      gap();
      perform(it);
      gap();
      it.ended = tickets_.fetch_add(1, std::memory_order_seq_cst);
      log_.push_back(it);
    }
    /// For a second operation that is part of the one noted last.
    void note_also(action what, std::int64_t value) {
      operation<std::uint64_t> it = log_.back();
      it.what = what;
      it.said = answer::ok;
      it.value = value;
      log_.push_back(it);
    }
    /// A value that nobody else pushes.
    [[nodiscard]] std::int64_t fresh() noexcept { return next_value_++; }
    /// One of 0 … count - 1.
    [[nodiscard]] unsigned choose(unsigned count) noexcept {
      random_ ^= random_ << 13;
      random_ ^= random_ >> 7;
      random_ ^= random_ << 17;
      return static_cast<unsigned>((random_ * 0x2545f4914f6cdd1dULL >> 33) % count);
    }
    [[nodiscard]] std::vector<operation<std::uint64_t>>& log() noexcept { return log_; }

   private:
    void gap() noexcept {
      if (one_in_ == 0 || choose(one_in_) != 0) return;
      const std::uint64_t before = tickets_.load(std::memory_order_relaxed);
      for (int i = 0; i < 8 && tickets_.load(std::memory_order_relaxed) == before; ++i) std::this_thread::yield();
    }

    std::atomic<std::uint64_t>& tickets_;
    std::uint64_t random_;
    unsigned one_in_;
    std::int64_t next_value_;
    std::vector<operation<std::uint64_t>> log_;
  };

  recorder(std::size_t threads, std::uint64_t seed, unsigned one_in, std::size_t expected = 0) {
    for (std::size_t t = 0; t < threads; ++t) {
      scribes_.emplace_back(tickets_, seed + t, one_in, static_cast<std::int64_t>(t) + 1).log().reserve(expected);
    }
  }
  [[nodiscard]] scribe& of(std::size_t thread) { return scribes_[thread]; }

  /// What was recorded; valid until more is.
  [[nodiscard]] history<std::uint64_t> seen() {
    spans_.clear();
    for (scribe& each : scribes_) spans_.emplace_back(each.log());
    return spans_;
  }

 private:
  alignas(64) std::atomic<std::uint64_t> tickets_{0};
  std::deque<scribe> scribes_;
  std::vector<std::span<const operation<std::uint64_t>>> spans_;
};

}  // namespace weft_linear
