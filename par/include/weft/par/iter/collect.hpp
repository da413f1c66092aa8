// Ends that gather items, in order: collect, collect_into.
//
// A pipeline with one item for each index writes straight into the vector's uninitialised memory, in parallel; nothing is
// initialised first. One that drops or multiplies items fills one vector for each part and moves them together; into a vector
// that has room for all, a filter packs each part where it belongs at the latest, and closes the gaps.
#pragma once

#include <weft/atomic/assert.hpp>
#include <weft/par/iter/filter.hpp>
#include <weft/par/iter/map.hpp>
#include <weft/par/iter/pages.hpp>
#include <weft/par/iter/sources.hpp>
#include <weft/par/iter/vector_access.hpp>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <iterator>
#include <memory>
#include <optional>
#include <ranges>
#include <stdexcept>
#include <type_traits>
#include <utility>
#include <vector>

namespace weft::inline WEFT_ABI::par {

namespace plumbing {

/// Items constructed in a row of raw memory; destroys them unless released.
template <class T>
class raw_run {
 public:
  raw_run() noexcept = default;
  raw_run(raw_run&& other) noexcept
      : first_(std::exchange(other.first_, nullptr)), last_(std::exchange(other.last_, nullptr)) {}
  raw_run& operator=(raw_run&&) = delete;
  ~raw_run() { std::destroy(first_, last_); }

  /// The next item goes to `where`, which follows the last one.
  template <class... Args>
  void construct(T* where, Args&&... args) {
    std::construct_at(where, std::forward<Args>(args)...);
    if (first_ == last_) first_ = where;
    last_ = where + 1;
  }
  /// The same for a whole stretch that can't throw.
  void extend(T* from, T* to) noexcept {
    if (first_ == last_) first_ = from;
    last_ = to;
  }
  /// Takes over the run that follows. One that doesn't follow, because a leaf between gave up, is left to its owner to destroy.
  void append(raw_run& next) noexcept {
    if (next.first_ == next.last_) return;
    if (first_ == last_) {
      std::swap(first_, next.first_);
      std::swap(last_, next.last_);
    } else if (last_ == next.first_) {
      last_ = next.last_;
      next.first_ = next.last_ = nullptr;
    }
  }
  [[nodiscard]] std::size_t release() noexcept {
    const auto count = static_cast<std::size_t>(last_ - first_);
    first_ = last_ = nullptr;
    return count;
  }

 private:
  T* first_ = nullptr;
  T* last_ = nullptr;
};

/// Writes item i to place i of raw memory.
template <class T>
struct place_consumer : wants_all {
  using folder = raw_run<T>;
  T* out;

  [[nodiscard]] folder start() const noexcept { return {}; }
  template <class Cursor>
  bool take(folder& run, const Cursor& cursor, std::size_t lo, std::size_t hi) const {
    if constexpr (std::is_trivially_copyable_v<T> && !walking_cursor<Cursor>) {
      // A trivial T needs no destroying if an item throws, so the run may be noted afterwards.
      T* const to = out;
      for (std::size_t i = lo; i < hi; ++i) std::construct_at(to + i, cursor.at(i));
      run.extend(to + lo, to + hi);
    } else {
      T* to = out + lo;
      plumbing::walk(cursor, lo, hi, [&](auto&& x) { run.construct(to++, std::forward<decltype(x)>(x)); });
    }
    return true;
  }
  void merge(folder& left, folder&& right) const noexcept { left.append(right); }
};

/// Pushes items into one vector for each part.
template <class V>
struct pieces_consumer : wants_all {
  using T = typename V::value_type;
  using folder = std::vector<V>;

  [[nodiscard]] folder start() const { return folder(1); }
  template <class Cursor>
  bool take(folder& pieces, const Cursor& cursor, std::size_t lo, std::size_t hi) const {
    V& to = pieces.back();
    if constexpr (std::is_trivially_copyable_v<T> && can_set_size<V> && requires(T * out) { cursor.pack(lo, hi, out); }) {
      for (std::size_t from = lo; from < hi;) {
        const std::size_t until = hi - from > block ? from + block : hi;
        pack_block(to, cursor, from, until);
        from = until;
      }
    } else {
      plumbing::walk(cursor, lo, hi, [&to](auto&& x) { to.emplace_back(std::forward<decltype(x)>(x)); });
    }
    return true;
  }
  void merge(folder& left, folder&& right) const {
    if (left.back().empty() && left.size() > 1) left.pop_back();
    for (V& piece : right) left.push_back(std::move(piece));
  }

