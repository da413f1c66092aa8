// Histories for tests: drawn as text, and made up at random.
#pragma once

#include <weft_linear/history.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace drawn {

using weft_linear::action;
using weft_linear::answer;
using timed = weft_linear::operation<std::uint64_t>;

/// Owns the operations of a history.
struct history {
  std::vector<std::vector<timed>> threads;
  mutable std::vector<std::span<const timed>> spans{};
  operator weft_linear::history<std::uint64_t>() const {
    spans.assign(threads.begin(), threads.end());
    return spans;
  }
};

/// +7 push, -7 pop, s7 steal, -e empty, +7f full, +7d refused, -d disconnected, sr retry, x close, l leave, k discard,
/// #2 count, ?1 ask_empty, !1 is_closed, @1 ask_full.
inline timed read(std::string_view text) {
  constexpr std::string_view signs = "+-sxlk#?!@";
  constexpr action actions[] = {action::push,    action::pop,   action::steal,     action::close,     action::leave,
                                action::discard, action::count, action::ask_empty, action::is_closed, action::ask_full};
  timed it;
  it.what = actions[signs.find(text[0])];
  std::size_t at = 1;
  for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) it.value = it.value * 10 + (text[at] - '0');
  if (at < text.size()) {
    it.said = text[at] == 'e'   ? answer::empty
              : text[at] == 'f' ? answer::full
              : text[at] == 'r' ? answer::retry
                                : answer::disconnected;
  }
  return it;
}

/// One string per thread; "(+1 )  (-e)" is an operation from each '(' to its ')', the column is the time.
inline history of(std::initializer_list<std::string_view> threads) {
  history made;
  for (const std::string_view line : threads) {
    auto& log = made.threads.emplace_back();
    for (std::size_t from = line.find('('); from != std::string_view::npos; from = line.find('(', from + 1)) {
      const std::size_t to = line.find(')', from);
      const std::string_view inside = line.substr(from + 1, to - from - 1);
      timed it = read(inside.substr(0, inside.find(' ')));
      it.began = from * 8 + made.threads.size();
      it.ended = to * 8 + made.threads.size();
      log.push_back(it);
    }
  }
  return made;
}

/// Makes up histories of a spec: right ones, by playing it at a moment inside each operation, and half of them spoilt.
template <class Spec>
class inventor {
 public:
  explicit inventor(std::uint64_t seed, Spec spec = {}) : random_(seed), spec_(spec) {}

  /// What each thread does is chosen from its entry in `actions`; the last entry is for all further threads.
  history make(const std::vector<std::vector<action>>& actions, std::size_t threads, std::size_t each) {
    history made = times(threads, each);
    std::vector<std::pair<std::uint64_t, timed*>> moments;
    std::int64_t value = 0;
    for (std::size_t t = 0; t < threads; ++t) {
      for (timed& it : made.threads[t]) {
        const auto& choice = actions[std::min(t, actions.size() - 1)];
        it.what = choice[below(choice.size())];
        if (it.what == action::push) it.value = ++value;
        moments.emplace_back(it.began + below(it.ended - it.began), &it);
      }
    }
    std::sort(moments.begin(), moments.end());
    typename Spec::state state = Spec::initial();
    for (auto& [when, it] : moments) play(state, *it, value);
    if (below(2) == 0) spoil(made);
    return made;
  }
  [[nodiscard]] std::size_t below(std::size_t count) { return static_cast<std::size_t>(random_() % count); }

 private:
  /// Dense distinct tickets, in each thread in order.
  history times(std::size_t threads, std::size_t each) {
    std::vector<std::size_t> turns;
    for (std::size_t t = 0; t < threads; ++t) turns.insert(turns.end(), 2 * each, t);
    std::shuffle(turns.begin(), turns.end(), random_);
    history made;
    made.threads.resize(threads);
    std::vector<bool> open(threads, false);
    for (std::size_t ticket = 0; ticket < turns.size(); ++ticket) {
      const std::size_t t = turns[ticket];
      if (open[t]) {
        made.threads[t].back().ended = ticket;
      } else {
        made.threads[t].emplace_back().began = ticket;
      }
      open[t] = !open[t];
    }
    return made;
  }

  /// Gives the operation an answer that the spec allows: there is always one.
  void play(typename Spec::state& state, timed& it, std::int64_t values) {
    const std::int64_t pushed = it.value;
    for (const answer said : {answer::ok, answer::full, answer::disconnected, answer::empty}) {
      for (std::int64_t value = it.what == action::push ? pushed : 0; value <= values; ++value) {
        typename Spec::state after = state;
        it.said = said;
        it.value = value;
        if (spec_.step(after, it)) {
          state = std::move(after);
          return;
        }
        if (it.what == action::push || said != answer::ok) break;
      }
    }
  }

  /// Exchanges what two takes of the history said, or makes one lie.
  void spoil(history& made) {
    std::vector<timed*> takes;
    for (auto& thread : made.threads) {
      for (timed& it : thread) {
        if (it.what == action::pop || it.what == action::steal) takes.push_back(&it);
      }
    }
    if (takes.empty()) return;
    timed& one = *takes[below(takes.size())];
    timed& two = *takes[below(takes.size())];
    switch (below(4)) {
      case 0:
        one.said = answer::empty;
        break;
      case 1:
        one.said = two.said;
        one.value = two.value;
        break;
      default:
        std::swap(one.said, two.said);
        std::swap(one.value, two.value);
    }
  }

  std::mt19937_64 random_;
  Spec spec_;
};

/// Every order of the operations, tried one by one.
template <class Spec, class Precedes>
bool some_order_is_right(const Spec& spec, weft_linear::history<std::uint64_t> of, Precedes precedes) {
  std::vector<const timed*> order;
  for (const auto& thread : of) {
    for (const timed& it : thread) order.push_back(&it);
  }
  std::sort(order.begin(), order.end());
  const auto is_right = [&] {
    for (std::size_t i = 0; i < order.size(); ++i) {
      for (std::size_t j = i + 1; j < order.size(); ++j) {
        if (precedes(*order[j], *order[i])) return false;
      }
    }
    auto state = Spec::initial();
    for (const timed* it : order) {
      if (!spec.step(state, *it)) return false;
    }
    return true;
  };
  do {
    if (is_right()) return true;
  } while (std::next_permutation(order.begin(), order.end()));
  return false;
}

}  // namespace drawn
