// A seat of its own for who is in isolation: whoever steals from it knows it to be made.
#include <weft/par/isolate.hpp>
#include <weft/par/join.hpp>
#include <weft_model/model.hpp>

#include "par_pool.hpp"

using namespace weft;

namespace {

MODEL("par_isolate: join in isolation || steal", .spurious_cas = 0, .exhaustive = false, .walks = 4000) {
  const model_support::thread_records records;
  model_support::held_pool pool;
  plain<int> first{0}, second{0};
  pool->enter([&] {
    pool.free_worker();
    par::isolate([&] { par::join([&] { first.write() = 1; }, [&] { second.write() = 1; }); });
  });
  model::check(first.read() == 1 && second.read() == 1, "both halves have run");
}

}  // namespace
