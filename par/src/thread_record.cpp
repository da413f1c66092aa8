#include <weft/par/detail/thread_record.hpp>

#include <utility>

namespace weft::inline WEFT_ABI::par::detail {

namespace {
// The records of threads that have ended. Never destroyed: threads may end after static destruction has begun.
struct free_list {
  bare_mutex lock;
  thread_record* top = nullptr;
};
free_list& records() {
  static free_list* const list = new free_list;
  return *list;
}
}  // namespace

struct thread_record_lender {
  static thread_record* borrow() {
    free_list& list = records();
    {
      const bare_lock held(list.lock);
      if (thread_record* const top = list.top) {
        list.top = std::exchange(top->next_, nullptr);
        return top;
      }
    }
    return new thread_record;
  }
  static void give_back(thread_record* record) noexcept {
    free_list& list = records();
    const bare_lock held(list.lock);
    record->next_ = std::exchange(list.top, record);
  }

  // Where a thread's later destructors ask once more, the lender's own has run: then the record stays with the dead thread.
  static void make_mine(thread_record* record) noexcept {
    struct tag;
    atomic::thread_object<tag, thread_record_lender>::get().lent = record;
    thread_record::current() = record;
  }

  ~thread_record_lender() {
    if (lent == nullptr) return;
    give_back(std::exchange(lent, nullptr));
    thread_record::current() = nullptr;
  }
  thread_record* lent = nullptr;
};

thread_record& thread_record::adopt() {
  thread_record* const record = thread_record_lender::borrow();
  thread_record_lender::make_mine(record);
  return *record;
}

void thread_record::lock_all() { records().lock.lock(); }
void thread_record::unlock_all() { records().lock.unlock(); }

spare_record::spare_record() : record_(thread_record_lender::borrow()) {}

spare_record::~spare_record() {
  if (record_ != nullptr) thread_record_lender::give_back(record_);
}

thread_record& spare_record::claim() noexcept {
  if (thread_record::current() == nullptr) thread_record_lender::make_mine(std::exchange(record_, nullptr));
  return *thread_record::current();
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
