// Stands in for par/src/thread_record.cpp, whose records outlive every thread: in a model they must die with the execution.
#include "thread_records.hpp"

#include <weft/atomic/assert.hpp>
#include <weft/par/detail/thread_record.hpp>

#include <utility>

namespace weft::inline WEFT_ABI::par::detail {

struct thread_record_lender {
  static inline thread_record* records = nullptr;
  static inline bool is_open = false;

  static thread_record& make() {
    WEFT_ASSERT(is_open, "a model that uses par makes a model_support::thread_records first");
    auto* const made = new thread_record;
    made->next_ = std::exchange(records, made);
    return *made;
  }
  static void free_all() noexcept {
    while (records != nullptr) delete std::exchange(records, records->next_);
  }
};

thread_record& thread_record::adopt() {
  thread_record& made = thread_record_lender::make();
  current() = &made;
  return made;
}

spare_record::spare_record() : record_(&thread_record_lender::make()) {}
spare_record::~spare_record() = default;  // freed with all the others
thread_record& spare_record::lend() noexcept {
  if (thread_record::current() == nullptr) thread_record::current() = record_;
  return *thread_record::current();
}
void spare_record::take_back() noexcept {
  if (thread_record::current() == record_) thread_record::current() = nullptr;
}

namespace {
constexpr atomic::waker_vtable record_vtable{
    .clone = [](void* data) noexcept { return data; },
    .wake = [](void* data) noexcept { static_cast<thread_record*>(data)->unpark(); },
    .wake_by_ref = [](void* data) noexcept { static_cast<thread_record*>(data)->unpark(); },
    .drop = [](void*) noexcept {},
};
}  // namespace

waker thread_record::make_waker() noexcept { return waker(record_vtable, this); }

}  // namespace weft::inline WEFT_ABI::par::detail

namespace model_support {

using weft::par::detail::thread_record_lender;

thread_records::thread_records() {
  thread_record_lender::records = nullptr;  // those of an execution that was given up are gone with its heap
  thread_record_lender::is_open = true;
}
thread_records::~thread_records() {
  thread_record_lender::free_all();
  thread_record_lender::is_open = false;
}

}  // namespace model_support
