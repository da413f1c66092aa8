// What was left out because of a stop request is known to who has waited for all parts.
#include <weft/par/cancelled_error.hpp>
#include <weft/par/detail/stop_watch.hpp>
#include <weft/par/join.hpp>
#include <weft/par/scope.hpp>
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

MODEL("par_stop: a task of a scope is left out", .spurious_cas = 0, .exhaustive = false, .walks = 4000) {
  const model_support::thread_records records;
  model_support::held_pool pool;
  std::stop_source source;
  const std::stop_token token = source.get_token();
  par::detail::stop_watch looks(token);
  bool is_cancelled = false;
  plain<int> ran{0};
  pool->enter([&] {
    auto body = [&](par::scope_handle& s) {
      s.spawn([&] { ran.write() = 1; });
      source.request_stop();
      pool.free_worker();
    };
    try {
      par::detail::run_scope<par::scope_handle>(*pool, body, {.stop = &looks});
    } catch (const par::cancelled_error&) {
      is_cancelled = true;
    }
  });
  model::check(is_cancelled && ran.read() == 0, "it hasn't run, and the scope says so");
}

}  // namespace
