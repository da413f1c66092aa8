// Runs a program of one line on an object and judges the history of every execution by happens-before.
#pragma once

#include <weft/atomic/seam.hpp>
#include <weft_linear/history.hpp>
#include <weft_linear/wing_gong.hpp>
#include <weft_model/model.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <span>
#include <string>
#include <string_view>

namespace model_linear {

using weft_linear::action;
using weft_linear::answer;
using operation = weft_linear::operation<weft::model::moment>;
using history = weft_linear::history<weft::model::moment>;

inline bool precedes(const operation& a, const operation& b) noexcept {
  return weft::model::happens_before(a.ended, b.began);
}

/// The operations of one execution: those of the main thread and of up to three others.
class journal {
 public:
  static constexpr std::size_t most = 8;

  /// Notes an operation around perform(operation&), which fills in what and the answer; `value` is one that nobody else
  /// pushes.
  template <class F>
  void note(std::size_t thread, F perform) {
    std::size_t& count = counts_[thread];
    weft::model::check(count + 1 < most, "a program is short");
    operation& it = logs_[thread][count];
    it.value = static_cast<std::int64_t>(10 * thread + count);
    it.began = weft::model::now();
    perform(it);
    it.ended = weft::model::now();
    ++count;
  }
  [[nodiscard]] operation& last(std::size_t thread) noexcept { return logs_[thread][counts_[thread] - 1]; }
  /// A second operation as part of the one that was noted last.
  void note_also(std::size_t thread, action what, std::int64_t value) {
    std::size_t& count = counts_[thread];
    operation& it = logs_[thread][count] = logs_[thread][count - 1];
    it.what = what;
    it.said = answer::ok;
    it.value = value;
    ++count;
  }

  /// judge(history) returns a weft_linear::verdict.
  template <class Judge>
  void expect(Judge judge) const {
    std::array<std::span<const operation>, threads> spans;
    for (std::size_t t = 0; t < threads; ++t) spans[t] = {logs_[t].data(), counts_[t]};
    const weft_linear::verdict found = judge(history(spans));
    if (!found) complain(found.why);
  }

 private:
  static constexpr std::size_t threads = 4;

  void complain(const std::string& why) const {
    static char sentence[2048];
    std::string text = "the history is not linearizable:";
    for (std::size_t t = 0; t < threads; ++t) {
      for (std::size_t i = 0; i < counts_[t]; ++i) {
        text += (i == 0 ? "\n    T" + std::to_string(t) + ": " : ", ") + describe(logs_[t][i]);
      }
    }
    std::snprintf(sentence, sizeof sentence, "%s\n    %s", text.c_str(), why.c_str());
    weft::model::check(false, sentence);
  }

  std::array<std::array<operation, most>, threads> logs_{};
  std::array<std::size_t, threads> counts_{};
};

/// "before ; one | two | three ; after": what the main thread does before and after the others, and each of them.
///
/// Each letter is an operation, and means what object.perform(letter, operation&) or object.perform(letter, thread,
/// journal&) makes of it, but for: '^' raises the thread's flag, and '1' to '3' end the thread here unless that thread's
/// flag is seen to be up: edges that aren't the object's own. An object may start the threads itself: object.start(bodies…).
template <class Object>
class program {
 public:
  program(Object& object, std::string_view text) : object_(object) {
    const std::size_t first = text.find(';'), second = text.find(';', first + 1);
    run(0, text.substr(0, first));
    std::array<std::string_view, 3> lines;
    std::size_t count = 0;
    for (std::string_view left = text.substr(first + 1, second - first - 1);; ++count) {
      const std::size_t bar = left.find('|');
      lines[count] = left.substr(0, bar);
      if (bar == std::string_view::npos) break;
      left.remove_prefix(bar + 1);
    }
    const auto thread = [this, &lines](std::size_t index) { return [=, this] { run(index + 1, lines[index]); }; };
    if (count == 1) {
      start(thread(0), thread(1));
    } else {
      start(thread(0), thread(1), thread(2));
    }
    run(0, text.substr(second + 1));
  }
  [[nodiscard]] const journal& seen() const noexcept { return journal_; }

 private:
  template <class... Bodies>
  void start(Bodies... bodies) {
    if constexpr (requires { object_.start(bodies...); }) {
      object_.start(bodies...);
    } else {
      weft::model::threads(bodies...);
    }
  }

  void run(std::size_t thread, std::string_view letters) {
    for (const char letter : letters) {
      if (letter == ' ') continue;
      if (letter == '^') {
        flags_[thread].store(1, weft::release);
      } else if (letter >= '1' && letter <= '3') {
        if (flags_[static_cast<std::size_t>(letter - '0')].load(weft::acquire) == 0) return;
      } else if constexpr (requires { object_.perform(letter, thread, journal_); }) {
        object_.perform(letter, thread, journal_);
      } else {
        journal_.note(thread, [&](operation& it) { object_.perform(letter, it); });
      }
    }
  }

  Object& object_;
  journal journal_;
  std::array<weft::atom<std::uint32_t>, 4> flags_{};
};

/// Runs the program; each execution's history, which is returned, must be linearizable to the spec.
template <class Spec, class Object>
journal run(const Spec& spec, Object& object, std::string_view text) {
  const program<Object> ran(object, text);
  ran.seen().expect([&](history of) { return wing_gong(spec, of, precedes); });
  return ran.seen();
}

// ---- what several objects do alike

template <class Queue>
void pop_from(Queue& queue, operation& it) {
  it.what = action::pop;
  const auto got = queue.pop();
  it.said = got ? answer::ok : answer::empty;
  if (got) it.value = *got;
}

template <class Queue>
void steal_from(Queue& queue, operation& it) {
  it.what = action::steal;
  const auto got = queue.steal();
  it.said = got ? answer::ok : got.is_retry() ? answer::retry : answer::empty;
  if (got) it.value = *got;
}

}  // namespace model_linear
