#include <weft/par.hpp>
#include <weft/par/detail/engine.hpp>

#include "weft_catch.hpp"

#include <atomic>
#include <future>

// A worker that waits as a guest in another pool still runs what lies in its own queue at home: nobody else may come for it.
TEST_CASE("wait: a pool's only worker runs its own queue while it waits in another pool", "[par]") {
  weft::thread_pool home(1), elsewhere(1);
  std::promise<void> over;
  home.spawn([&] {
        std::atomic<bool> ran{false};
        const weft::waker me = weft::par::detail::thread_waker();
        home.spawn([&] {
              ran = true;
              me.wake_by_ref();
            })
            .detach();
        elsewhere.install([&] { weft::par::detail::wait_until([&] { return ran.load(); }); });
        over.set_value();
      })
      .detach();
  over.get_future().get();
}
