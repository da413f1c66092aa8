// Every pair of send, drop, close, recv, try_recv and poll: one message or none, no leak, no wake-up lost.
#include <weft/atomic/parker.hpp>
#include <weft/channel/oneshot.hpp>
#include <weft_model/model.hpp>

#include <chrono>
#include <memory>
#include <optional>

using namespace weft;
using namespace std::chrono_literals;

namespace {

using goods = std::unique_ptr<int>;
using sender = channel::oneshot_sender<goods>;
using receiver = channel::oneshot_receiver<goods>;

enum class send_side { sends, drops, asks_then_sends };
enum class receive_side {
  receives,
  tries,
  polls,
  polls_twice,
  polls_then_drops,
  polls_closes_polls,
  polls_then_receives,
  drops,
  closes_then_tries,
  closes_then_receives,
  closes_then_drops,
  waits_a_while,
  waits_then_drops
};

void use(sender tx, send_side how, int& sent_count) {
  switch (how) {
    case send_side::sends:
    case send_side::asks_then_sends: {
      if (how == send_side::asks_then_sends && tx.is_closed()) return;
      auto result = std::move(tx).send(std::make_unique<int>(7));
      if (result) {
        ++sent_count;
      } else {
        model::check(*std::move(result).take() == 7, "a refusal hands the goods back");
      }
      return;
    }
    case send_side::drops: {
      const sender gone = std::move(tx);
    }
  }
}

void use(receiver rx, receive_side how, int& received_count) {
  const auto note = [&](channel::received<goods> got) {
    if (got) {
      model::check(**got == 7, "the message arrives whole");
      ++received_count;
    }
    return got.outcome();
  };
  atomic::parker bed;
  const waker mine = atomic::unpark_waker(bed.unparker());
  context task(mine);
  const auto poll_once = [&](context& by) {
    auto answer = rx.poll(by);
    if (answer.is_ready()) static_cast<void>(note(std::move(answer).take()));
    return answer.is_ready();
  };
  switch (how) {
    case receive_side::receives:
      static_cast<void>(note(rx.recv()));
      break;
    case receive_side::tries:
      static_cast<void>(note(rx.try_recv()));
      break;
    case receive_side::polls:
      while (!poll_once(task)) bed.park();
      break;
    case receive_side::polls_twice: {
      // Only the last waker counts.
      atomic::parker elsewhere;
      const waker other = atomic::unpark_waker(elsewhere.unparker());
      context moved(other);
      if (poll_once(task)) break;
      while (!poll_once(moved)) elsewhere.park();
      break;
    }
    case receive_side::polls_then_drops:
      static_cast<void>(poll_once(task));
      break;
    case receive_side::polls_closes_polls:
      if (poll_once(task)) break;
      rx.close();
      model::check(poll_once(task), "a closed receiver's poll is ready");
      break;
    case receive_side::polls_then_receives:
      if (!poll_once(task)) static_cast<void>(note(rx.recv()));
      break;
    case receive_side::drops:
      break;
    case receive_side::closes_then_tries:
      rx.close();
      static_cast<void>(note(rx.try_recv()));
      break;
    case receive_side::closes_then_receives:
      rx.close();
      static_cast<void>(note(rx.recv()));
      break;
    case receive_side::closes_then_drops:
      rx.close();
      break;
    case receive_side::waits_then_drops:
      static_cast<void>(note(rx.recv_for(1ms)));
      break;
    case receive_side::waits_a_while:
      if (note(rx.recv_for(1ms)) == channel::outcome::timed_out) static_cast<void>(note(rx.recv()));
      break;
  }
}

void pair(send_side left, receive_side right) {
  int sent_count = 0, received_count = 0;
  auto ends = channel::oneshot<goods>();
  model::threads([&, tx = std::move(ends.tx)]() mutable { use(std::move(tx), left, sent_count); },
                 [&, rx = std::move(ends.rx)]() mutable { use(std::move(rx), right, received_count); });
  model::check(received_count <= sent_count, "what is received was sent");
  const bool must_arrive = right == receive_side::receives || right == receive_side::polls ||
                           right == receive_side::polls_twice || right == receive_side::polls_then_receives ||
                           right == receive_side::waits_a_while;
  if (must_arrive) model::check(received_count == sent_count, "what is sent to one who waits is received");
}

MODEL("oneshot: send || recv", .spurious_wakes = 1) { pair(send_side::sends, receive_side::receives); }
MODEL("oneshot: send || try_recv") { pair(send_side::sends, receive_side::tries); }
MODEL("oneshot: send || poll") { pair(send_side::sends, receive_side::polls); }
MODEL("oneshot: send || poll, poll elsewhere") { pair(send_side::sends, receive_side::polls_twice); }
MODEL("oneshot: send || poll, drop") { pair(send_side::sends, receive_side::polls_then_drops); }
MODEL("oneshot: send || poll, close, poll") { pair(send_side::sends, receive_side::polls_closes_polls); }
MODEL("oneshot: send || poll, recv") { pair(send_side::sends, receive_side::polls_then_receives); }
MODEL("oneshot: send || drop") { pair(send_side::sends, receive_side::drops); }
MODEL("oneshot: send || close, try_recv") { pair(send_side::sends, receive_side::closes_then_tries); }
MODEL("oneshot: send || close, recv") { pair(send_side::sends, receive_side::closes_then_receives); }
MODEL("oneshot: send || close, drop") { pair(send_side::sends, receive_side::closes_then_drops); }
MODEL("oneshot: send || recv_for, recv") { pair(send_side::sends, receive_side::waits_a_while); }
MODEL("oneshot: send || recv_for, drop") { pair(send_side::sends, receive_side::waits_then_drops); }
MODEL("oneshot: drop || recv", .spurious_wakes = 1) { pair(send_side::drops, receive_side::receives); }
MODEL("oneshot: drop || try_recv") { pair(send_side::drops, receive_side::tries); }
MODEL("oneshot: drop || poll") { pair(send_side::drops, receive_side::polls); }
MODEL("oneshot: drop || poll, poll elsewhere") { pair(send_side::drops, receive_side::polls_twice); }
MODEL("oneshot: drop || poll, drop") { pair(send_side::drops, receive_side::polls_then_drops); }
MODEL("oneshot: drop || poll, close, poll") { pair(send_side::drops, receive_side::polls_closes_polls); }
MODEL("oneshot: drop || poll, recv") { pair(send_side::drops, receive_side::polls_then_receives); }
MODEL("oneshot: drop || drop") { pair(send_side::drops, receive_side::drops); }
MODEL("oneshot: drop || close, try_recv") { pair(send_side::drops, receive_side::closes_then_tries); }
MODEL("oneshot: drop || close, recv") { pair(send_side::drops, receive_side::closes_then_receives); }
MODEL("oneshot: drop || close, drop") { pair(send_side::drops, receive_side::closes_then_drops); }
MODEL("oneshot: drop || recv_for, recv") { pair(send_side::drops, receive_side::waits_a_while); }
MODEL("oneshot: drop || recv_for, drop") { pair(send_side::drops, receive_side::waits_then_drops); }
MODEL("oneshot: is_closed, send || poll, drop") { pair(send_side::asks_then_sends, receive_side::polls_then_drops); }
MODEL("oneshot: is_closed, send || poll, close, poll") {
  pair(send_side::asks_then_sends, receive_side::polls_closes_polls);
}
MODEL("oneshot: is_closed, send || drop") { pair(send_side::asks_then_sends, receive_side::drops); }
MODEL("oneshot: is_closed, send || close, try_recv") { pair(send_side::asks_then_sends, receive_side::closes_then_tries); }
MODEL("oneshot: is_closed, send || close, drop") { pair(send_side::asks_then_sends, receive_side::closes_then_drops); }

// Whoever learns that the receiver is gone or closed also sees what it did before.
template <class End>
void told(End end) {
  plain<int> done{0};
  auto ends = channel::oneshot<goods>();
  model::threads(
      [&, tx = std::move(ends.tx)]() mutable {
        if (tx.is_closed()) model::check(done.read() == 1, "what came before the close is seen");
        const sender gone = std::move(tx);
      },
      [&, rx = std::move(ends.rx)]() mutable {
        done.write() = 1;
        end(rx);
      });
}
MODEL("oneshot: a refused send sees what came before the close") {
  plain<int> done{0};
  auto ends = channel::oneshot<goods>();
  model::threads(
      [&, tx = std::move(ends.tx)]() mutable {
        if (!std::move(tx).send(nullptr)) model::check(done.read() == 1, "what came before the close is seen");
      },
      [&, rx = std::move(ends.rx)]() mutable {
        done.write() = 1;
        rx.close();
      });
}
MODEL("oneshot: is_closed sees what came before close") {
  told([](receiver& rx) { rx.close(); });
}
MODEL("oneshot: is_closed sees what came before the drop") {
  told([](receiver& rx) { const receiver gone = std::move(rx); });
}

}  // namespace
