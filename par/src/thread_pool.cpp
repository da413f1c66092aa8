#include <weft/par/thread_pool.hpp>

#include <stdexcept>

namespace weft::inline WEFT_ABI::par {

namespace {
pool_options with_threads(std::size_t threads) {
  if (threads == 0) throw std::invalid_argument("weft: a thread_pool of 0 threads can't run anything: give it at least 1");
  pool_options options;
  options.threads = threads;
  return options;
}
}  // namespace

thread_pool::thread_pool(std::size_t threads) : thread_pool(with_threads(threads)) {}

thread_pool::thread_pool(const pool_options& options) : engine_(new detail::registry(options)) {}

thread_pool::~thread_pool() {
  if (!engine_->is_left_by_exit()) delete engine_;
}

global_pool_error::global_pool_error()
    : std::logic_error(
          "weft: build_global() came too late: the global pool is there already, by an earlier build_global() or by the "
          "first "
          "parallel call outside every pool") {}

void build_global(const pool_options& options) {
  if (!detail::registry::make_global(options)) throw global_pool_error();
}

}  // namespace weft::inline WEFT_ABI::par