 private:
  static constexpr std::size_t block = std::max<std::size_t>(1, 4096 / sizeof(T));

  /// Packs straight behind the vector's end while a whole block fits there, else by way of the stack: so that no vector grows
  /// beyond what it holds.
  template <class Cursor>
  static void pack_block(V& to, const Cursor& cursor, std::size_t lo, std::size_t hi) {
    if (to.capacity() - to.size() >= hi - lo) {
      T* const begin = to.data();
      plumbing::set_size(to, static_cast<std::size_t>(cursor.pack(lo, hi, begin + to.size()) - begin));
    } else {
      alignas(T) std::byte room[block * sizeof(T)];
      T* const begin = reinterpret_cast<T*>(room);
      to.insert(to.end(), begin, cursor.pack(lo, hi, begin));
    }
  }
};

/// A row of packed items within raw memory. Trivial ones: nothing to destroy.
template <class T>
struct packed_run {
  T* first = nullptr;
  T* last = nullptr;
};

/// Packs the items that a filter lets through into memory with room for all: each part from its own first place on, so that
/// parts don't meet; joined parts close the gap between them.
template <class T>
struct packing_consumer : wants_all {
  using folder = packed_run<T>;
  T* out;

  [[nodiscard]] static folder start() noexcept { return {}; }
  template <class Cursor>
  bool take(folder& run, const Cursor& cursor, std::size_t lo, std::size_t hi) const {
    if (run.first == nullptr) run.first = run.last = out + lo;
    run.last = cursor.pack(lo, hi, run.last);
    return true;
  }
  static void merge(folder& left, folder&& right) noexcept {
    const auto count = static_cast<std::size_t>(right.last - right.first);
    if (left.first == nullptr) {
      left = right;
    } else if (count != 0) {
      std::memmove(static_cast<void*>(left.last), right.first, count * sizeof(T));
      left.last += count;
    }
  }
};

template <class>
inline constexpr bool is_vector = false;
template <class T, class A>
inline constexpr bool is_vector<std::vector<T, A>> = !std::is_same_v<T, bool>;

/// One item for each index, written in place. `out` is empty.
template <class P, class V>
void collect_in_place(pipeline<P>&& items, V& out) {
  using T = typename V::value_type;
  const std::size_t length = items.producer().length();
  out.reserve(length);
  par::detail::expect_use(out.data(), length * sizeof(T));
  raw_run<T> run = std::move(items).drive(place_consumer<T>{{}, out.data()});
  plumbing::set_size(out, run.release());
}

/// Items that are to be moved from one place to another.
template <class T>
struct transfer {
  T* from;
  T* to;
  std::size_t count;
};

/// The pieces after the first, moved behind it, by all threads when they are large.
template <class V>
void append_pieces(V& whole, std::vector<V>& pieces, std::size_t total, const terms& how) {
  using T = typename V::value_type;
  if constexpr (can_set_size<V> && std::is_nothrow_move_constructible_v<T>) {
    constexpr std::size_t at_once = std::max<std::size_t>(1, (std::size_t{1} << 18) / sizeof(T));
    std::vector<transfer<T>> transfers;
    T* to = whole.data() + whole.size();
    for (auto piece = pieces.begin() + 1; piece != pieces.end(); ++piece) {
      for (std::size_t done = 0; done < piece->size();) {
        const std::size_t count = std::min(at_once, piece->size() - done);
        transfers.push_back({piece->data() + done, to, count});
        done += count;
        to += count;
      }
    }
    pipeline(contiguous_producer<const transfer<T>>(transfers.data(), transfers.size()), how.of_second_loop())
        .for_each([](const transfer<T>& t) noexcept { std::uninitialized_move_n(t.from, t.count, t.to); });
    plumbing::set_size(whole, total);
  } else {
    for (auto piece = pieces.begin() + 1; piece != pieces.end(); ++piece) {
      whole.insert(whole.end(), std::make_move_iterator(piece->begin()), std::make_move_iterator(piece->end()));
    }
  }
}

template <class V>
V join_pieces(std::vector<V> pieces, const terms& how) {
  std::size_t total = 0;
  for (const V& piece : pieces) total += piece.size();
  V whole = std::move(pieces.front());
  if (total == whole.size()) return whole;
  whole.reserve(total);
  par::detail::expect_use(whole.data(), total * sizeof(typename V::value_type));
  plumbing::append_pieces(whole, pieces, total, how);
  return whole;
}

template <class P, class V>
concept packs_into = can_set_size<V> && std::is_trivially_copyable_v<typename V::value_type> &&
    requires(const cursor_of<P>& c, typename V::value_type* out) {
  c.pack(std::size_t{}, std::size_t{}, out);
};

template <class P, class V>
void collect_to_vector(pipeline<P>&& items, V& out) {
  out.clear();
  if constexpr (indexed_producer<P> && can_set_size<V>) {
    plumbing::collect_in_place(std::move(items), out);
  } else {
    if constexpr (packs_into<P, V>) {
      if (out.capacity() >= items.producer().length()) {
        const auto run = std::move(items).drive(packing_consumer<typename V::value_type>{{}, out.data()});
        WEFT_DEBUG_ASSERT(run.first == nullptr || run.first == out.data(), "the first part begins at the first place");
        return plumbing::set_size(out, static_cast<std::size_t>(run.last - run.first));
      }
    }
    std::vector<V> pieces;
    pieces.push_back(std::move(out));
    out = plumbing::join_pieces(std::move(items).drive(pieces_consumer<V>{}, std::move(pieces)), items.how_to_run());
  }
}

template <class C, class T>
concept takes_range = requires(std::vector<T>& v) {
  C(std::make_move_iterator(v.begin()), std::make_move_iterator(v.end()));
};

}  // namespace plumbing

template <class Producer>
struct collect_ends {
  using self = pipeline<Producer>;
  using item = typename Producer::item;
  using value = plumbing::value_of<item>;

