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
enum class receive_side { receives, tries, polls, polls_then_drops, drops, closes_then_tries, waits_a_while };

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
  switch (how) {
    case receive_side::receives:
      static_cast<void>(note(rx.recv()));
      break;
    case receive_side::tries:
      static_cast<void>(note(rx.try_recv()));
      break;
    case receive_side::polls:
      for (;;) {
        auto answer = rx.poll(task);
        if (answer.is_ready()) {
          static_cast<void>(note(std::move(answer).take()));
          break;
        }
        bed.park();
      }
      break;
    case receive_side::polls_then_drops: {
      auto answer = rx.poll(task);
      if (answer.is_ready()) static_cast<void>(note(std::move(answer).take()));
      break;
    }
    case receive_side::drops:
      break;
    case receive_side::closes_then_tries:
      rx.close();
      static_cast<void>(note(rx.try_recv()));
      break;
    case receive_side::waits_a_while:
      if (note(rx.recv_for(1ms)) == channel::outcome::timed_out) static_cast<void>(note(rx.recv()));
      break;
  }
}

void pair(send_side left, receive_side right) {
  int sent_count = 0, received_count = 0;
  auto [tx, rx] = channel::oneshot<goods>();
  model::threads([&, sender = std::move(tx)]() mutable { use(std::move(sender), left, sent_count); },
                 [&, receiver = std::move(rx)]() mutable { use(std::move(receiver), right, received_count); });
  model::check(received_count <= sent_count, "what is received was sent");
  const bool must_arrive =
      right == receive_side::receives || right == receive_side::polls || right == receive_side::waits_a_while;
  if (must_arrive) model::check(received_count == sent_count, "what is sent to one who waits is received");
}

MODEL("oneshot: send || recv", .spurious_wakes = 1) { pair(send_side::sends, receive_side::receives); }
MODEL("oneshot: send || try_recv") { pair(send_side::sends, receive_side::tries); }
MODEL("oneshot: send || poll") { pair(send_side::sends, receive_side::polls); }
MODEL("oneshot: send || poll, drop") { pair(send_side::sends, receive_side::polls_then_drops); }
MODEL("oneshot: send || drop") { pair(send_side::sends, receive_side::drops); }
MODEL("oneshot: send || close, try_recv") { pair(send_side::sends, receive_side::closes_then_tries); }
MODEL("oneshot: send || recv_for, recv") { pair(send_side::sends, receive_side::waits_a_while); }
MODEL("oneshot: drop || recv") { pair(send_side::drops, receive_side::receives); }
MODEL("oneshot: drop || try_recv") { pair(send_side::drops, receive_side::tries); }
MODEL("oneshot: drop || poll") { pair(send_side::drops, receive_side::polls); }
MODEL("oneshot: drop || poll, drop") { pair(send_side::drops, receive_side::polls_then_drops); }
MODEL("oneshot: drop || drop") { pair(send_side::drops, receive_side::drops); }
MODEL("oneshot: drop || close, try_recv") { pair(send_side::drops, receive_side::closes_then_tries); }
MODEL("oneshot: drop || recv_for, recv") { pair(send_side::drops, receive_side::waits_a_while); }
MODEL("oneshot: is_closed, send || drop") { pair(send_side::asks_then_sends, receive_side::drops); }
MODEL("oneshot: is_closed, send || close, try_recv") { pair(send_side::asks_then_sends, receive_side::closes_then_tries); }
MODEL("oneshot: is_closed, send || poll, drop") { pair(send_side::asks_then_sends, receive_side::polls_then_drops); }

}  // namespace
