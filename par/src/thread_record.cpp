#include <weft/par/detail/thread_record.hpp>

#include <weft/par/detail/participant.hpp>
#include <weft/par/detail/process_end.hpp>

#include <utility>

namespace weft::inline WEFT_ABI::par::detail {

// The records of threads that have ended. Threads may end after static destruction has begun.
struct thread_record_list {
  ~thread_record_list() {
    while (top != nullptr) delete std::exchange(top, top->next_);
  }
  bare_mutex lock;
  thread_record* top = nullptr;
};

namespace {
// Before, and so at an unloading after, all objects that have records.
[[gnu::init_priority(101)]] constinit until_unloaded<thread_record_list> list_of_records;
thread_record_list& records() noexcept { return *list_of_records; }
}  // namespace

struct thread_record_lender {
  static thread_record* borrow() {
    thread_record_list& list = records();
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
    thread_record_list& list = records();
    const bare_lock held(list.lock);
    record->next_ = std::exchange(list.top, record);
  }

  // The calling thread's until it ends. Said anew each time: a destructor of one of its later objects may ask once more.
  static thread_record& keep(thread_record* record) noexcept {
    atomic::at_thread_end(&end, record);
    thread_record::current() = record;
    return *record;
  }
  static void end(void* record) noexcept {
    if (participant::current() != nullptr || participant::home() != nullptr) return;  // exit() in a job (T2)
    thread_record::current() = nullptr;
    give_back(static_cast<thread_record*>(record));
  }
};

thread_record& thread_record::adopt() { return thread_record_lender::keep(thread_record_lender::borrow()); }

void thread_record::lock_all() { records().lock.lock(); }
void thread_record::unlock_all() { records().lock.unlock(); }

spare_record::spare_record() : record_(thread_record_lender::borrow()) {}

spare_record::~spare_record() { thread_record_lender::give_back(record_); }

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