  /// Gathers the items into a vector, in order. References are copied; items that are given away are moved.
  ///
  /// Errors    an exception of a step, of a copy, or std::bad_alloc; the items made so far are destroyed.
  ///
  ///     std::vector<int> v = par_iter(range(0, 5)).map([](int i) { return i * i; }).collect();
  [[nodiscard]] auto collect() && { return static_cast<self&&>(*this).template collect<std::vector<value>>(); }

  /// Gathers the items into a container C: a vector in parallel, any other one from a vector, in order, on the caller.
  ///
  ///     auto s = par_iter(std::string("hello")).collect<std::set<char>>();
  template <class C>
  [[nodiscard]] C collect() && {
    if constexpr (plumbing::is_vector<C>) {
      C out;
      static_cast<self&&>(*this).collect_into(out);
      return out;
    } else if constexpr (std::is_same_v<value, bool>) {
      std::vector<unsigned char> items;
      static_cast<self&&>(*this).collect_into(items);
      return C(items.begin(), items.end());
    } else if constexpr (!plumbing::takes_range<C, value>) {
      static_assert(plumbing::takes_range<C, value>,
                    "[weft] collect<C> needs a container C that can be made of two iterators");
      return C();
    } else {
      std::vector<value> items;
      static_cast<self&&>(*this).collect_into(items);
      return C(std::make_move_iterator(items.begin()), std::make_move_iterator(items.end()));
    }
  }

  /// Replaces the vector's contents by the items, in order, reusing its memory. After an exception it is empty.
  template <class T, class A>
  void collect_into(std::vector<T, A>& out) && {
    if constexpr (std::is_same_v<T, bool>) {
      static_assert(plumbing::detail::never<A>,
                    "[weft] threads can't share the words of a std::vector<bool>: collect into std::vector<char>");
    } else if constexpr (!std::is_constructible_v<T, item>) {
      static_assert(plumbing::detail::never<A>,
                    "[weft] collect stores values, and this vector's element can't be made from the pipeline's items: map "
                    "or move them");
    } else {
      plumbing::collect_to_vector(static_cast<self&&>(*this), out);
    }
  }
};

}  // namespace weft::inline WEFT_ABI::par
