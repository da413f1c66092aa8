#include <weft/par/detail/fork_watch.hpp>

#include <weft/atomic/assert.hpp>
#include <weft/atomic/seam.hpp>
#include <weft/par/detail/registry.hpp>
#include <weft/par/detail/thread_record.hpp>
#include <weft/par/fork_error.hpp>

namespace weft::inline WEFT_ABI::par {

fork_error::fork_error()
    : std::logic_error(
          "weft: a thread pool that was made before fork() is of no use in the child, which has none of its threads: make a "
          "new "
          "pool there, or fork before the first parallel call") {}

}  // namespace weft::inline WEFT_ABI::par

namespace weft::inline WEFT_ABI::par::detail {

#ifdef WEFT_MODEL  // which has neither forks nor words that outlive an execution

std::uint32_t fork_watch::count() noexcept { return 0; }
std::uint32_t fork_watch::now() noexcept { return 0; }

#else

namespace {
constinit atom<std::uint32_t> generation{0};

void count_in_child() {
  // relaxed(quiet): the child has one thread.
  generation.fetch_add(1, relaxed);
  thread_record::unlock_all();
}
}  // namespace

std::uint32_t fork_watch::count() noexcept {
  // relaxed(quiet): written while the child has one thread.
  return generation.load(relaxed);
}

std::uint32_t fork_watch::now() noexcept {
  // A refusal leaves forks unseen: a child that uses the pool hangs, as it would without this.
  static const bool watching = atomic::at_fork(&thread_record::lock_all, &thread_record::unlock_all, &count_in_child);
  static_cast<void>(watching);
  return count();
}

#endif

void fork_watch::check() const {
  if (is_orphaned()) throw fork_error();
}

// The threads are not there to be joined, and the seats may hold the work of any of them: their memory is left behind.
void registry::forsake() noexcept {
  if (maker_works_ && participant::home() == &workers_.front()->seat) unseat_maker();
  for (auto& each : workers_) static_cast<void>(each.release());
  for (auto& each : spares_) static_cast<void>(each.release());
}

void die_orphaned() noexcept {
  WEFT_ASSERT(
      false,
      "a job has forked, and its child waits for work that another thread had taken before: end such a child with exec() "
      "or _exit() instead of returning from the job");
  __builtin_unreachable();
}

}  // namespace weft::inline WEFT_ABI::par::detail
