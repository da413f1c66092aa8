// Waiting at a list, with the smallest of queues, a count of tokens: nobody sleeps while there is one, and a notification
// that comes to one who doesn't need it any more goes on to the next.
#include <weft/channel/detail/wait_list.hpp>
#include <weft/channel/detail/waiting.hpp>
#include <weft_model/model.hpp>

#include "sleeper.hpp"

#include <chrono>

using namespace weft;
using namespace std::chrono_literals;
using model_support::sleeper;

namespace {

class tokens {
 public:
  void put() noexcept {
    count_.fetch_add(1, seq_cst);
    list.notify_one();
  }
  bool take() noexcept {
    int seen = count_.load(seq_cst);
    while (seen != 0 && !count_.compare_exchange_strong(seen, seen - 1, seq_cst, seq_cst)) {
    }
    return seen != 0;
  }
  bool wait(clock::time_point deadline = clock::time_point::max()) {
    return channel::detail::wait_until(list, deadline, [this] { return take(); });
  }
  /// A task's wait: one poll.
  bool poll(channel::detail::polling& place, sleeper& bed) {
    return place.poll(list, bed.make_waker(), [this] { return take(); });
  }
  void poll_to_end(channel::detail::polling& place, sleeper& bed) {
    while (!poll(place, bed)) bed.sleep();
  }

  channel::detail::wait_list list;

 private:
  atom<int> count_{0};
};

MODEL("channel_waiting: put put || wait || wait") {
  tokens queue;
  model::threads(
      [&] {
        queue.put();
        queue.put();
      },
      [&] { queue.wait(); }, [&] { queue.wait(); });
}

MODEL("channel_waiting: put put || poll || poll") {
  tokens queue;
  sleeper left_bed, right_bed;
  channel::detail::polling left, right;
  model::threads(
      [&] {
        queue.put();
        queue.put();
      },
      [&] { queue.poll_to_end(left, left_bed); }, [&] { queue.poll_to_end(right, right_bed); });
}

MODEL("channel_waiting: put || wait_for || wait") {
  tokens queue;
  model::threads([&] { queue.put(); },
                 [&] {
                   if (queue.wait(deadline_after(1ms))) queue.put();
                 },
                 [&] { queue.wait(); });
}

// The one who gives up is the first in the list.
MODEL("channel_waiting: put || give up || wait") {
  tokens queue;
  sleeper bed;
  channel::detail::polling place;
  model::check(!queue.poll(place, bed), "there is nothing yet");
  model::threads([&] { queue.put(); }, [&] { place.leave(queue.list); }, [&] { queue.wait(); });
}

MODEL("channel_waiting: put || poll again || wait") {
  tokens queue;
  sleeper bed;
  channel::detail::polling place;
  model::check(!queue.poll(place, bed), "there is nothing yet");
  model::threads([&] { queue.put(); },
                 [&] {
                   if (queue.poll(place, bed)) {
                     queue.put();
                   } else {
                     place.leave(queue.list);
                   }
                 },
                 [&] { queue.wait(); });
}

}  // namespace
