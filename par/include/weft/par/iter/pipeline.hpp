// pipeline: what par_iter returns; the steps and ends come from the files beside this one.
#pragma once

#include <weft/par/iter/chain.hpp>
#include <weft/par/iter/chunks.hpp>
#include <weft/par/iter/collect.hpp>
#include <weft/par/iter/extremes.hpp>
#include <weft/par/iter/filter.hpp>
#include <weft/par/iter/find.hpp>
#include <weft/par/iter/flat_map.hpp>
#include <weft/par/iter/fold.hpp>
#include <weft/par/iter/for_each.hpp>
#include <weft/par/iter/map.hpp>
#include <weft/par/iter/partition.hpp>
#include <weft/par/iter/positions.hpp>
#include <weft/par/iter/producer.hpp>
#include <weft/par/iter/sum.hpp>
#include <weft/par/iter/zip.hpp>
#include <weft/par/thread_pool.hpp>

#include <algorithm>
#include <cstddef>
#include <stdexcept>
#include <stop_token>
#include <utility>

namespace weft::inline WEFT_ABI::par {

/// A parallel loop in the making: a source and the steps so far. An end (for_each, sum, collect …) runs it.
///
/// Each step and end uses the pipeline up; to use one that has a name, move it: `std::move(p).map(f)`.
///
/// Threads   one at a time until its end is called.
template <class Producer>
class [[nodiscard]] pipeline : public map_steps<Producer>,
                               public filter_steps<Producer>,
                               public flat_map_steps<Producer>,
                               public position_steps<Producer>,
                               public zip_steps<Producer>,
                               public chain_steps<Producer>,
                               public chunk_steps<Producer>,
                               public for_each_ends<Producer>,
                               public fold_ends<Producer>,
                               public sum_ends<Producer>,
                               public extreme_ends<Producer>,
                               public find_ends<Producer>,
                               public collect_ends<Producer>,
                               public partition_ends<Producer> {
 public:
  using item = typename Producer::item;

  explicit pipeline(Producer source, plumbing::terms how = {}) : producer_(std::move(source)), terms_(std::move(how)) {}

  /// Hands no thread a part of fewer than n driving indices. For items so cheap, or state so dear, that small parts don't pay.
  ///
  /// Errors    std::invalid_argument when n is 0.
  pipeline with_min_len(std::size_t n) && {
    if (n == 0) throw std::invalid_argument("weft::par_iter: with_min_len(0) means nothing; the least is 1");
    terms_.cuts.min_len = std::max(terms_.cuts.min_len, n);
    return std::move(*this);
  }
  /// Says that n driving indices are worth sharing: no thread runs more between two looks for idle threads, and no time is spent
  /// on finding out first. `with_max_len(1)` suits few, heavy items.
  ///
  /// Errors    std::invalid_argument when n is 0.
  pipeline with_max_len(std::size_t n) && {
    if (n == 0) throw std::invalid_argument("weft::par_iter: with_max_len(0) means nothing; the least is 1");
    terms_.cuts.max_len = std::min(terms_.cuts.max_len, n);
    return std::move(*this);
  }

  /// Shares the loop with the workers of this pool, whatever pool this thread works for. The pool must outlive the call.
  ///
  ///     weft::thread_pool pool(2);
  ///     int sum = weft::par_iter({1, 2, 3}).with_pool(pool).sum();
  ///     if (sum != 6) std::abort();
  pipeline with_pool(pool_ref pool) && {
    terms_.cuts.pool = &pool.engine();
    return std::move(*this);
  }
  /// Lets no more than n threads run this loop at a time, the calling one among them; 1: only that. Of parallel calls inside its
  /// closures it says nothing.
  ///
  /// Errors    std::invalid_argument when n is 0.
  pipeline with_max_threads(std::size_t n) && {
    if (n == 0)
      throw std::invalid_argument("weft::par_iter: with_max_threads(0) means nothing; the least is 1, the calling thread");
    terms_.cuts.max_threads = std::min(terms_.cuts.max_threads, n);
    return std::move(*this);
  }

  /// Ends the loop early when stop is requested: each thread looks before it begins and between its stretches.
  ///
  /// Cost      5 ns, and a load for each stretch.
  /// Errors    the end throws cancelled_error if a thread has left something out because of the request; what has been made is
  ///           destroyed. A loop that was through all the same returns as ever, and an exception of a closure goes first.
  ///
  ///     #include <stop_token>
  ///     std::stop_source source;
  ///     std::atomic<int> seen{0};
  ///     try {
  ///       weft::par_iter(weft::range(0, 1'000'000)).with_stop_token(source.get_token()).for_each([&](int) {
  ///         if (++seen == 100) source.request_stop();
  ///       });
  ///       std::abort();
  ///     } catch (const weft::cancelled_error&) {
  ///     }
  pipeline with_stop_token(std::stop_token token) && {
    terms_.stop = std::move(token);
    return std::move(*this);
  }
  /// Runs the loop within weft::isolate: while this thread waits, it runs nothing but what the loop has started. So a lock may be
  /// held across it that other jobs of the pool take too.
  ///
  /// Cost, errors   as weft::isolate.
  ///
  ///     #include <mutex>
  ///     std::mutex lock;
  ///     const std::lock_guard held(lock);
  ///     int sum = weft::par_iter({1, 2, 3}).isolated().sum();
  ///     if (sum != 6) std::abort();
  pipeline isolated() && {
    terms_.is_isolated = true;
    return std::move(*this);
  }

  /// The number of items; for pipelines that keep one item for each index.
  [[nodiscard]] std::size_t length() const requires plumbing::indexed_producer<Producer> { return producer_.length(); }

  /// Adds a step of one's own: a plumbing producer made of the one so far.
  ///
  ///     auto odd = par_iter(range(0, 10)).filter([](int i) { return i % 2 != 0; }).count();  // a step from the same tier
  template <class MakeProducer>
  auto step(MakeProducer&& make) && {
    return pipeline<decltype(make(std::move(producer_)))>(make(std::move(producer_)), std::move(terms_));
  }
  /// Runs into a consumer of one's own (plumbing::consumer) and returns its folder.
  template <class Consumer>
  typename Consumer::folder drive(const Consumer& into) && {
    return plumbing::drive(producer_, terms_, into);
  }
  template <class Consumer>
  typename Consumer::folder drive(const Consumer& into, typename Consumer::folder first) && {
    return plumbing::drive(producer_, terms_, into, std::move(first));
  }

  [[nodiscard]] Producer& producer() noexcept { return producer_; }
  [[nodiscard]] plumbing::limits bounds() const noexcept { return terms_.cuts; }
  [[nodiscard]] const plumbing::terms& how_to_run() const noexcept { return terms_; }
  [[nodiscard]] pipeline with(plumbing::terms how) && {
    terms_ = std::move(how);
    return std::move(*this);
  }

 private:
  Producer producer_;
  plumbing::terms terms_;
};

}  // namespace weft::inline WEFT_ABI::par
