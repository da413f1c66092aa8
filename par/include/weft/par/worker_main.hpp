// worker_main: what a thread that somebody else has made calls to be a pool's worker.
#pragma once

#include <weft/atomic/abi.hpp>

#include <cstddef>
#include <string>
#include <utility>

namespace weft::inline WEFT_ABI::par {

namespace detail {
class registry;
}  // namespace detail

/// A worker's whole life, to be called once, on a thread made for it: see pool_options::spawn_thread.
///
/// Threads   one at a time, as every value; it may move between threads. It is called on a thread that works for no pool.
///
///     std::vector<std::jthread> mine;
///     {
///       weft::par::pool_options options;
///       options.threads = 2;
///       options.spawn_thread = [&](weft::par::worker_main main) { mine.emplace_back(std::move(main)); };
///       weft::thread_pool pool(options);
///     }  // both mains have returned
class worker_main {
 public:
  worker_main(worker_main&& other) noexcept
      : pool_(std::exchange(other.pool_, nullptr)),
        index_(other.index_),
        name_(std::move(other.name_)),
        stack_size_(other.stack_size_) {}
  worker_main& operator=(worker_main&&) = delete;
  /// Not called, it may only be destroyed by an exception that leaves spawn_thread: all else ends the process with a sentence.
  ~worker_main();

  /// Works for the pool until its end. Throws nothing.
  void operator()() noexcept;

  /// Which worker it is, and what the pool's options want its thread to be like.
  [[nodiscard]] std::size_t index() const noexcept { return index_; }
  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] std::size_t stack_size() const noexcept { return stack_size_; }

 private:
  friend class detail::registry;
  worker_main(detail::registry& pool, std::size_t index, std::string name, std::size_t stack_size) noexcept
      : pool_(&pool), index_(index), name_(std::move(name)), stack_size_(stack_size) {}

  detail::registry* pool_;  // null: called, or moved from
  std::size_t index_;
  std::string name_;
  std::size_t stack_size_;
};

}  // namespace weft::inline WEFT_ABI::par
