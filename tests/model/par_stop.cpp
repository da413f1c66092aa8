// What was left out because of a stop request is known to who has waited for all parts.
#include <weft/par/detail/stop_watch.hpp>
#include <weft/par/join.hpp>
#include <weft_model/model.hpp>

#include "par_pool.hpp"

#include <stop_token>

using namespace weft;

namespace {

std::stop_source stopped() {
  std::stop_source source;
  source.request_stop();
  return source;
}

MODEL("par_stop: a part of a loop is left out", .spurious_cas = 0, .exhaustive = false, .walks = 4000) {
  const model_support::thread_records records;
  model_support::held_pool pool;
  const std::stop_source source = stopped();
  const std::stop_token token = source.get_token();
  par::detail::stop_watch looks(token);
  pool->enter([&] {
    pool.free_worker();
    par::detail::join_offering([] {}, [&] { static_cast<void>(looks.says_stop()); });
  });
  model::check(looks.has_stopped(), "the request was noticed");
}

}  // namespace
