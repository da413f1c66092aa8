// The default collector and each thread's registration in it.
#include <weft/atomic/assert.hpp>
#include <weft/epoch/pin.hpp>

#include <cstddef>
#include <new>
#include <utility>

namespace weft::inline WEFT_ABI::epoch {

namespace detail {
namespace {

#ifdef WEFT_MODEL
domain* model_domain = nullptr;
domain& default_domain() {
  WEFT_ASSERT(model_domain != nullptr, "a model that uses epoch::pin() makes a model_default_collector first");
  return *model_domain;
}
#else
// Never destroyed: static and thread_local destructors may pin whenever they run.
domain& default_domain() {
  alignas(domain) static std::byte room[sizeof(domain)];
  static domain& only = *::new (static_cast<void*>(room)) domain(collector_options{});
  return only;
}
#endif

struct thread_ended_tag;
using thread_ended = atomic::thread_word<thread_ended_tag, bool>;

/// A thread's registration: ends with its thread_local objects.
class registration {
 public:
  registration() { default_record::get() = &default_domain().acquire_record(); }
  registration(const registration&) = delete;
  registration& operator=(const registration&) = delete;
  ~registration() {
    thread_ended::get() = true;
    if (record* const mine = std::exchange(default_record::get(), nullptr)) mine->abandon();
  }
};
struct registration_tag;

}  // namespace

record& default_record_slow() {
  if (!thread_ended::get()) {
    static_cast<void>(atomic::thread_object<registration_tag, registration>::get());
    return *default_record::get();
  }
  record& passing = default_domain().acquire_record();
  passing.enter_abandoned();
  return passing;
}

}  // namespace detail

collector default_collector() {
  detail::domain& only = detail::default_domain();
  only.retain();
  return collector(only);
}

#ifdef WEFT_MODEL
model_default_collector::model_default_collector() { detail::model_domain = new detail::domain(collector_options{}); }
model_default_collector::~model_default_collector() {
  if (detail::record* const mine = std::exchange(detail::default_record::get(), nullptr)) mine->abandon();
  std::exchange(detail::model_domain, nullptr)->release_reference();
}
#endif

}  // namespace weft::inline WEFT_ABI::epoch
