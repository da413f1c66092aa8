// Wrong queues that the history check must reject, and the right ones beside them; and what `now` and `happens_before` say.
#include "harness.hpp"

#include <weft/atomic/seam.hpp>
#include <weft_linear/specs.hpp>

#include "linear_program.hpp"

#include <cstdint>
#include <cstdio>
#include <string>

namespace selftest {

using namespace weft;
using model_linear::action;
using model_linear::answer;

namespace {

enum fault { none, newest_first, false_empty, doubled, lost };

/// A ring that one thread fills and several empty. Whether a pop's step of head_ orders anything is in question.
template <bool HeadOrders>
class ring {
 public:
  explicit ring(fault with) : fault_(with) {}

  void perform(char letter, model_linear::operation& it) { letter == '+' ? push(it) : pop(it); }

 private:
  void push(model_linear::operation& it) {
    it.what = action::push;
    const unsigned tail = tail_.load(relaxed);
    const unsigned at = fault_ == newest_first && tail == 1 ? 0 : tail;
    if (at != tail) slots_[tail].store(slots_[0].load(relaxed), relaxed);
    slots_[at].store(it.value, relaxed);
    tail_.store(fault_ == lost && tail == 1 ? tail : tail + 1, release);
  }

  void pop(model_linear::operation& it) {
    it.what = action::pop;
    it.said = answer::empty;
    for (;;) {
      unsigned head = look();
      if (head == tail_.load(acquire)) return;
      if (fault_ == false_empty && head == 1) return;
      const std::int64_t value = slots_[head].load(relaxed);
      if (fault_ == doubled && head == 1) head_.store(2, release);
      if ((fault_ != doubled || head == 0) && !step(head)) continue;
      it.said = answer::ok;
      it.value = value;
      return;
    }
  }

  unsigned look() {
    if constexpr (HeadOrders) return head_.load(acquire);
    return head_.load(relaxed);
  }
  bool step(unsigned head) {
    if constexpr (HeadOrders) return head_.compare_exchange_strong(head, head + 1, acq_rel, relaxed);
    return head_.compare_exchange_strong(head, head + 1, relaxed, relaxed);
  }

  const fault fault_;
  atom<unsigned> head_{0}, tail_{0};
  atom<std::int64_t> slots_[4]{};
};

template <bool HeadOrders>
weft::model::report judge(fault with, const char* text) {
  return explore([=] {
    ring<HeadOrders> object(with);
    model_linear::run(weft_linear::fifo{}, object, text);
  });
}

template <bool HeadOrders = true>
void must_be_rejected(const char* name, fault with, const char* text) {
  const auto report = judge<HeadOrders>(with, text);
  expect(report.failed && report.sentence.find("not linearizable") != std::string::npos,
         std::string(name) + ": should be rejected; " + (report.failed ? report.failure : "passed"));
}

void must_be_accepted(const char* name, const char* text) {
  const auto report = judge<true>(none, text);
  expect(report.complete && !report.failed, std::string(name) + ": should pass; " + report.failure);
  std::printf("  %-40s %6llu executions\n", name, static_cast<unsigned long long>(report.executions));
}

void test_order_of_moments() {
  const auto report = explore([] {
    atom<int> flag{0};
    weft::model::moment before{}, after{};
    weft::model::threads(
        [&] {
          before = weft::model::now();
          flag.store(1, release);
          after = weft::model::now();
          weft::model::check(happens_before(before, after) && !happens_before(after, before), "program order");
          flag.store(2, relaxed);
        },
        [&] {
          const auto early = weft::model::now();
          const int seen = flag.load(acquire);
          const auto late = weft::model::now();
          if (before.number == 0 || after.number == 0) return;
          weft::model::check(!happens_before(before, early) && !happens_before(late, before), "nothing orders them");
          weft::model::check(happens_before(before, late) == (seen == 1), "an acquired release orders what came before it");
          weft::model::check(!happens_before(after, late), "and nothing that comes behind it");
        });
    weft::model::check(happens_before(after, weft::model::now()), "a join orders all");
  });
  expect(report.complete && !report.failed, "moments: " + report.failure);
}

}  // namespace

void test_linear() {
  std::printf("histories\n");
  test_order_of_moments();
  const char* const plain = "; ++ | -- | - ; -";
  must_be_accepted("ring", plain);
  must_be_rejected("out of order", newest_first, "; ++ | -- ;");
  must_be_rejected("false empty", false_empty, "++ ; - | - ; -");
  must_be_rejected("doubled", doubled, "++ ; -- | -- ;");
  must_be_rejected("lost", lost, "; ++ | - ; --");
  // Right in every interleaving, and each value is right in every execution too. But a pop may see another pop and not the
  // push that came before that one, and say `empty` of a queue that never was.
  const char* const edges = "+ ; +^ | 1- | - ; --";
  must_be_accepted("ring, with an edge of others", edges);
  must_be_rejected<false>("ring whose head orders nothing", none, edges);
}

}  // namespace selftest
