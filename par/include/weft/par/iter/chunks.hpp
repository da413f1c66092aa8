// Steps that group neighbours: chunks, windows.
#pragma once

#include <weft/par/iter/positions.hpp>
#include <weft/par/iter/sources.hpp>

#include <algorithm>
#include <cstddef>
#include <span>
#include <stdexcept>
#include <utility>
#include <vector>

namespace weft::inline WEFT_ABI::par {

namespace plumbing {

template <class>
inline constexpr bool is_contiguous = false;
template <class T>
inline constexpr bool is_contiguous<contiguous_producer<T>> = true;

template <class T>
struct span_chunk_cursor {
  T* data;
  std::size_t length;
  std::size_t width;
  constexpr std::span<T> at(std::size_t i) const {
    const std::size_t lo = i * width;
    return {data + lo, std::min(width, length - lo)};
  }
};

template <class Cursor, class T>
struct vector_chunk_cursor {
  Cursor base;
  std::size_t length;
  std::size_t width;
  std::vector<T> at(std::size_t i) const {
    const std::size_t lo = i * width;
    const std::size_t hi = lo + std::min(width, length - lo);
    std::vector<T> chunk;
    chunk.reserve(hi - lo);
    plumbing::walk(base, lo, hi, [&chunk](auto&& x) { chunk.push_back(std::forward<decltype(x)>(x)); });
    return chunk;
  }
};

inline std::size_t chunk_count(std::size_t length, std::size_t width) noexcept {
  return length / width + (length % width != 0 ? 1 : 0);
}

/// Groups of `width` neighbours as spans of the memory that they lie in; the last group may be shorter.
template <class T>
class span_chunk_producer {
 public:
  using item = std::span<T>;
  span_chunk_producer(contiguous_producer<T> base, std::size_t width) : base_(base), width_(width) {}
  [[nodiscard]] std::size_t length() const { return chunk_count(base_.length(), width_); }
  [[nodiscard]] auto cursor() const { return span_chunk_cursor<T>{base_.cursor().data, base_.length(), width_}; }

 private:
  contiguous_producer<T> base_;
  std::size_t width_;
};

/// Groups of `width` neighbours as vectors; the last group may be shorter.
template <indexed_producer Base>
class vector_chunk_producer {
 public:
  using value = value_of<typename Base::item>;
  using item = std::vector<value>;
  vector_chunk_producer(Base base, std::size_t width) : base_(std::move(base)), width_(width) {}
  [[nodiscard]] std::size_t length() const { return chunk_count(base_.length(), width_); }
  [[nodiscard]] auto cursor() { return vector_chunk_cursor<cursor_of<Base>, value>{base_.cursor(), base_.length(), width_}; }

 private:
  Base base_;
  std::size_t width_;
};

template <class T>
struct window_cursor {
  T* data;
  std::size_t width;
  constexpr std::span<const T> at(std::size_t i) const { return {data + i, width}; }
};

/// All runs of `width` neighbours, as spans that overlap.
template <class T>
class window_producer {
 public:
  using item = std::span<const T>;
  window_producer(contiguous_producer<T> base, std::size_t width) : base_(base), width_(width) {}
  [[nodiscard]] std::size_t length() const { return base_.length() < width_ ? 0 : base_.length() - width_ + 1; }
  [[nodiscard]] auto cursor() const { return window_cursor<T>{base_.cursor().data, width_}; }

 private:
  contiguous_producer<T> base_;
  std::size_t width_;
};

}  // namespace plumbing

template <class Producer>
struct chunk_steps {
  using self = pipeline<Producer>;

  /// Groups n neighbours; the last group may have fewer. Straight after a source in contiguous memory the groups are std::spans
  /// of it, otherwise std::vectors.
  ///
  /// Errors    std::invalid_argument when n is 0.
  ///
  ///     std::vector<int> v(10, 1);
  ///     auto sums = par_iter(v).chunks(4).map([](std::span<int> c) { return c.size(); }).collect();  // 4 4 2
  auto chunks(std::size_t n) && {
    if (n == 0) throw std::invalid_argument("weft::par_iter: chunks(0) means nothing; the least is 1");
    if constexpr (plumbing::is_contiguous<Producer>) {
      return static_cast<self&&>(*this)
          .step([n](Producer&& base) { return plumbing::span_chunk_producer(base, n); })
          .with({});
    } else if constexpr (plumbing::check_indexed<Producer>()) {
      return static_cast<self&&>(*this)
          .step([n](Producer&& base) { return plumbing::vector_chunk_producer<Producer>(std::move(base), n); })
          .with({});
    } else {
      return static_cast<self&&>(*this);
    }
  }

  /// All runs of n neighbours, overlapping, as std::span<const T>; only straight after a source in contiguous memory.
  ///
  /// Errors    std::invalid_argument when n is 0.
  auto windows(std::size_t n) && {
    if (n == 0) throw std::invalid_argument("weft::par_iter: windows(0) means nothing; the least is 1");
    if constexpr (plumbing::is_contiguous<Producer>) {
      return static_cast<self&&>(*this).step([n](Producer&& base) { return plumbing::window_producer(base, n); });
    } else {
      static_assert(
          plumbing::is_contiguous<Producer>,
          "[weft] windows needs a pipeline straight over contiguous memory (a vector, array or span): put it first");
      return static_cast<self&&>(*this);
    }
  }
};

}  // namespace weft::inline WEFT_ABI::par
