// The waiter learns of the end once, sees the result, and may free the latch at once: the setter doesn't touch it again.
#include <weft/atomic/parker.hpp>
#include <weft/par/detail/latch.hpp>
#include <weft_model/model.hpp>

#include <memory>

using namespace weft;

namespace {

using par::detail::latch;

// What wait_until_set() does on a thread outside every pool.
void wait_for(latch& what, atomic::parker& bed) {
  while (!what.is_set()) {
    if (what.try_sleep()) bed.park();
  }
}

// As its users do: whom to wake is read before the latch is set.
void set(latch& what, const atomic::unparker& bell) {
  const atomic::unparker waiter = bell;
  if (what.set()) waiter.unpark();
}

MODEL("par_latch: set || wait", .spurious_wakes = 1) {
  latch done;
  atomic::parker bed;
  plain<int> result{0};
  model::threads(
      [&, bell = bed.unparker()] {
        result.write() = 7;
        set(done, bell);
      },
      [&] {
        wait_for(done, bed);
        model::check(result.read() == 7, "the result comes with the latch");
      });
}

MODEL("par_latch: set || wait, then free") {
  auto done = std::make_unique<latch>();
  atomic::parker bed;
  model::threads([&, raw = done.get(), bell = bed.unparker()] { set(*raw, bell); },
                 [&] {
                   wait_for(*done, bed);
                   done.reset();
                 });
}

MODEL("par_latch: set || wait with a token left over") {
  latch done;
  atomic::parker bed;
  model::threads([&, bell = bed.unparker()] { set(done, bell); }, [&, bell = bed.unparker()] { bell.unpark(); },
                 [&] { wait_for(done, bed); });
}

MODEL("par_latch: two latches of one waiter") {
  latch first, second;
  atomic::parker bed;
  model::threads([&, bell = bed.unparker()] { set(first, bell); }, [&, bell = bed.unparker()] { set(second, bell); },
                 [&] {
                   wait_for(first, bed);
                   wait_for(second, bed);
                 });
}

}  // namespace
